/**
 * A pass of the compiler that has every error looked at which a public call of the library returns: all that a guest for tests does is
 * a proof that errors have the shapes they may have, as the parsers of Go's own net/error_test.go prove it for Go.
 *
 *     read(buffer: Uint8Array): IOResult {              read(buffer: Uint8Array): IOResult {
 *       return this.fd.read(buffer);            →         return walkedResult<IOResult>(this.fd.read(buffer), "NetConn.read");
 *     }                                                 }
 *
 * The public calls are the functions that the packages' indexes export and the methods of the classes there, also those that they
 * inherit. Both functions are in tests/guests/shared/walk.ts, which decides what is wrong and then ends the guest.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import {
  BlockStatement,
  ClassPrototype,
  DoStatement,
  type Element,
  type File,
  ForOfStatement,
  ForStatement,
  FunctionPrototype,
  IfStatement,
  NamedTypeNode,
  Node,
  type Parser,
  type Program,
  PropertyPrototype,
  ReturnStatement,
  type Statement,
  SwitchStatement,
  TryStatement,
  WhileStatement,
} from "assemblyscript";
import { type CompileOptions, compile } from "../host/build/compile.ts";
import { optimize } from "../host/build/optimize.ts";

const WALK = fileURLToPath(new URL("guests/shared/walk.ts", import.meta.url));

/** What a user imports, and how the calls there are told from others of the same name. */
const PACKAGES: ReadonlyMap<string, string> = new Map([
  ["index", ""],
  ["io", ""],
  ["os", ""],
  ["task/index", ""],
  ["netip/index", "netip."],
  ["syscall", "syscall."],
]);

/** buildWalked builds a program with the pass. */
export async function buildWalked(entry: string, options: CompileOptions): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "wasi-net-tests-"));
  try {
    const transform = new Walker(dirname(entry));
    const compiled = await compile(entry, { ...options, transform });
    return (await optimize(compiled, { folder, name: "guest.wasm", debug: false })).wasm;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Walker is the pass, for one compilation; folder is where its program stands. */
export class Walker {
  /** calls are the names of the calls that are looked at. */
  readonly calls: Set<string> = new Set();
  /** The compiler's name of the file with the functions. */
  readonly #walk: string;

  constructor(folder: string) {
    this.#walk = relative(folder, WALK).replace(/\.ts$/, "").replaceAll("\\", "/");
  }

  async afterParse(parser: Parser): Promise<void> {
    parser.parseFile(await readFile(WALK, "utf8"), `${this.#walk}.ts`, false);
  }

  afterInitialize(program: Program): void {
    // Known everywhere by their names, also in files that do not import them.
    const walk = program.filesByName.get(this.#walk)!;
    for (const [name, element] of walk.exports!) program.ensureGlobal(name, element);
    for (const [name, prefix] of PACKAGES) {
      const file = program.filesByName.get(`~lib/wasi-net/assembly/${name}`);
      for (const [name, element] of exportsOf(file)) this.#export(prefix + name, element);
    }
    if (this.calls.size === 0) throw new Error("the library has no call to look at");
  }

  #export(name: string, element: Element): void {
    if (element instanceof FunctionPrototype) this.#wrap(name, element);
    else if (element instanceof ClassPrototype) this.#class(name, element);
  }

  #class(name: string, type: ClassPrototype): void {
    // What an error wraps is no error of a call, and what is in a result has been looked at.
    if (isError(type) || hasError(type)) return;
    for (const [member, element] of [...(type.members ?? []), ...(type.instanceMembers ?? [])]) {
      if (element instanceof FunctionPrototype && element.isPublic)
        this.#wrap(`${name}.${member}`, element);
    }
    const base = type.basePrototype;
    if (base !== null) this.#class(base.name, base);
  }

  /** wrap changes the returns of a function, once, if what it returns has an error. */
  #wrap(name: string, fn: FunctionPrototype): void {
    const type = fn.functionTypeNode.returnType;
    const body = fn.bodyNode;
    if (body === null || !(type instanceof NamedTypeNode) || this.calls.has(name)) return;
    const returned = fn.lookup(type.name.identifier.text);
    if (!(returned instanceof ClassPrototype)) return;
    const isItself = isError(returned);
    if (!isItself && !hasError(returned)) return;
    this.calls.add(name);
    for (const statement of returns(body)) {
      const { value, range } = statement;
      if (value === null) continue;
      statement.value = Node.createCallExpression(
        Node.createIdentifierExpression(isItself ? "walkedError" : "walkedResult", range),
        [type],
        [value, Node.createStringLiteralExpression(name, range)],
        range,
      );
    }
  }
}

function exportsOf(file: File | undefined): Iterable<[string, Element]> {
  return file?.exports ?? [];
}

/** isError tells whether a class is an error. */
function isError(type: ClassPrototype): boolean {
  for (let one: ClassPrototype | null = type; one !== null; one = one.basePrototype) {
    if (one.name === "NetError") return true;
  }
  return false;
}

/** hasError tells whether a class is a result with an error in it. A value that is its own result keeps its to itself: it has none. */
function hasError(type: ClassPrototype): boolean {
  for (let one: ClassPrototype | null = type; one !== null; one = one.basePrototype) {
    const err = one.instanceMembers?.get("err");
    if (err instanceof PropertyPrototype && err.isPublic) return true;
  }
  return false;
}

/** returns finds the returns of a function, not those of functions in it. */
function* returns(at: Statement): Generator<ReturnStatement> {
  if (at instanceof ReturnStatement) yield at;
  for (const inner of inside(at)) yield* returns(inner);
}

/** inside are the statements that a statement is made of. */
function inside(at: Statement): readonly Statement[] {
  if (at instanceof BlockStatement) return at.statements;
  if (at instanceof IfStatement) return [at.ifTrue, ...(at.ifFalse === null ? [] : [at.ifFalse])];
  if (at instanceof SwitchStatement) return at.cases.flatMap(({ statements }) => statements);
  if (at instanceof TryStatement) {
    return [at.bodyStatements, at.catchStatements, at.finallyStatements].flatMap(
      (list) => list ?? [],
    );
  }
  const loops = [DoStatement, ForStatement, ForOfStatement, WhileStatement];
  const loop = loops.some((kind) => at instanceof kind);
  return loop ? [(at as WhileStatement).body] : [];
}
