/**
 * The module behind the library. It is part of the library's code: no file, request or asset, and
 * so nothing differs between Node, a browser, and a bundle for either.
 *
 * It is compiled at once, when it is first needed. An import that waited for it could not be
 * required, nor bundled as a script, nor be used in a service worker. Workers and Node compile at
 * once whatever its size; so do the main threads of browsers, Chrome's since version 114.
 */
// The build writes it. Compiled, this file is in dist/net, and the path leads to its neighbour.
import { base64 } from "../../dist/net/module.js";

/** What assembly/js.ts exports. A pointer is an i32 here: negative in the upper half of a memory. */
export interface Exports {
  readonly memory: WebAssembly.Memory;
  input(count: number, units: number): number;
  parse(kind: number): number;
  words(): number;
  texts(): number;
}

let compiled: WebAssembly.Module | undefined;

/** Makes an instance of the module. */
export function instantiate(): Exports {
  compiled ??= new WebAssembly.Module(decode(base64));
  const imports: Record<string, Record<string, () => never>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(compiled)) {
    imports[from] ??= {};
    imports[from][name] = fail;
  }
  return new WebAssembly.Instance(compiled, imports).exports as unknown as Exports;
}

/** By a loop: `Uint8Array.from` takes four times as long. */
function decode(text: string): Uint8Array<ArrayBuffer> {
  const bytes = atob(text);
  const binary = new Uint8Array(bytes.length);
  for (let i = 0; i < binary.length; i++) binary[i] = bytes.charCodeAt(i);
  return binary;
}

/** What the module imports only serves to say how a program died. */
function fail(): never {
  throw new Error("the module gave up");
}
