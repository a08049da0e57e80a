import { readFile } from "node:fs/promises";
import { types } from "node:util";
import { textOf } from "./errno.ts";
import { WasiNetError } from "./errors.ts";
import { functions } from "./sections.ts";
import { OLD_SIGNATURES, SIGNATURES } from "./signatures.ts";
import type { Source } from "./source.ts";

const WASI = "wasi_snapshot_preview1";

/**
 * loadModule compiles a guest's module and checks, before anything of it runs, that this host can
 * run it. A module that is compiled already keeps the shapes of its imports to itself, so for such
 * a one the names only are checked.
 */
export async function loadModule(source: Source): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) {
    checkModule(source);
    return source;
  }
  const bytes = types.isUint8Array(source) ? source : await readSource(source);
  checkMagic(bytes, types.isUint8Array(source) ? "" : `${source}: `);
  const module = await compile(bytes);
  checkSignatures(bytes);
  checkModule(module);
  return module;
}

async function readSource(source: string | URL): Promise<Uint8Array> {
  try {
    const isURL = typeof source === "string" && source.startsWith("file://");
    return await readFile(isURL ? new URL(source) : source);
  } catch (cause) {
    const { code = "", message } = cause as NodeJS.ErrnoException;
    const why = REASONS[code] ?? textOf(code) ?? message;
    throw new WasiNetError("WASI_NET_UNREADABLE", `cannot read ${source}: ${why}`, { cause });
  }
}

function checkMagic(bytes: Uint8Array, where: string): void {
  const head = Buffer.from(bytes.subarray(0, 8)).toString("latin1");
  if (!head.startsWith("\0asm")) {
    const advice = where.endsWith(".ts: ") ? "; wasi-net build makes one of a program" : "";
    throw new WasiNetError("WASI_NET_NOT_WASM", `${where}not a WebAssembly module${advice}`);
  }
  if (head.slice(4, 8) === "\x0d\0\x01\0") {
    throw new WasiNetError("WASI_NET_NOT_WASM", `${where}a WebAssembly component, not a module`);
  }
}

async function compile(bytes: Uint8Array): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>);
  } catch (cause) {
    const why = (cause as Error).message.replace("WebAssembly.compile(): ", "");
    throw new WasiNetError("WASI_NET_NOT_WASM", `not a valid WebAssembly module: ${why}`, {
      cause,
    });
  }
}

/** ENTRIES are the exports that this host calls: parameters and results. */
const ENTRIES: Readonly<Record<string, readonly [string, string]>> = {
  _start: ["", ""],
  wasi_net_attach: ["ii", "i"],
  wasi_net_tick: ["", "I"],
};

function checkSignatures(bytes: Uint8Array): void {
  const { imports, exports } = functions(bytes);
  for (const { name, parameters, results } of exports) {
    // A type that was not understood shows when the function is called.
    if (!Object.hasOwn(ENTRIES, name) || parameters === "?") continue;
    const [expected, result] = ENTRIES[name]!;
    if (parameters === expected && results === result) continue;
    throw new WasiNetError(
      "WASI_NET_SIGNATURE",
      `${name} is exported as (${parameters}) -> (${results}), expected (${expected}) -> (${result})`,
    );
  }
  for (const { module, name, parameters, results } of imports) {
    if (module !== WASI || !Object.hasOwn(SIGNATURES, name)) continue;
    const expected = SIGNATURES[name]!;
    if (parameters === expected && results === (name === "proc_exit" ? "" : "i")) continue;
    const old = OLD_SIGNATURES[name] === parameters;
    throw new WasiNetError(
      "WASI_NET_SIGNATURE",
      old
        ? `${name} is imported in version 1 of the WasmEdge socket extension; this host speaks version 2`
        : `${name} is imported as (${parameters}) -> (${results}), expected (${expected}) -> (i)`,
    );
  }
}

function checkModule(module: WebAssembly.Module): void {
  const imports = WebAssembly.Module.imports(module);
  for (const { module: from, name, kind } of imports) {
    if (from === WASI && kind === "function" && Object.hasOwn(SIGNATURES, name)) continue;
    const advice = from === WASI ? "" : FOREIGN;
    throw new WasiNetError(
      "WASI_NET_UNKNOWN_IMPORT",
      `unknown import ${from}.${name} (${kind})${advice}`,
    );
  }
  if (imports.length === 0) {
    throw new WasiNetError("WASI_NET_NO_WASI", `imports nothing from ${WASI}: not a WASI program`);
  }
  const exports = WebAssembly.Module.exports(module);
  if (!exports.some(({ name, kind }) => name === "memory" && kind === "memory")) {
    throw new WasiNetError("WASI_NET_NO_MEMORY", 'exports no memory named "memory"');
  }
  if (!exports.some(({ name, kind }) => name === "_start" && kind === "function")) {
    throw new WasiNetError(
      "WASI_NET_NO_START",
      "exports no function _start: a library, not a program",
    );
  }
}

/** What most of such modules lack: compilers' other targets and AssemblyScript's own import from env. */
const FOREIGN = ": not built for WASI preview1; wasi-net build does so with AssemblyScript";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EACCES: "permission denied",
  EISDIR: "is a directory",
};
