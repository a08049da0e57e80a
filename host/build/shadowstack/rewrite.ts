/**
 * Taking out of a function what its frame does not need, and closing the gaps.
 *
 * A store that goes leaves its value behind: the local that it was also assigned to, or nothing. Temporary locals that only carried
 * an operand to its slot are left to wasm-opt.
 */
import binaryen from "binaryen";
import type { Module } from "./calls.ts";
import { replace, setConst, setOffset } from "./edit.ts";
import { type Frame, STACK_POINTER } from "./frame.ts";
import type { Needs } from "./needs.ts";
import type { Func, Node } from "./tree.ts";

/** From this size on, one memory.fill is shorter than stores of zero. */
const FILL_FROM = 20;

export function rewrite(module: Module, func: Func, frame: Frame, needs: Needs): void {
  for (const store of frame.stores.keys()) {
    if (!needs.stores.has(store)) dropStore(module, func, store);
  }
  const places = findPlaces(frame, needs);
  for (const store of needs.stores) {
    setOffset(store, 4 * places.get(frame.stores.get(store)!)!);
  }
  const size = 4 * places.size;
  for (const move of [frame.enter, ...frame.leaves]) {
    if (size === 0) replace(func, move, module.nop());
    else setConst(move.children[0]!.children[1]!, size);
  }
  if (size === 0) replace(func, frame.check, module.nop());
  const [first, ...rest] = frame.zeros;
  replace(func, first!, zero(module, 4 * needs.zeros.size));
  for (const node of rest) replace(func, node, module.nop());
}

function dropStore(module: Module, func: Func, store: Node): void {
  const value = store.children[1]!;
  if (value.kind === binaryen.LocalSetId) {
    replace(func, store, module.local.set(value.info.index, value.children[0]!.ref));
  } else {
    replace(func, store, module.drop(value.ref));
  }
}

/** The new places of the slots that are still stored to. Those to be zeroed come first. */
function findPlaces(frame: Frame, needs: Needs): Map<number, number> {
  const slots = new Set(needs.zeros);
  for (const store of needs.stores) slots.add(frame.stores.get(store)!);
  return new Map([...slots].map((slot, place) => [slot, place]));
}

/** Zeroes the first bytes of the frame. */
function zero(module: Module, size: number): number {
  const pointer = (): number => module.global.get(STACK_POINTER, binaryen.i32);
  if (size >= FILL_FROM) {
    return module.memory.fill(pointer(), module.i32.const(0), module.i32.const(size));
  }
  const stores: number[] = [];
  let at = 0;
  for (; at + 8 <= size; at += 8) {
    stores.push(module.i64.store(at, 4, pointer(), module.i64.const(0n)));
  }
  if (at < size) stores.push(module.i32.store(at, 4, pointer(), module.i32.const(0)));
  return module.block(null, stores);
}
