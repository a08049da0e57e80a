/**
 * Timers, on a heap with four children a node, by the monotonic clock.
 */
import { draw } from "./shuffle";

/** Timer is something to do at a time. A subclass says what. */
export abstract class Timer {
  /** when is the time, in nanoseconds of `nanotime`. Changed by `set` only. */
  when: i64 = 0;
  /** slot is the timer's place in the heap, or −1. */
  slot: i32 = -1;

  /** fire is called by the scheduler once the time has come. It must not wait. */
  abstract fire(): void;

  /** set arms the timer for a time, or moves it there. */
  set(when: i64): void {
    const slot = this.slot;
    if (slot < 0) {
      this.when = when;
      this.slot = heap4.length;
      heap4.push(this);
      up(this.slot);
      return;
    }
    const earlier = when < this.when;
    this.when = when;
    if (earlier) up(slot);
    else down(slot);
  }

  /** stop disarms the timer. */
  stop(): void {
    const slot = this.slot;
    if (slot < 0) return;
    this.slot = -1;
    const last = heap4.pop();
    if (last === this) return;
    place(last, slot);
    up(slot);
    down(last.slot);
  }
}

/** The root, at 0, is the earliest. The children of i are at 4i + 1 … 4i + 4. */
const heap4: Timer[] = [];

/** armed is the number of timers. */
export function armed(): i32 {
  return heap4.length;
}

/** earliest is when the first timer fires; there must be one. */
export function earliest(): i64 {
  return unchecked(heap4[0]).when;
}

/** fireDue fires every timer whose time has come. */
export function fireDue(now: i64): void {
  while (heap4.length > 0) {
    let first = unchecked(heap4[0]);
    if (first.when > now) return;
    if (isDefined(WASI_NET_SHUFFLE)) first = anyDue(now);
    first.stop();
    first.fire();
  }
}

/** anyDue is one of the timers whose time has come: from anywhere in the heap upwards, until one is due. The root must be. */
function anyDue(now: i64): Timer {
  let slot = draw(heap4.length);
  while (heap4[slot].when > now) slot = (slot - 1) >> 2;
  return heap4[slot];
}

function place(timer: Timer, slot: i32): void {
  unchecked((heap4[slot] = timer));
  timer.slot = slot;
}

function up(slot: i32): void {
  const timer = unchecked(heap4[slot]);
  while (slot > 0) {
    const parent = (slot - 1) >> 2;
    const other = unchecked(heap4[parent]);
    if (other.when <= timer.when) break;
    place(other, slot);
    slot = parent;
  }
  place(timer, slot);
}

function down(slot: i32): void {
  const timer = unchecked(heap4[slot]);
  const length = heap4.length;
  while (true) {
    const first = (slot << 2) + 1;
    if (first >= length) break;
    let least = first;
    const end = min(first + 4, length);
    for (let child = first + 1; child < end; child++) {
      if (unchecked(heap4[child]).when < unchecked(heap4[least]).when) least = child;
    }
    const other = unchecked(heap4[least]);
    if (other.when >= timer.when) break;
    place(other, slot);
    slot = least;
  }
  place(timer, slot);
}
