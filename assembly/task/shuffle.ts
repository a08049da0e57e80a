/**
 * Chance in the place of order, for tests: what a program does must not depend on which of several ready goroutines runs first.
 *
 * A module built with the option `shuffle` (host/build) defines WASI_NET_SHUFFLE. Then, and in no other module, the scheduler
 *
 *   - runs any one of the ready goroutines instead of the first;
 *   - lets a goroutine give way at any call that could have waited, instead of at every 128th;
 *   - looks at sockets and timers after any number of goroutines, instead of after 64;
 *   - fires the timers that are due in any order;
 *
 * and select draws its cases from here. That the events of sockets come in any order needs nothing: all that an event does is to
 * make goroutines ready. The draws are the same for the same seed, so a run can be had again as far as the network allows.
 */
let state: u32 = 1;

/** seedShuffle begins the draws that belong to a text: the variable WASI_NET_SEED. */
export function seedShuffle(text: string): void {
  let hash: u32 = 0x811c_9dc5; // FNV-1a
  for (let i = 0; i < text.length; i++) hash = (hash ^ text.charCodeAt(i)) * 0x0100_0193;
  state = hash | 1;
}

/** draw is a number from 0 to limit − 1; 0 for a limit of 0 too. */
export function draw(limit: i32): i32 {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return limit > 0 ? <i32>(state % <u32>limit) : 0;
}
