/**
 * The second half of a build: Binaryen makes goroutines possible (Asyncify) and the module small and fast, in one run.
 */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Compiled } from "./compile.ts";
import { BuildError } from "./error.ts";

/** The finished files. */
export interface Optimized {
  readonly wasm: Uint8Array;
  readonly map?: string;
}

/** What the AssemblyScript compiler emits by default. */
const FEATURES = [
  "--enable-bulk-memory",
  "--enable-sign-ext",
  "--enable-nontrapping-float-to-int",
  "--enable-mutable-globals",
];

/**
 * What runs once in a while stays out of what always runs: the report of a stored reference, which is for the collector only
 * (partial inlining), the slow ways to allocate, and reading a value that is not there. Setters are inlined, calls and all.
 *
 * The functions that call Asyncify's intrinsics must stay functions: inlined into others they would leave the callers
 * uninstrumented, and a goroutine's state would be lost. Imports never suspend, goroutines do so themselves.
 */
const PASSES = [
  "--partial-inlining-ifs=1",
  "--always-inline-max-function-size=6",
  "--no-inline=*task/switch/suspend",
  "--no-inline=*task/switch/resume",
  "--no-inline=*rt/allocate/takeAfterRefill",
  "--no-inline=*rt/allocate/makeLarge",
  "--no-inline=*errors/panicWith",
  "-O3",
  "--asyncify",
  "--pass-arg=asyncify-ignore-imports",
  "--remove-exports=asyncify_*",
  "-O3",
  "--reorder-functions",
  "--strip-producers",
  "--strip-target-features",
];

/** Optimizes into folder, an empty one of the caller's. */
export async function optimize(
  compiled: Compiled,
  options: { readonly folder: string; readonly name: string; readonly debug: boolean },
): Promise<Optimized> {
  const input = join(options.folder, "compiled.wasm");
  const output = join(options.folder, options.name);
  await writeFile(input, compiled.wasm);
  await writeFile(`${input}.map`, compiled.map);
  const debug = options.debug
    ? ["-g", "-ism", `${input}.map`, "-osm", `${output}.map`, "-osu", `${options.name}.map`]
    : [];
  await wasmOpt([input, ...FEATURES, ...PASSES, ...debug, "-o", output]);
  const wasm = new Uint8Array(await readFile(output));
  return options.debug ? { wasm, map: await readFile(`${output}.map`, "utf8") } : { wasm };
}

/**
 * Starts the tool, which is WebAssembly itself, without V8's optimizing compiler: in so short a time it costs more than it saves,
 * half of all for a small program. An engine that does not know the flag says so, and does without.
 */
const LAUNCH = `require("node:v8").setFlagsFromString("--liftoff-only");
import(require("node:url").pathToFileURL(process.argv[1]));`;

async function wasmOpt(args: string[]): Promise<void> {
  const binaryen = createRequire(import.meta.url).resolve("binaryen/package.json");
  const tool = join(dirname(binaryen), "bin", "wasm-opt");
  try {
    await promisify(execFile)(process.execPath, ["--eval", LAUNCH, tool, ...args]);
  } catch (cause) {
    const { stderr } = cause as { stderr?: string };
    throw new BuildError(`wasm-opt failed: ${stderr ?? String(cause)}`, { cause });
  }
}
