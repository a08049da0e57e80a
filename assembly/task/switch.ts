/**
 * Switching stacks, with Asyncify driven from inside the module.
 *
 *             suspend()                                 resume(g)
 *   goroutine ────────► every frame returns, and writes ────────► save: copy frames and shadow stack into g
 *             ◄──────── every frame is entered again,   ◄────────  restore the shadow stack, rewind from g's copy
 *                       and reads its locals back
 *
 * There are two stacks to keep. The call frames go into `area`, one buffer for all, and from there into a block of the size that
 * was used: a parked goroutine costs hundreds of bytes. The shadow stack is the compiler's list of references on the stack, from
 * which the garbage collector marks; unwinding leaves a goroutine's slice of it below the scheduler's stack pointer, and it is kept
 * in an array of references that the collector sees. The compiler addresses it relative to `__stack_pointer`, so its place may change.
 *
 * Invariants. `suspend` and `resume` are never inlined (the build says so to the optimizer): Asyncify leaves the function alone that
 * calls `stop_unwind`, and its callers too. `resume` handles raw addresses only: while a goroutine's slice is in place the
 * compiler's own bookkeeping, which it does for references, would write over it.
 */
import { start_rewind, start_unwind, stop_rewind, stop_unwind } from "../sys/asyncify";
import { setPhase } from "../sys/attach";
import { overflow } from "../sys/panic";
import { Goroutine, Rooted } from "./goroutine";

/** Bytes of call frames that a goroutine can have when it waits. */
const AREA_SIZE: usize = 1 << 20;
/** {u32 top, u32 end} before the bytes. */
const HEADER: usize = 8;

namespace State {
  export const running = 0;
  export const unwinding = 1;
  export const rewinding = 2;
}

let state: i32 = State.running;
let area: usize = 0;

/** suspend returns to the scheduler, and comes back when the goroutine is resumed. Only `park` calls it. */
export function suspend(): void {
  if (state == State.rewinding) {
    state = State.running;
    stop_rewind();
    return;
  }
  if (area == 0) {
    // Never written until it is used, so it costs address space, not memory.
    area = heap.alloc(HEADER + AREA_SIZE);
    store<usize>(area, area + HEADER + AREA_SIZE, 4);
  }
  store<usize>(area, area + HEADER);
  state = State.unwinding;
  setPhase(1);
  start_unwind(area);
}

/** enter runs g until it waits or ends, and tells whether it ended. */
export function enter(g: Goroutine): bool {
  const frames = changetype<usize>(g.frames);
  const slots = changetype<usize>(g.slots);
  return resume(changetype<usize>(g), g.entry, g.arg, g.arity, frames, slots, g.slotBytes);
}

export function resume(
  g: usize,
  entry: u32,
  arg: usize,
  arity: i32,
  frames: usize,
  slots: usize,
  slotBytes: usize,
): bool {
  const top = __stack_pointer;
  if (frames != 0) {
    __stack_pointer = top - slotBytes;
    // Word by word: for so few, a bulk instruction costs more. The references stay in the array until the goroutine waits again.
    for (let at: usize = 0; at < slotBytes; at += 4) {
      store<usize>(__stack_pointer + at, load<usize>(slots + at));
    }
    state = State.rewinding;
    start_rewind(frames);
  }
  if (arity == 0) call_indirect<void>(entry);
  else call_indirect<void>(entry, arg);
  if (state != State.unwinding) return true;

  if (load<usize>(area) > load<usize>(area, 4)) overflow();
  stop_unwind();
  state = State.running;
  setPhase(0);
  save(g, __stack_pointer, top);
  __stack_pointer = top;
  return false;
}

/**
 * save copies the frames from area, and the shadow stack from [low, top), into the goroutine. `__stack_pointer` is still low here,
 * so that the slice is marked if an allocation makes the collector take a step.
 */
function save(address: usize, low: usize, top: usize): void {
  const g = changetype<Goroutine>(address);
  const size = load<usize>(area) - area;
  let frames = g.frames;
  if (frames === null || !fits(size, frames.length)) {
    frames = new StaticArray<u8>(<i32>((size + 15) & ~15));
    g.frames = frames;
  }
  const block = changetype<usize>(frames);
  for (let at = HEADER; at < size; at += 4) store<u32>(block + at, load<u32>(area + at));
  store<usize>(block, block + size);
  store<usize>(block, block + frames.length, 4);

  const slotBytes = top - low;
  let slots = g.slots;
  if (slots === null || !fits(slotBytes, slots.length << 2)) {
    slots = new StaticArray<Rooted | null>(<i32>(slotBytes >> 2));
    g.slots = slots;
    g.slotBytes = 0;
  }
  for (let at: usize = 0; at < slotBytes; at += 4) {
    const reference = load<usize>(low + at);
    store<usize>(changetype<usize>(slots) + at, reference);
    if (reference != 0) __link(changetype<usize>(slots), reference, true);
  }
  for (let at = slotBytes; at < g.slotBytes; at += 4)
    store<usize>(changetype<usize>(slots) + at, 0);
  g.slotBytes = slotBytes;
}

/** fits tells whether a block of this length serves for so many bytes: large enough, and not much too large. */
function fits(bytes: usize, length: usize): bool {
  return bytes <= length && (bytes << 2) + 256 >= length;
}
