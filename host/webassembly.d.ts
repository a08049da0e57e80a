/**
 * What the host uses of WebAssembly's JavaScript interface. TypeScript has it in the browser's
 * library only.
 */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
    /** Makes the type nominal: no other object is a Module. */
    private readonly brand: "module";
    static imports(module: Module): { module: string; name: string; kind: string }[];
    static exports(module: Module): { name: string; kind: string }[];
  }
  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Readonly<Record<string, unknown>>;
  }
  class Memory {
    readonly buffer: ArrayBuffer;
  }
  class LinkError extends Error {}
  class RuntimeError extends Error {}
  class Exception {
    private readonly brand: "exception";
  }
  type ModuleImports = Record<string, unknown>;
  type Imports = Record<string, ModuleImports>;
  function compile(bytes: Uint8Array): Promise<Module>;
}
