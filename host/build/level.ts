/**
 * Makes a program for hosts of less: what such a host does not offer must not be imported, because an unknown import stops a
 * module from linking. Each such function becomes one of the module's own that answers ENOSYS, as a host without it would.
 */
import binaryen from "binaryen";
import { ENOSYS } from "../errno.ts";
import { PREVIEW1 } from "../signatures.ts";
import { BuildError } from "./error.ts";
import type { Module } from "./shadowstack/calls.ts";

const WASI = "wasi_snapshot_preview1";

/** The levels of docs/ABI.md that a module can be built for. Level 2 needs no imports of its own. */
export type Level = 0 | 1;

/** checkLevel answers a level that a module can be built for, and throws for what is none. */
export function checkLevel(level: number): Level {
  if (level === 0 || level === 1) return level;
  throw new BuildError(`bad level "${level}": a module is built for level 0 or 1`);
}

/** Works on asc's module, in place. It says how many imports it replaced. */
export function keepPreview1(module: Module): number {
  const imports = Array.from({ length: module.getNumFunctions() }, (_, i) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(i)),
  ).filter(({ module, base }) => module === WASI && !Object.hasOwn(PREVIEW1, base ?? ""));
  for (const { name, params, results } of imports) {
    module.removeFunction(name);
    module.addFunction(name, params, results, [], module.i32.const(ENOSYS));
  }
  return imports.length;
}
