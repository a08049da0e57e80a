import binaryen from "binaryen";
import { SIGNATURES } from "../../../host/signatures.ts";

/** assemble turns WebAssembly text into a module's bytes. */
export function assemble(text: string): Uint8Array {
  const module = binaryen.parseText(text);
  module.setFeatures(binaryen.Features.All);
  // A build in this process may have left it on, and the names would be in the module.
  binaryen.setDebugInfo(false);
  try {
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

/** program is a module with a page of memory that imports functions of preview1 as $name. */
export function program(imports: readonly string[], body: string): Uint8Array {
  const lines = imports.map((name) => importLine(name, SIGNATURES[name]!));
  return assemble(`(module ${lines.join("\n")} (memory (export "memory") 1) ${body})`);
}

function importLine(name: string, parameters: string): string {
  const result = name === "proc_exit" ? "" : "(result i32)";
  const type = `(func $${name} ${list("param", parameters)} ${result})`;
  return `(import "wasi_snapshot_preview1" "${name}" ${type})`;
}

/** passthrough is a module that exports everything it imports: calls on it are a guest's calls. */
export function passthrough(attached: boolean): Uint8Array {
  const names = Object.keys(SIGNATURES);
  const functions = names.map((name) => {
    const parameters = SIGNATURES[name]!;
    const result = name === "proc_exit" ? "" : "(result i32)";
    const args = [...parameters].map((_, i) => `(local.get ${i})`).join(" ");
    return `(func (export "${name}") ${list("param", parameters)} ${result} (call $${name} ${args}))`;
  });
  const attach = `(data (i32.const ${CONTROL}) "\\01")
    (func (export "wasi_net_attach") (param i32 i32) (result i32)
      (i32.store (i32.const ${CONTROL + 4}) (local.get 1))
      (i32.const ${CONTROL}))
    (func (export "wasi_net_tick") (result i64) (i64.const -1))`;
  return program(
    names,
    `${functions.join("\n")} (func (export "_start"))
     (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
     ${attached ? attach : ""}`,
  );
}

/** CONTROL is where passthrough's control block lies. */
export const CONTROL = 4096;

function list(word: string, letters: string): string {
  const types = [...letters].map((letter) => (letter === "I" ? "i64" : "i32"));
  return types.length === 0 ? "" : `(${word} ${types.join(" ")})`;
}
