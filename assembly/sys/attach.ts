/**
 * Level 2 of the import ABI (docs/ABI.md): the control block through which an attached host and this module talk.
 *
 *    0 u32 version   4 u32 features   8 i64 timeout   16 u32 events   20 u32 capacity   24 u32 phase   28 reserved
 *   32 u16 peerFamily   34 u16 peerPort   36 u32 peerScope   40 u8[16] peerAddress
 */

/** Bits of the features that a host offers. */
export namespace Feature {
  /** driven means that the host calls `wasi_net_tick` from an event loop. */
  export const driven: u32 = 1;
}

/** VERSION is the one that this module speaks. */
const VERSION: u32 = 1;
const block = memory.data(56, 8);

/** EVENTS is how many events one wait brings at most. */
const EVENTS: u32 = 1024;
/** EVENT is an event's size: {u32 fd, u32 readiness}. */
export const EVENT: usize = 8;
/** events is the buffer for them. */
export const events = memory.data(8192, 8);

/** attached tells whether the host speaks level 2. */
export let attached: bool = false;
/** driven tells whether the host's event loop runs the scheduler. */
export let driven: bool = false;

/** wasi_net_attach is called by a host that knows level 2, once, before `_start`: only constants are there yet. */
export function wasi_net_attach(version: u32, features: u32): usize {
  if (version != VERSION) return 0;
  attached = true;
  driven = (features & Feature.driven) != 0;
  store<u32>(block, VERSION);
  store<u32>(block, features & Feature.driven, 4);
  store<u32>(block, <u32>events, 16);
  store<u32>(block, EVENTS, 20);
  return block;
}

/** setTimeout says how long the next wait may take: nanoseconds, 0 to look only, −1 for no limit. */
export function setTimeout(nanoseconds: i64): void {
  store<i64>(block, nanoseconds, 8);
}

/** setPhase says what the module is doing: 1 while it copies a stack, so that a trap then is a stack overflow. */
export function setPhase(phase: u32): void {
  store<u32>(block, phase, 24);
}

/** peer is the address of {u16 family, u16 port, u32 scope, u8[16] address} that the last `sock_accept` left. */
export const peer: usize = block + 32;
