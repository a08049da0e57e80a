/**
 * Which stores must stay, and which slots must be zeroed: from what each collecting call must find in the frame.
 *
 * Of each class of equal values in wanted slots, one slot is *needed* at the call: a local's, if there is one, rather than that of
 * an operand, so that passing a local on costs nothing. A store stays if a call that needs its slot can follow before another store to it.
 * Removing the others leaves an older value in the slot, or nothing:
 *
 *  - an older value was stored by this frame and has been on the stack since, so it is still an object, kept a little longer;
 *  - nothing means what an earlier call left there. Such a slot is zeroed if any collecting call can come before its first store.
 */
import type { Flow } from "./flow.ts";
import type { Node } from "./tree.ts";
import { apply, copyState, HELD, type State } from "./values.ts";

export interface Needs {
  /** The stores that stay. */
  readonly stores: ReadonlySet<Node>;
  /** The slots that are to be zeroed on entry. */
  readonly zeros: ReadonlySet<number>;
}

/** A block, reduced to stores and calls. */
type Event =
  | { readonly kind: "store"; readonly slot: number; readonly node: Node }
  | { readonly kind: "call"; readonly needed: readonly number[] };

/** The needs of a function, from the states that `findValues` computed. */
export function findNeeds(flow: Flow, starts: readonly (State | undefined)[]): Needs {
  const events = flow.blocks.map((_, index) => eventsOf(flow, index, starts[index]));
  const stores = findStores(flow, events);
  return { stores, zeros: findZeros(flow, events, stores) };
}

function eventsOf(flow: Flow, index: number, start: State | undefined): Event[] {
  if (start === undefined) return [];
  const events: Event[] = [];
  const state = copyState(start);
  for (const op of flow.blocks[index]!.ops) {
    if (op.kind === "store") {
      const own = state.classes[flow.locals + op.slot]!;
      // What is there already need not be stored again.
      const again = own > HELD && own === state.classes[op.from];
      if (!again) events.push({ kind: "store", slot: op.slot, node: op.node });
    } else if (op.kind === "call") {
      events.push({
        kind: "call",
        needed: op.last ? needOwn(flow, state, op.own) : need(flow, state),
      });
    }
    apply(state, op, flow);
  }
  return events;
}

/** A last call needs what it is given; of that, nothing is left to the callers. */
function needOwn(flow: Flow, { classes }: State, own: readonly number[]): number[] {
  return own.filter((slot) => classes[flow.locals + slot]! >= HELD);
}

function need(flow: Flow, { classes, wanted }: State): number[] {
  const needed = new Map<number, number>();
  for (const slot of flow.order) {
    const value = classes[flow.locals + slot]!;
    if (wanted[slot] && value > HELD && !needed.has(value)) needed.set(value, slot);
  }
  return [...needed.values()];
}

/** Backward: a slot is live where a call that needs it can follow before a store to it. */
function findStores(flow: Flow, events: readonly (readonly Event[])[]): Set<Node> {
  const stores = new Set<Node>();
  const live = flow.blocks.map(() => new Set<number>());
  for (let changed = true; changed; ) {
    changed = false;
    for (let index = flow.blocks.length - 1; index >= 0; index--) {
      const now = new Set<number>();
      for (const next of flow.blocks[index]!.next) for (const slot of live[next]!) now.add(slot);
      for (const event of events[index]!.toReversed()) {
        if (event.kind === "call") for (const slot of event.needed) now.add(slot);
        else if (now.delete(event.slot)) stores.add(event.node);
      }
      if (now.size === live[index]!.size) continue;
      live[index] = now;
      changed = true;
    }
  }
  return stores;
}

/** Forward: the slots with stores that a collecting call can see before the first of them. */
function findZeros(
  flow: Flow,
  events: readonly (readonly Event[])[],
  stores: ReadonlySet<Node>,
): Set<number> {
  const zeros = new Set<number>();
  const kept = new Set<number>();
  for (const event of events.flat()) {
    if (event.kind === "store" && stores.has(event.node)) kept.add(event.slot);
  }
  const empty = flow.blocks.map(() => new Set<number>());
  empty[0] = kept;
  const todo = [0];
  for (let index = todo.pop(); index !== undefined; index = todo.pop()) {
    const now = new Set(empty[index]);
    for (const event of events[index]!) {
      if (event.kind === "call") for (const slot of now) zeros.add(slot);
      else if (stores.has(event.node)) now.delete(event.slot);
    }
    for (const next of flow.blocks[index]!.next) {
      const before = empty[next]!.size;
      for (const slot of now) empty[next]!.add(slot);
      if (empty[next]!.size > before) todo.push(next);
    }
  }
  return zeros;
}
