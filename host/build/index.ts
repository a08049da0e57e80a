/**
 * Building a guest: AssemblyScript in, one optimized module with goroutines out. Also `wasi-net build`.
 */
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { compile } from "./compile.ts";
import { BuildError } from "./error.ts";
import { instead } from "./hints.ts";
import { checkLevel, type Level } from "./level.ts";
import { type Optimized, optimize } from "./optimize.ts";

export { BuildError } from "./error.ts";

/** How to build. */
export interface BuildOptions {
  /** Where to write the module, and with `debug` its source map beside it; folders are made. Nothing is written without. */
  readonly out?: string;
  /** Keeps function names and makes a source map. */
  readonly debug?: boolean;
  /**
   * What the module asks of its host (docs/ABI.md): 1, the default, WASI preview1 with the WasmEdge socket extension; 0, WASI preview1
   * alone. There, sockets that the host has opened work, and everything else fails with ENOSYS.
   */
  readonly level?: Level;
  /**
   * Leaves to chance which of several ready goroutines runs: a test can then try many orders, one for each value of the guest's
   * environment variable `WASI_NET_SEED`. Slower; not for production.
   */
  readonly shuffle?: boolean;
}

/** What was built. */
export interface Built {
  /** The module. */
  readonly wasm: Uint8Array;
  /** What the compiler notes of the program's own code, such as warnings, in its own words. */
  readonly notes: readonly string[];
}

/**
 * Compiles the program whose `main` the file entry exports.
 * Throws a `BuildError` with the compiler's own words when the program has mistakes.
 */
export async function build(entry: string, options: BuildOptions = {}): Promise<Built> {
  const debug = options.debug ?? false;
  const level = checkLevel(options.level ?? 1);
  const { out } = options;
  if (out !== undefined) await checkOut(out, entry);
  const folder = await mkdtemp(join(tmpdir(), "wasi-net-build-"));
  try {
    const compiled = await compile(entry, { level, shuffle: options.shuffle ?? false });
    const name = basename(out ?? entry.replace(/\.ts$/, ".wasm"));
    const files = await optimize(compiled, { folder, name, debug });
    checkImports(entry, files.wasm);
    if (out !== undefined) await write(out, files);
    return { wasm: files.wasm, notes: compiled.notes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** checkOut says before the work is done when there is no place for what comes of it. */
async function checkOut(out: string, entry: string): Promise<void> {
  const found = await stat(out).catch(() => undefined);
  if (out === "" || found?.isDirectory()) {
    throw new BuildError(`cannot write "${out}": want a file's name`);
  }
  if (resolve(out) === resolve(entry)) {
    throw new BuildError(`cannot write "${out}": the program stands there`);
  }
}

async function write(out: string, { wasm, map }: Optimized): Promise<void> {
  try {
    await mkdir(dirname(out), { recursive: true });
    await writeFile(out, wasm);
    if (map !== undefined) await writeFile(`${out}.map`, map);
  } catch (cause) {
    throw new BuildError(`cannot write "${out}": ${(cause as Error).message}`, { cause });
  }
}

/** checkImports refuses a program that asks for more than WASI: the language's own `trace` or `console`, say. No host would run it. */
function checkImports(entry: string, wasm: Uint8Array): void {
  const foreign = WebAssembly.Module.imports(new WebAssembly.Module(wasm))
    .filter(({ module }) => module !== "wasi_snapshot_preview1")
    .map(({ module, name }) => `${module}.${name}`);
  if (foreign.length === 0) return;
  const uses = `uses ${foreign.join(", ")}, which no host offers`;
  throw new BuildError(`${entry}: ${uses}${instead(foreign)}`);
}
