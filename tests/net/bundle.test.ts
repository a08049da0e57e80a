/**
 * The library in programs that were bundled, and in one that requires it: what the bundler writes is
 * all that there is when the program runs.
 */
import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";
import { type BuildOptions, build } from "esbuild";
import { suite } from "../harness.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const test = suite("wasi-net/net bundled");

const PROGRAM = `
import { ParseError, parseAddr, parseAddrs } from "wasi-net/net";
const errors = parseAddrs(["192.0.2.1", "x"]).filter((addr) => addr instanceof ParseError);
console.log(parseAddr("0::1").text, errors.map((error) => error.message).join());
`;
const SAYS = '::1 ParseAddr("x"): unable to parse IP\n';

/** Bundles a program; what it imports, if anything, is left in it as it is. */
async function bundle(options: BuildOptions, source: string = PROGRAM) {
  const { outputFiles, metafile } = await build({
    ...options,
    stdin: { contents: source, resolveDir: root },
    bundle: true,
    write: false,
    metafile: true,
  });
  assert.equal(outputFiles.length, 1);
  const [output] = Object.values(metafile.outputs);
  return { text: outputFiles[0]!.text, imports: output!.imports };
}

/** All that the program finds of its surroundings, beside JavaScript itself, is in every browser. */
function runAsScript(program: string): string {
  let said = "";
  const console = { log: (...parts: string[]) => (said += `${parts.join(" ")}\n`) };
  const context = createContext({ atob, console });
  assert.equal(runInContext("typeof process + typeof require + typeof fetch", context), NONE);
  runInContext(program, context);
  return said;
}

const NONE = "undefined".repeat(3);

test("as a script for a browser", async () => {
  const { text, imports } = await bundle({ platform: "browser", format: "iife" });
  assert.deepEqual(imports, []);
  assert.equal(runAsScript(text), SAYS);
});

test("as a module for a browser, which is the same code", async () => {
  const { text, imports } = await bundle({ platform: "browser", format: "esm" });
  assert.deepEqual(imports, []);
  // Neither where it stands nor a wait is in it, so a script may hold it.
  assert.equal(runAsScript(text), SAYS);
});

test("minified", async () => {
  const { text } = await bundle({ platform: "browser", format: "iife", minify: true });
  assert.equal(runAsScript(text), SAYS);
});

test("a program that uses none of it has none of it", async () => {
  const source = 'import { joinHostPort } from "wasi-net/net"; console.log(1);';
  const { text } = await bundle({ platform: "browser", format: "esm", minify: true }, source);
  assert.equal(text.trim(), "console.log(1);");
});

const forNode = [
  { name: "a module", format: "esm", file: "app.mjs" },
  { name: "CommonJS", format: "cjs", file: "app.cjs" },
] as const;

test.table("for Node, as", forNode, async ({ format, file }) => {
  const { text, imports } = await bundle({ platform: "node", format });
  assert.deepEqual(imports, []);
  await inFolder(async (folder) => {
    await writeFile(join(folder, file), text);
    assert.equal((await run(process.execPath, [file], { cwd: folder })).stdout, SAYS);
  });
});

test("required", async () => {
  const program = 'console.log(require("wasi-net/net").parseAddr("0::1").text)';
  const { stdout } = await run(process.execPath, ["-e", program], { cwd: root });
  assert.equal(stdout, "::1\n");
});

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "wasi-net-bundle-"));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test.run();
