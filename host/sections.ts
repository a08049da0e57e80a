/**
 * A reader for the two sections of a wasm module that JavaScript does not show: the types, and
 * which type each imported function has. An import of the wrong shape links silently in JavaScript
 * and misreads its arguments.
 */
export interface FunctionImport {
  readonly module: string;
  readonly name: string;
  /** One letter each: i i32, I i64, f f32, F f64, ? anything else. */
  readonly parameters: string;
  readonly results: string;
}

/** FunctionExport is an exported function; its type as above, or "?" when that was not understood. */
export type FunctionExport = Omit<FunctionImport, "module">;

const TYPE_SECTION = 1;
const IMPORT_SECTION = 2;
const FUNCTION_SECTION = 3;
const EXPORT_SECTION = 7;
const UNKNOWN: Signature = { parameters: "?", results: "?" };

/**
 * functionImports lists a module's imported functions. The module must be one that the engine has
 * accepted.
 */
export function functionImports(wasm: Uint8Array): FunctionImport[] {
  return functions(wasm).imports;
}

/** functions lists a module's imported and exported functions, under the same condition. */
export function functions(wasm: Uint8Array): {
  readonly imports: FunctionImport[];
  readonly exports: FunctionExport[];
} {
  const reader = new Reader(wasm, 8);
  let types: Signature[] = [];
  let imports: FunctionImport[] = [];
  /** The types of all functions: imported ones come first. */
  const signatures: Signature[] = [];
  const exports: FunctionExport[] = [];
  while (!reader.done) {
    const id = reader.byte();
    const size = reader.u32();
    const section = new Reader(wasm, reader.at);
    reader.at += size;
    if (id === TYPE_SECTION) types = readTypes(section);
    if (id === IMPORT_SECTION) {
      imports = readImports(section, types);
      signatures.push(...imports);
    }
    if (id === FUNCTION_SECTION) {
      for (let n = section.u32(); n > 0; n--) signatures.push(types[section.u32()] ?? UNKNOWN);
    }
    if (id === EXPORT_SECTION) {
      for (let n = section.u32(); n > 0; n--) {
        const name = section.name();
        const kind = section.byte();
        const { parameters, results } = signatures[section.u32()] ?? UNKNOWN;
        if (kind === 0) exports.push({ name, parameters, results });
      }
    }
  }
  return { imports, exports };
}

interface Signature {
  readonly parameters: string;
  readonly results: string;
}

/**
 * readTypes stops at the first type that is not a plain function of plain values; that and those
 * after it count as unknown.
 */
function readTypes(reader: Reader): Signature[] {
  const types: Signature[] = [];
  for (let n = reader.u32(); n > 0; n--) {
    if (reader.byte() !== 0x60) break;
    const parameters = readValues(reader);
    const results = parameters === undefined ? undefined : readValues(reader);
    if (parameters === undefined || results === undefined) break;
    types.push({ parameters, results });
  }
  return types;
}

function readImports(reader: Reader, types: readonly Signature[]): FunctionImport[] {
  const imports: FunctionImport[] = [];
  for (let n = reader.u32(); n > 0; n--) {
    const module = reader.name();
    const name = reader.name();
    const kind = reader.byte();
    if (kind === 0) {
      const type = types[reader.u32()] ?? UNKNOWN;
      imports.push({ module, name, parameters: type.parameters, results: type.results });
    } else if (kind === 1) {
      reader.byte(); // table: element type and limits
      reader.limits();
    } else if (kind === 2) {
      reader.limits();
    } else if (kind === 3) {
      reader.at += 2; // global: value type, mutability
    } else {
      reader.byte(); // tag: attribute and type
      reader.u32();
    }
  }
  return imports;
}

/** readValues answers undefined at a value type of more than one byte: (ref ht), (ref null ht). */
function readValues(reader: Reader): string | undefined {
  let text = "";
  for (let n = reader.u32(); n > 0; n--) {
    const type = reader.byte();
    if (type === 0x63 || type === 0x64) return undefined;
    text += "FfIi"[type - 0x7c] ?? "?";
  }
  return text;
}

class Reader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  get done(): boolean {
    return this.at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.at++] ?? 0;
  }

  /** u32 reads a number in LEB128. */
  u32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80 || shift > 28) return value >>> 0;
    }
  }

  name(): string {
    const size = this.u32();
    this.at += size;
    return new TextDecoder().decode(this.#bytes.subarray(this.at - size, this.at));
  }

  limits(): void {
    const flags = this.byte();
    this.u32();
    if (flags & 1) this.u32();
  }
}
