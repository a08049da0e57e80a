/**
 * Which elements hold the same value, at every point of a function: a forward analysis.
 *
 * Each element has a class. `constant` and `held` need no slot of this function: constants are never freed, and held values are
 * kept by the frames of the callers until the function returns. Of any other class this holds at every run of the program:
 *
 *     either all its elements are equal, or each of them is a constant or held.
 *
 * Where paths meet, elements stay together if they were together on every path; so the statement holds again, whichever path was
 * taken. Slots begin as null, which is a constant. A slot is *wanted* from a store until its release: what it holds must be kept.
 */
import type { Block, Flow, Op } from "./flow.ts";

export const CONSTANT = 0;
export const HELD = 1;
const FIRST = 2;

/** What is known at one point. */
export interface State {
  readonly classes: Int32Array;
  /** 1 for each slot that is wanted, on some path at least. */
  readonly wanted: Uint8Array;
  /** The next unused class. */
  next: number;
}

/**
 * The states at the start of each block; undefined for those that are never reached.
 * Held are the parameters that every caller keeps.
 */
export function findValues(flow: Flow, held: readonly boolean[]): (State | undefined)[] {
  const starts: (State | undefined)[] = flow.blocks.map(() => undefined);
  const ends: (State | undefined)[] = flow.blocks.map(() => undefined);
  const before = predecessors(flow.blocks);
  const entry = entryState(flow, held);
  for (let changed = true; changed; ) {
    changed = false;
    for (const [index, block] of flow.blocks.entries()) {
      // The entry has no predecessors: a loop has a block of its own for its head.
      let start = index === 0 ? entry : undefined;
      for (const from of before[index]!) start = meet(start, ends[from]);
      const old = starts[index];
      if (start === undefined || (old !== undefined && isEqual(start, old))) continue;
      starts[index] = start;
      const end = copyState(start);
      for (const op of block.ops) apply(end, op, flow);
      ends[index] = end;
      changed = true;
    }
  }
  return starts;
}

function predecessors(blocks: readonly Block[]): number[][] {
  const before: number[][] = blocks.map(() => []);
  for (const [index, block] of blocks.entries()) {
    for (const next of block.next) before[next]!.push(index);
  }
  return before;
}

function entryState(flow: Flow, held: readonly boolean[]): State {
  // Variables begin as zero.
  const classes = new Int32Array(flow.elements).fill(CONSTANT);
  let next = FIRST;
  for (const [index, isHeld] of held.entries()) classes[index] = isHeld ? HELD : next++;
  return { classes, wanted: new Uint8Array(flow.slots), next };
}

export function copyState({ classes, wanted, next }: State): State {
  return { classes: classes.slice(), wanted: wanted.slice(), next };
}

/** Applies one step. */
export function apply(state: State, op: Op, flow: Flow): void {
  const { classes, wanted } = state;
  switch (op.kind) {
    case "copy":
      classes[op.to] = classes[op.from]!;
      break;
    case "fresh":
      classes[op.to] = state.next++;
      break;
    case "constant":
      classes[op.to] = CONSTANT;
      break;
    case "store":
      classes[flow.locals + op.slot] = classes[op.from]!;
      wanted[op.slot] = 1;
      break;
    case "release":
      wanted[op.slot] = 0;
      break;
    case "call":
      break;
  }
}

/** What holds on both paths. Classes are numbered in order of appearance, so that equal states have equal numbers. */
function meet(a: State | undefined, b: State | undefined): State | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const numbers = new Map<number, number>();
  const classes = a.classes.map((left, index) => {
    const right = b.classes[index]!;
    if (left <= HELD && right <= HELD) return Math.max(left, right);
    // Constants and held values serve alike.
    const pair = Math.max(left, HELD) * 0x4000000 + Math.max(right, HELD);
    const number = numbers.get(pair) ?? FIRST + numbers.size;
    numbers.set(pair, number);
    return number;
  });
  const wanted = a.wanted.map((bit, index) => bit | b.wanted[index]!);
  return { classes, wanted, next: FIRST + numbers.size };
}

function isEqual(a: State, b: State): boolean {
  return (
    a.classes.every((value, index) => value === b.classes[index]) &&
    a.wanted.every((value, index) => value === b.wanted[index])
  );
}
