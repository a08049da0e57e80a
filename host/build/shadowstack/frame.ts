/**
 * Finding the frame that asc's ShadowStackPass gave a function, and nothing but it.
 *
 *   block
 *     block  __stack_pointer -= size; call ~stack_check  end
 *     store zeros over the frame (8 and 4 bytes each, or one memory.fill)
 *     …      store offset=slot (__stack_pointer) (value)
 *     …      __stack_pointer += size  before each return, and at the end
 *
 * A function that touches `__stack_pointer` in any other way is irregular: the collector itself, the switch of goroutines, and
 * wrappers of exports. It is left exactly as it is, and whoever calls it must expect that the stack is looked at.
 */
import binaryen from "binaryen";
import { isStatement } from "./edit.ts";
import type { Func, Node } from "./tree.ts";

export const STACK_POINTER = "~lib/memory/__stack_pointer";
export const STACK_CHECK = "~stack_check";

/** A frame. Slots are counted in words from `__stack_pointer`. */
export interface Frame {
  readonly slots: number;
  /** Lowers the pointer. */
  readonly enter: Node;
  readonly check: Node;
  /** Zeroes the slots; at least one. */
  readonly zeros: readonly Node[];
  /** Raise the pointer. */
  readonly leaves: readonly Node[];
  /** The slot of each store into the frame. */
  readonly stores: ReadonlyMap<Node, number>;
}

/** The frame of a function; null when it has none, undefined when the function is irregular. */
export function findFrame(func: Func): Frame | null | undefined {
  const uses = func.nodes.filter(isPointerUse);
  if (uses.length === 0) return null;
  const [enter, check, ...rest] = leading(func.body);
  const size = enter === undefined ? undefined : moveBy(enter, binaryen.SubInt32);
  if (enter === undefined || check === undefined || size === undefined || size % 4 !== 0) return;
  if (check.kind !== binaryen.CallId || check.info.target !== STACK_CHECK) return;
  const zeros = findZeros(rest, size);
  if (zeros === undefined) return;
  const prologue = new Set([enter, ...zeros]);
  const leaves: Node[] = [];
  const stores = new Map<Node, number>();
  for (const use of uses) {
    // The pointer that is read belongs to a store or to the sum that is written.
    const node = use.kind === binaryen.GlobalSetId ? use : owner(use);
    if (node === undefined) return;
    if (prologue.has(node)) continue;
    if (node.kind === binaryen.StoreId) {
      if (!isSlotStore(node, size)) return;
      stores.set(node, node.info.offset / 4);
    } else if (moveBy(node, binaryen.AddInt32) === size && isLast(func, node)) {
      if (use === node) leaves.push(node);
    } else {
      return;
    }
  }
  return { slots: size / 4, enter, check, zeros, leaves, stores };
}

function isPointerUse(node: Node): boolean {
  const { kind } = node;
  if (kind !== binaryen.GlobalGetId && kind !== binaryen.GlobalSetId) return false;
  return node.info.name === STACK_POINTER;
}

/** The statements at the start of a body, blocks without label opened. */
function leading(body: Node): Node[] {
  if (body.kind !== binaryen.BlockId || body.info.name) return [body];
  return body.children.flatMap((child, index) => (index === 0 ? leading(child) : [child]));
}

/** The bytes by which the statement moves the pointer with this operation. */
function moveBy(node: Node, operation: number): number | undefined {
  if (node.kind !== binaryen.GlobalSetId || !isPointerUse(node) || !isStatement(node)) return;
  const sum = node.children[0]!;
  if (sum.kind !== binaryen.BinaryId || sum.info.op !== operation) return;
  const [left, right] = sum.children;
  if (!isPointerUse(left!) || right!.kind !== binaryen.ConstId) return;
  return right!.info.value as number;
}

/** The statements that zero [0, size), if the list begins with them. */
function findZeros(statements: readonly Node[], size: number): Node[] | undefined {
  const zeros: Node[] = [];
  let end = 0;
  for (const node of statements) {
    if (end === size) break;
    const [pointer, value, length] = node.children;
    if (node.kind !== binaryen.StoreId && node.kind !== binaryen.MemoryFillId) return;
    if (!isPointerUse(pointer!) || value!.kind !== binaryen.ConstId) return;
    if (Number(value!.info.value) !== 0) return;
    if (node.kind === binaryen.StoreId) {
      if (node.info.offset !== end) return;
      end += node.info.bytes;
    } else {
      if (end !== 0 || length!.kind !== binaryen.ConstId) return;
      end = length!.info.value as number;
    }
    zeros.push(node);
  }
  return end === size ? zeros : undefined;
}

/** The statement that a read of the pointer serves: as the address of a store, or in the sum that is written back. */
function owner(use: Node): Node | undefined {
  const { parent } = use;
  const user = parent?.kind === binaryen.BinaryId ? parent.parent : parent;
  switch (user?.kind) {
    case binaryen.GlobalSetId:
      return user;
    case binaryen.StoreId:
    case binaryen.MemoryFillId:
      return user.children[0] === use ? user : undefined;
    default:
      return undefined;
  }
}

function isSlotStore(node: Node, size: number): boolean {
  const { offset, bytes, valueType } = node.info;
  if (bytes !== 4 || valueType !== binaryen.i32 || offset % 4 !== 0 || offset >= size) return false;
  return isStatement(node);
}

/** Whether nothing but returning follows: after it the slots are no longer the function's. */
function isLast(func: Func, node: Node): boolean {
  const siblings = node.parent?.children ?? [];
  const next = siblings[siblings.indexOf(node) + 1];
  if (next?.kind === binaryen.ReturnId) return true;
  if (node.parent !== func.body) return false;
  return next === undefined || (next.kind === binaryen.LocalGetId && siblings.at(-1) === next);
}
