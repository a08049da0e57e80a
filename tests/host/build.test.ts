/** What `wasi-net build` says of programs that cannot be built. */
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import * as assert from "uvu/assert";
import { BuildError, build } from "../../host/build/index.ts";
import { suite } from "../harness.ts";

const test = suite("build");

const noMain = "program.ts: exports no function main(): void";

test.table(
  "no module of",
  [
    { name: "no main", source: "export function start(): void {}", text: noMain },
    {
      name: "a main that wants more",
      source: "export function main(n: i32): void {}",
      text: noMain,
    },
    { name: "a main that is no function", source: "export const main = 1;", text: noMain },
    {
      name: "a mistake, told without notes on the library's own code",
      source: `
        import { parseAddr } from "wasi-net/assembly/netip";
        import { print } from "wasi-net/assembly/os";
        export function main(): void {
          if (parseAddr("::1").value == parseAddr("::").value) print(7);
        }`,
      text: /^ERROR TS2322: Type 'i32' is not assignable to type '~lib\/string\/String'\.[^~]*~[^A-Z]*FAILURE 1 compile error\(s\)$/,
    },
    {
      name: "a mistake, with the notes on the program",
      source: 'export function main(): void { const n: u32 = changetype<usize>(""); n.x; }',
      text: /^WARNING AS201: .* in program\.ts\(.*\nERROR TS2339: Property 'x' does not exist/s,
    },
    {
      name: "an import that no host has",
      source: 'export function main(): void { trace("here"); }',
      text: /program\.ts: uses env\.trace, which no host offers; to write text, use print/,
    },
    {
      name: "the language's clock",
      source: "export function main(): void { if (Date.now() == 0) unreachable(); }",
      text: /uses env\.Date\.now, which no host offers; for the time, use now of wasi-net\/assembly\/time$/,
    },
    {
      name: "a closure",
      source: `
        import { goFunc } from "wasi-net/assembly/task";
        import { args, print } from "wasi-net/assembly/os";
        export function main(): void {
          const words = args();
          goFunc(() => print(words[0]));
        }`,
      text: /Not implemented: Closures.*\n\nHINT: a function does not see .*: go\(fn, arg\)$/s,
    },
    {
      name: "an error that is to be caught",
      source: "export function main(): void { try { main(); } catch (e) {} }",
      text: /Not implemented: Exceptions.*\n\nHINT: .* errors are values/s,
    },
    {
      name: "a loop over a list",
      source: "export function main(): void { for (const x of [1]) main(); }",
      text: /Not implemented: Iterators.*\n\nHINT: .* by index/s,
    },
    {
      name: "names as Go writes them",
      source: `
        import { Dial } from "wasi-net/assembly";
        export function main(): void { Dial("tcp", ":1").unwrap(); }`,
      text: /no exported member 'Dial'.*\n\nHINT: .* small first letter: Dial is dial$/s,
    },
    {
      name: "the package for Node",
      source: `
        import { Guest } from "wasi-net";
        export function main(): void {}`,
      text: /'~lib\/wasi-net\.ts' not found.*\n\nHINT: programs import from "wasi-net\/assembly"/s,
    },
  ],
  async ({ source, text }) => {
    const folder = await mkdtemp(join(tmpdir(), "wasi-net-build-test-"));
    try {
      const entry = join(folder, "program.ts");
      await writeFile(entry, source);
      const error = await build(entry).catch((failure: Error) => failure);
      assert.instance(error, BuildError);
      assert.match((error as BuildError).message, text);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  { timeout: 120_000 },
);

test.table(
  "what is noted of",
  [
    {
      name: "a program without anything to note, and the library's own code",
      source: `
        import { parseAddr } from "wasi-net/assembly/netip";
        export function main(): void { parseAddr("::1").value == parseAddr("::").value; }`,
      notes: [],
    },
    {
      name: "the program's own code, once",
      source: `
        function size<T>(value: T): usize { WARNING("large"); return sizeof<T>(); }
        export function main(): void { size<i32>(1); size<i64>(1); }`,
      notes: [/^WARNING AS102: User-defined: "large"\n.* └─ in program\.ts\(2,45\)$/s],
    },
    {
      name: "a file beside it, and what is no warning",
      source:
        'import { one } from "./beside"; export function main(): void { one(); INFO("last"); }',
      notes: [
        /AS102: User-defined: "first".*in beside\.ts\(1,/s,
        /^INFO .*"last".*in program\.ts\(1,/s,
      ],
    },
    {
      name: "code with a line that looks like the library's",
      source: 'export function main(): void {\n WARNING(" └─ in ~lib/a.ts(1,1)"); }',
      notes: [/^WARNING .*~lib\/a.*in program\.ts\(2,2\)$/s],
    },
  ],
  async ({ source, notes }) => {
    const folder = await mkdtemp(join(tmpdir(), "wasi-net-build-test-"));
    try {
      const entry = join(folder, "program.ts");
      await writeFile(entry, source);
      await writeFile(
        join(folder, "beside.ts"),
        'export function one(): void { WARNING("first"); }',
      );
      const built = await build(entry);
      assert.instance(
        new WebAssembly.Module(built.wasm as Uint8Array<ArrayBuffer>),
        WebAssembly.Module,
      );
      for (const [i, note] of notes.entries()) assert.match(built.notes[i] ?? "", note);
      assert.is(built.notes.length, notes.length, built.notes.join("\n"));
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  { timeout: 120_000 },
);

/** A program that nobody comes to compile: what is wrong is said before. */
const wrong = join(tmpdir(), `wasi-net-wrong-${process.pid}`);
await mkdir(wrong);
await writeFile(join(wrong, "program.ts"), "no program");
await writeFile(join(wrong, "program.as"), "no program");
process.on("exit", () => rmSync(wrong, { recursive: true }));

test.table(
  "nothing is done",
  [
    { name: "without a program", entry: "nowhere.ts", text: /nowhere\.ts: no such file$/ },
    { name: "with a folder", entry: "", text: /: not a file$/ },
    {
      name: "with a file of another kind",
      entry: "program.as",
      text: /program\.as: the name of a program ends in \.ts$/,
    },
    {
      name: "for a folder",
      entry: "program.ts",
      out: wrong,
      text: /^cannot write ".*wrong-\d+": want a file's name$/,
    },
    {
      name: "for no name",
      entry: "program.ts",
      out: "",
      text: /^cannot write "": want a file's name$/,
    },
    {
      name: "in the program's place",
      entry: "program.ts",
      out: `${wrong}/../${basename(wrong)}/program.ts`,
      text: /^cannot write ".*program\.ts": the program stands there$/,
    },
  ],
  async ({ entry, out, text }) => {
    const options = out === undefined ? {} : { out };
    const error = await build(join(wrong, entry), options).catch((failure: Error) => failure);
    assert.instance(error, BuildError);
    assert.match((error as BuildError).message, text);
  },
);

test(
  "a place where nothing can be written",
  async () => {
    await writeFile(join(wrong, "good.ts"), "export function main(): void {}");
    const out = join(wrong, "good.ts", "out.wasm");
    const error = await build(join(wrong, "good.ts"), { out }).catch((failure: Error) => failure);
    assert.instance(error, BuildError);
    assert.match((error as BuildError).message, /^cannot write ".*out\.wasm": E[A-Z]+: /);
  },
  { timeout: 120_000 },
);

test.run();
