/**
 * When to mark and when to sweep.
 *
 *   idle ──── as much was allocated as was left by the last cycle ────► marking ──── nothing left to visit ────► sweeping ────► idle
 *
 * All of it is done in steps, by those who allocate, in proportion to what they allocate: no pause grows with the heap, only with the
 * largest array or map, which is visited at once. The last step of the marking looks at the whole stack and the globals once more,
 * and at what only they refer to.
 */
import { endMarking, reached, sweep } from "./block";
import { endMarkingLarge, reachedLarge, startMarkingLarge, sweepLarge } from "./large";
import { forget, reachRoots, visit } from "./mark";

/** Bytes that are allocated between two steps: two for each reference that is looked at (mark.ts). */
const STEP: usize = 8192;
/** Blocks, and large objects, that are swept in a step. */
const SWEEPS: i32 = 64;
/** A cycle begins at the earliest after so many bytes: what fits a processor's cache. */
const LEAST: usize = 1024 * 1024;

namespace Phase {
  export const idle = 0;
  export const marking = 1;
  export const sweeping = 2;
}

let phase = Phase.idle;
/** marking tells whether references that are stored have to be reported. */
export let marking = false;
/** Bytes allocated since the marking ended, and at how many of them there is something to do. */
let allocated: usize = 0;
let due: usize = LEAST;

/** account counts an allocation that is about to be made, and does what is due for it. */
export function account(bytes: usize): void {
  if (isDefined(WASI_NET_STRESS)) {
    if (WASI_NET_STRESS == 1) collect();
    else step();
    return;
  }
  allocated += bytes;
  if (allocated < due) return;
  due = allocated + STEP;
  // For a large object as many steps as for small ones of its size, but not more than this cycle has.
  let more = bytes / STEP;
  do step();
  while (phase != Phase.idle && more-- != 0);
}

function step(): void {
  if (phase == Phase.idle) {
    startMarkingLarge();
    phase = Phase.marking;
    marking = true;
    reachRoots();
  } else if (phase == Phase.marking) {
    if (visit()) return;
    // What the program did meanwhile with its locals and globals.
    reachRoots();
    while (visit());
    forget();
    endMarking();
    endMarkingLarge();
    allocated = 0;
    due = 0;
    marking = false;
    phase = Phase.sweeping;
  } else if (!sweep(SWEEPS) && !sweepLarge(SWEEPS)) {
    phase = Phase.idle;
    due = max(reached + reachedLarge, LEAST);
  }
}

/** heapSize is the bytes of the objects that the last cycle reached. */
export function heapSize(): usize {
  return reached + reachedLarge;
}

/** collect frees all that cannot be reached now. */
export function collect(): void {
  while (phase != Phase.idle) step();
  do step();
  while (phase != Phase.idle);
}
