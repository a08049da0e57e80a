/**
 * Has some functions of the compiler's library call others than they do:
 *
 *   Array.sort, StaticArray.sort   SORT           → sortKept      they call the program while references are where no collector looks
 *   Array.length =, Array[i] =     ensureCapacity → ensureEmpty   they show again what the array had there before it was shorter
 *   growMemory                     unreachable    → outOfMemory   it only traps; the program shall end as others do, and say why
 */
import {
  ClassPrototype,
  type DeclaredElement,
  FunctionPrototype,
  IdentifierExpression,
  Node,
  type Program,
  PropertyPrototype,
} from "assemblyscript";

const OURS = "wasi-net/assembly";

/** Where: a file, a function or a class there, and a method. What is called there, and what is to be called instead. */
const MENDS: readonly (readonly [readonly string[], from: string, to: string])[] = [
  [["array", "Array", "sort"], "SORT", `${OURS}/rt/sort/sortKept`],
  [["staticarray", "StaticArray", "sort"], "SORT", `${OURS}/rt/sort/sortKept`],
  [["array", "Array", "length"], "ensureCapacity", `${OURS}/rt/array/ensureEmpty`],
  [["array", "Array", "__set"], "ensureCapacity", `${OURS}/rt/array/ensureEmpty`],
  [[`${OURS}/rt/array`, "ensureEmpty"], "ensureCapacity", "array/ensureCapacity"],
  [["rt/tlsf", "growMemory"], "unreachable", `${OURS}/sys/panic/outOfMemory`],
];

/** Changes a program that has been read and not been compiled. */
export function mendLibrary(program: Program): void {
  for (const [where, from, to] of MENDS) redirect(program, bodyOf(program, where), from, to);
}

/** The statements of a function or a method; of a property those that set it. */
function bodyOf(program: Program, where: readonly string[]): Node {
  const [file = "", name = "", method = ""] = where;
  let found: unknown = memberOf(program, `${file}/${name}`);
  if (found instanceof ClassPrototype) found = found.instanceMembers?.get(method);
  if (found instanceof PropertyPrototype) found = found.setterPrototype;
  if (found instanceof FunctionPrototype && found.bodyNode !== null) return found.bodyNode;
  throw new Error(`the compiler's library has no ${where.join(" ")}`);
}

/** Has a function mean another one by a name, wherever it uses it. */
function redirect(program: Program, body: Node, from: string, to: string): void {
  const name = `~${to}`; // As no program can write it.
  program.ensureGlobal(name, memberOf(program, to)!);
  let uses = 0;
  for (const identifier of identifiers(body)) {
    if (identifier.text !== from) continue;
    identifier.text = name;
    uses++;
  }
  if (uses === 0) throw new Error(`the compiler's library does not use ${from} any more`);
}

/** What stands in a file, by both their names. */
function memberOf(program: Program, path: string): DeclaredElement | undefined {
  const [, file, name] = /^(.*)\/(.*)$/.exec(path)!;
  return program.filesByName.get(`~lib/${file}`)?.members?.get(name!);
}

function* identifiers(at: unknown): Generator<IdentifierExpression> {
  if (at instanceof IdentifierExpression) yield at;
  else if (at instanceof Node) for (const inner of Object.values(at)) yield* identifiers(inner);
  else if (Array.isArray(at)) for (const inner of at) yield* identifiers(inner);
}
