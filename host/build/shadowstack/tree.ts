/**
 * Function bodies as plain objects: Binaryen's expressions are numbers whose parents nobody knows.
 *
 * Children stand in the order in which WebAssembly evaluates them.
 */
import binaryen from "binaryen";

/** An expression. Fields that its kind does not have are undefined. */
export interface Node {
  readonly ref: number;
  readonly kind: number;
  /** Binaryen's type of the result: `binaryen.none`, `binaryen.i32`, … */
  readonly type: number;
  readonly info: Info;
  readonly children: readonly Node[];
  readonly parent: Node | null;
}

/** The fields of all kinds that matter here; `binaryen.getExpressionInfo` gives those of its kind. */
interface Info {
  readonly name: string;
  readonly names: readonly string[];
  readonly defaultName: string;
  readonly index: number;
  readonly isTee: boolean;
  readonly target: string;
  readonly isReturn: boolean;
  readonly params: number;
  readonly results: number;
  readonly offset: number;
  readonly bytes: number;
  readonly valueType: number;
  readonly op: number;
  readonly value: unknown;
}

/** A function with a body. */
export interface Func {
  readonly ref: number;
  readonly name: string;
  /** Binaryen's number of the signature: equal for equal signatures. */
  readonly signature: string;
  /** Types of the parameters. */
  readonly params: readonly number[];
  /** How many parameters and variables. */
  readonly locals: number;
  readonly body: Node;
  /** Every expression of the body. */
  readonly nodes: readonly Node[];
}

/** The module has an expression that this pass does not know, so it knows nothing about the module. */
export class Unsupported extends Error {}

/** Operands in order of evaluation, of every kind that asc emits with its default features. */
const OPERANDS = new Map<number, readonly string[]>([
  [binaryen.NopId, []],
  [binaryen.BlockId, ["children"]],
  [binaryen.IfId, ["condition", "ifTrue", "ifFalse"]],
  [binaryen.LoopId, ["body"]],
  [binaryen.BreakId, ["value", "condition"]],
  [binaryen.SwitchId, ["value", "condition"]],
  [binaryen.CallId, ["operands"]],
  [binaryen.CallIndirectId, ["operands", "target"]],
  [binaryen.LocalGetId, []],
  [binaryen.LocalSetId, ["value"]],
  [binaryen.GlobalGetId, []],
  [binaryen.GlobalSetId, ["value"]],
  [binaryen.LoadId, ["ptr"]],
  [binaryen.StoreId, ["ptr", "value"]],
  [binaryen.ConstId, []],
  [binaryen.UnaryId, ["value"]],
  [binaryen.BinaryId, ["left", "right"]],
  [binaryen.SelectId, ["ifTrue", "ifFalse", "condition"]],
  [binaryen.DropId, ["value"]],
  [binaryen.ReturnId, ["value"]],
  [binaryen.MemorySizeId, []],
  [binaryen.MemoryGrowId, ["delta"]],
  [binaryen.MemoryCopyId, ["dest", "source", "size"]],
  [binaryen.MemoryFillId, ["dest", "value", "size"]],
  [binaryen.UnreachableId, []],
]);

/** Reads a function; undefined for an import. */
export function readFunction(ref: number): Func | undefined {
  const info = binaryen.getFunctionInfo(ref);
  if (info.body === 0) return undefined;
  const nodes: Node[] = [];
  return {
    ref,
    name: info.name,
    signature: signature(info.params, info.results),
    params: binaryen.expandType(info.params),
    locals: binaryen.expandType(info.params).length + info.vars.length,
    body: readNode(info.body, null, nodes),
    nodes,
  };
}

/** A key for the type of a function. */
export function signature(params: number, results: number): string {
  return `${params}>${results}`;
}

function readNode(ref: number, parent: Node | null, nodes: Node[]): Node {
  const kind = binaryen.getExpressionId(ref);
  const operands = OPERANDS.get(kind);
  const info = infoOf(ref, kind);
  if (operands === undefined || info.isReturn) throw new Unsupported(`expression ${kind}`);
  const children: Node[] = [];
  const type = binaryen.getExpressionType(ref);
  const node: Node = { ref, kind, type, info, children, parent };
  for (const name of operands) {
    const refs = info[name] as number | readonly number[];
    for (const child of typeof refs === "number" ? [refs] : refs) {
      if (child !== 0) children.push(readNode(child, node, nodes));
    }
  }
  nodes.push(node);
  return node;
}

/** Binaryen throws for the two kinds that have no fields. */
function infoOf(ref: number, kind: number): Info & Record<string, unknown> {
  const bare = kind === binaryen.NopId || kind === binaryen.UnreachableId;
  return (bare ? {} : binaryen.getExpressionInfo(ref)) as Info & Record<string, unknown>;
}
