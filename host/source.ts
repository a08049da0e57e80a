/**
 * Source is where a guest's module comes from: its bytes, the compiled module, or a file's path or
 * URL, which may be a string, such as import.meta.resolve answers.
 */
export type Source = Uint8Array | CompiledModule | string | URL;

/**
 * CompiledModule is WebAssembly.Module where the program's libraries declare it, which Node's own
 * types do not.
 */
type CompiledModule = typeof globalThis extends {
  WebAssembly: { Module: { prototype: infer Module } };
}
  ? Module
  : never;
