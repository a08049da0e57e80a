/**
 * Which calls can end in the collector: the closure over the call graph.
 *
 * The collector reads `__stack_pointer` to scan the stack, and the switch of goroutines moves it: both are irregular functions
 * (see frame.ts). With Asyncify's intrinsics, which leave every frame and let other goroutines run, they are all there is.
 * Other imports do not call back.
 *
 * A *last* call is one that `unreachable` follows, as asc writes every call of `abort`: no instruction of this frame or of its
 * callers runs after it. So nothing of theirs must outlive it but what it is given itself, and callers need not know of it. That
 * requires that the values given are constants or stand in the caller's own slots, not in those of its callers.
 */
import binaryen from "binaryen";
import { findQuiet } from "./construct.ts";
import { type Frame, findFrame, STACK_CHECK } from "./frame.ts";
import { type Func, type Node, readFunction, signature } from "./tree.ts";

export type Module = InstanceType<typeof binaryen.Module>;

/** What is known of a function: undefined as a frame means irregular. */
export interface Known {
  readonly func: Func;
  readonly frame: Frame | null | undefined;
}

/** The functions of a module, and what calls what. */
export interface Program {
  readonly functions: ReadonlyMap<string, Known>;
  /** Functions that the host can call. */
  readonly exported: ReadonlySet<string>;
  /** Whether the call can reach the collector. */
  isCollecting(call: Node): boolean;
  /** The functions with a body that a call can reach directly. */
  targets(call: Node): readonly string[];
}

/** Reads all functions of a module. */
export function readProgram(module: Module): Program {
  const functions = new Map<string, Known>();
  const collecting = new Set<string>();
  for (let i = 0; i < module.getNumFunctions(); i++) {
    const ref = module.getFunctionByIndex(i);
    const func = readFunction(ref);
    if (func !== undefined) {
      const frame = findFrame(func);
      functions.set(func.name, { func, frame });
      if (frame === undefined && func.name !== STACK_CHECK) collecting.add(func.name);
    } else {
      const { name, module: from } = binaryen.getFunctionInfo(ref);
      if (from === "asyncify") collecting.add(name);
    }
  }
  const table = readTable(module, functions);
  const targets = (call: Node): readonly string[] =>
    call.kind === binaryen.CallId
      ? [call.info.target]
      : (table.get(signature(call.info.params, call.info.results)) ?? []);
  close(functions, targets, collecting);
  const reaches = (call: Node): boolean => targets(call).some((name) => collecting.has(name));
  const regular = [...functions.values()].filter(({ frame }) => frame !== undefined);
  const quiet = findQuiet(
    regular.map(({ func, frame }) => ({
      func,
      collecting: func.nodes.filter(
        (node) => isCall(node) && !isLastCall(node, frame) && reaches(node),
      ),
    })),
  );
  return {
    functions,
    exported: exportsOf(module, table),
    targets: (call) => targets(call).filter((name) => functions.has(name)),
    isCollecting: (call) => reaches(call) && !quiet.has(call),
  };
}

/** Adds every function to collecting that has a call of one in it. */
function close(
  functions: ReadonlyMap<string, Known>,
  targets: (call: Node) => readonly string[],
  collecting: Set<string>,
): void {
  const callers = new Map<string, string[]>();
  for (const { func, frame } of functions.values()) {
    for (const node of func.nodes) {
      if (!isCall(node) || isLastCall(node, frame)) continue;
      for (const target of targets(node)) {
        const list = callers.get(target);
        if (list === undefined) callers.set(target, [func.name]);
        else list.push(func.name);
      }
    }
  }
  // A set that grows while it is walked visits what was added.
  for (const name of collecting) {
    for (const caller of callers.get(name) ?? []) {
      if (caller !== STACK_CHECK) collecting.add(caller);
    }
  }
}

/** The names in the tables, by signature. */
function readTable(module: Module, functions: ReadonlyMap<string, Known>): Map<string, string[]> {
  const table = new Map<string, string[]>();
  for (let i = 0; i < module.getNumElementSegments(); i++) {
    const segment = binaryen.getElementSegmentInfo(module.getElementSegmentByIndex(i));
    for (const name of segment.data) {
      const info = binaryen.getFunctionInfo(module.getFunction(name));
      const key = functions.get(name)?.func.signature ?? signature(info.params, info.results);
      table.set(key, [...(table.get(key) ?? []), name]);
    }
  }
  return table;
}

/** An exported table exports what is in it. */
function exportsOf(module: Module, table: ReadonlyMap<string, readonly string[]>): Set<string> {
  const exported = new Set<string>();
  for (let i = 0; i < module.getNumExports(); i++) {
    const { kind, value } = binaryen.getExportInfo(module.getExportByIndex(i));
    if (kind === binaryen.ExternalFunction) exported.add(value);
    if (kind === binaryen.ExternalTable)
      for (const name of [...table.values()].flat()) exported.add(name);
  }
  return exported;
}

export function isCall(node: Node): boolean {
  return node.kind === binaryen.CallId || node.kind === binaryen.CallIndirectId;
}

/** Whether the call is a last one. */
export function isLastCall(call: Node, frame: Frame | null | undefined): boolean {
  const siblings = call.parent?.kind === binaryen.BlockId ? call.parent.children : [];
  if (call.kind !== binaryen.CallId) return false;
  if (siblings[siblings.indexOf(call) + 1]?.kind !== binaryen.UnreachableId) return false;
  return call.children.every(
    (operand) =>
      operand.type !== binaryen.i32 ||
      operand.kind === binaryen.ConstId ||
      ownSlot(operand, frame) !== undefined,
  );
}

/**
 * The slot of a managed operand, which asc writes as: block  temp = value; slot = temp; temp  end.
 * The slot is the operand's until the call returns; then asc uses it for the next call.
 */
export function ownSlot(operand: Node, frame: Frame | null | undefined): number | undefined {
  const [set, store, get, ...rest] = operand.children;
  if (operand.kind !== binaryen.BlockId || operand.info.name || rest.length > 0) return undefined;
  if (set?.kind !== binaryen.LocalSetId || get?.kind !== binaryen.LocalGetId) return undefined;
  const slot = frame?.stores.get(store!);
  const stored = store?.children[1];
  if (slot === undefined || stored?.kind !== binaryen.LocalGetId) return undefined;
  const temp = set.info.index;
  return stored.info.index === temp && get.info.index === temp ? slot : undefined;
}
