/**
 * Calls of base constructors that cannot end in the collector.
 *
 * A constructor of asc allocates only when it is called with null as `this`:
 *
 *     if (!this) this = __new(…);         the guard
 *     …
 *     this = Base#constructor(this, …);   not null any more: the base class has nothing to allocate
 *
 * A constructor is *plain* if every other call in it that could collect is such a call of a plain constructor: then it collects only
 * in its guard, and not at all when `this` is not null. Without knowing this, every constructor of a derived class needs a frame.
 */
import binaryen from "binaryen";
import { STACK_POINTER } from "./frame.ts";
import type { Func, Node } from "./tree.ts";

const ALLOCATE = "~lib/wasi-net/assembly/rt/globals/__new";

interface Constructor {
  /** The calls whose targets can collect, other than the allocation in the guard. */
  readonly calls: readonly Node[];
  /** Those of them whose first operand is `this`, and not null. */
  readonly bases: ReadonlySet<Node>;
}

/** The calls that cannot collect, although their targets can; of functions and their calls whose targets can. */
export function findQuiet(
  functions: readonly { readonly func: Func; readonly collecting: readonly Node[] }[],
): Set<Node> {
  const constructors = new Map<string, Constructor>();
  for (const { func, collecting } of functions) {
    const guard = findGuard(func);
    if (guard === undefined) continue;
    const calls = collecting.filter((call) => call !== guard.allocation);
    const bases = new Set(calls.filter((call) => isBase(func, guard.node, call)));
    constructors.set(func.name, { calls, bases });
  }
  const plain = new Set<string>();
  const isQuiet = ({ bases }: Constructor, call: Node): boolean =>
    bases.has(call) && plain.has(call.info.target);
  for (let size = -1; size < plain.size; ) {
    size = plain.size;
    for (const [name, one] of constructors) {
      if (one.calls.every((call) => isQuiet(one, call))) plain.add(name);
    }
  }
  const all = [...constructors.values()];
  return new Set(all.flatMap((one) => one.calls.filter((call) => isQuiet(one, call))));
}

/** The guard of a constructor: it stands where nothing can pass by it, and `this` is as it came. */
function findGuard(func: Func): { node: Node; allocation: Node } | undefined {
  if (func.params[0] !== binaryen.i32) return undefined;
  const node = func.nodes.find((one) => one.kind === binaryen.IfId);
  if (node === undefined || node.children.length > 2 || !isAlwaysReached(node)) return undefined;
  const [condition, arm] = node.children;
  const tested = condition!.children[0];
  if (condition!.kind !== binaryen.UnaryId || condition!.info.op !== binaryen.EqZInt32) return;
  if (tested!.kind !== binaryen.LocalGetId || tested!.info.index !== 0) return;
  const set = arm!.kind === binaryen.StoreId && isSlot(arm!) ? arm!.children[1]! : arm!;
  if (set.kind !== binaryen.LocalSetId || set.info.index !== 0) return;
  const allocation = set.children[0]!;
  if (allocation.kind !== binaryen.CallId || allocation.info.target !== ALLOCATE) return;
  return { node, allocation };
}

function isSlot(store: Node): boolean {
  const pointer = store.children[0]!;
  return pointer.kind === binaryen.GlobalGetId && pointer.info.name === STACK_POINTER;
}

/** Whether no label and no condition is around the node: no branch can jump over it, and none back. */
function isAlwaysReached(node: Node): boolean {
  for (let outer = node.parent; outer !== null; outer = outer.parent) {
    if (outer.kind === binaryen.IfId || outer.kind === binaryen.LoopId) return false;
    if (outer.kind === binaryen.BlockId && outer.info.name) return false;
  }
  return true;
}

/** Whether the call comes after the guard, is given `this`, and nothing assigned `this` in between. */
function isBase(func: Func, guard: Node, call: Node): boolean {
  const position = func.nodes.indexOf(call);
  const start = func.nodes.indexOf(guard);
  if (call.kind !== binaryen.CallId || position < start || isInLoop(call)) return false;
  const between = func.nodes.slice(start, position);
  if (between.some((node) => node.kind === binaryen.LocalSetId && node.info.index === 0))
    return false;
  return isThis(call.children[0]);
}

function isInLoop(node: Node): boolean {
  for (let outer = node.parent; outer !== null; outer = outer.parent) {
    if (outer.kind === binaryen.LoopId) return true;
  }
  return false;
}

/** Whether the operand is local 0, bare or on its way through a slot: temp = this; slot = temp; temp. */
function isThis(operand: Node | undefined): boolean {
  if (operand === undefined) return false;
  if (operand.kind === binaryen.LocalGetId) return operand.info.index === 0;
  const [set, store, get, ...rest] = operand.children;
  if (operand.kind !== binaryen.BlockId || rest.length > 0) return false;
  if (set?.kind !== binaryen.LocalSetId || store?.kind !== binaryen.StoreId) return false;
  if (get?.kind !== binaryen.LocalGetId || get.info.index !== set.info.index) return false;
  return (
    isSlot(store) && store.children[1]!.kind === binaryen.LocalGetId && isThis(set.children[0])
  );
}
