/**
 * Has some functions of the compiler's library call others than they do:
 *
 *   Array.sort, StaticArray.sort   SORT          → sortKept      they call the program while references are where no collector looks
 *   growMemory                     unreachable   → outOfMemory   it only traps; the program shall end as others do, and say why
 */
import {
  ClassPrototype,
  type DeclaredElement,
  FunctionPrototype,
  IdentifierExpression,
  Node,
  type Program,
} from "assemblyscript";

const RUNTIME = "~lib/wasi-net/assembly";

/** Changes a program that has been read and not been compiled. */
export function mendLibrary(program: Program): void {
  redirect(program, bodyOf(program, "array", "Array", "sort"), "SORT", "rt/sort/sortKept");
  redirect(
    program,
    bodyOf(program, "staticarray", "StaticArray", "sort"),
    "SORT",
    "rt/sort/sortKept",
  );
  redirect(
    program,
    bodyOf(program, "rt/tlsf", "growMemory"),
    "unreachable",
    "sys/panic/outOfMemory",
  );
}

/** The statements of a function in a file of the compiler's library, or of a method of a class there. */
function bodyOf(program: Program, file: string, name: string, method?: string): Node {
  const element = program.filesByName.get(`~lib/${file}`)?.members?.get(name);
  const found =
    element instanceof ClassPrototype ? element.instanceMembers?.get(method ?? "") : element;
  if (found instanceof FunctionPrototype && found.bodyNode !== null) return found.bodyNode;
  throw new Error(`the compiler's library has no ${file} ${name}`);
}

/** Has a function mean another one by a name, wherever it uses it. */
function redirect(program: Program, body: Node, from: string, to: string): void {
  const name = `~${to}`; // As no program can write it.
  program.ensureGlobal(name, exported(program, to));
  let uses = 0;
  for (const identifier of identifiers(body)) {
    if (identifier.text !== from) continue;
    identifier.text = name;
    uses++;
  }
  if (uses === 0) throw new Error(`the compiler's library does not use ${from} any more`);
}

function exported(program: Program, path: string): DeclaredElement {
  const [, file, name] = /^(.*)\/(.*)$/.exec(path)!;
  return program.filesByName.get(`${RUNTIME}/${file}`)!.exports!.get(name!)!;
}

function* identifiers(at: unknown): Generator<IdentifierExpression> {
  if (at instanceof IdentifierExpression) yield at;
  else if (at instanceof Node) for (const inner of Object.values(at)) yield* identifiers(inner);
  else if (Array.isArray(at)) for (const inner of at) yield* identifiers(inner);
}
