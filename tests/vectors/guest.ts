/** The guest that answers vectors, tests/guests/vectors, as a function of the host. */
import { fileURLToPath } from "node:url";
import { remember } from "../build.ts";

/** One line of a vector file; tests/vectors/gen says what its members are. */
export interface Vector {
  readonly fn: string;
  readonly in: readonly (string | number | boolean | null)[];
  readonly b64?: boolean;
  readonly out?: unknown;
  readonly err?: string;
  readonly type?: string;
  readonly inner?: string;
}

/** What the guest answers: nothing for a function that it does not know. */
export interface Answer {
  readonly out?: unknown;
  readonly err?: string;
  readonly type?: string;
  readonly inner?: string;
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  input(units: number): number;
  answer(): number;
}

const ENTRY = "tests/guests/vectors/index.ts";
const RUNTIME = ["--runtime", "assembly/rt/index"];
const OPTIONS = ["-O3", ...RUNTIME, "--config", "none", "--disableWarning", "235"];
const NOTSUP = 58;
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Compiles the guest and returns a function that answers vectors, one for one. */
export async function guest(): Promise<(vectors: readonly Vector[]) => Answer[]> {
  const binary = await remember(ENTRY, OPTIONS.join(" "), compile);
  const exports = (await instantiate(binary)).exports as unknown as Exports;
  return (vectors) => {
    const lines = vectors.map(lineOf).join("\n");
    const at = exports.input(lines.length);
    const units = new Uint16Array(exports.memory.buffer, at, lines.length);
    for (let i = 0; i < lines.length; i++) units[i] = lines.charCodeAt(i);
    return read(exports.memory, exports.answer())
      .split("\n")
      .map((line) => JSON.parse(line) as Answer);
  };
}

async function compile(): Promise<Uint8Array> {
  const { default: asc } = await import("assemblyscript/asc");
  let binary: Uint8Array | null = null;
  const result = await asc.main([ENTRY, "--baseDir", ROOT, "-o", "guest.wasm", ...OPTIONS], {
    writeFile: (_name: string, data: string | Uint8Array) => {
      if (typeof data !== "string") binary = data;
    },
  });
  if (result.error !== null || binary === null) throw new Error(result.stderr.toString());
  return binary;
}

async function instantiate(binary: Uint8Array): Promise<WebAssembly.Instance> {
  const module = await WebAssembly.compile(binary);
  const imports: Record<string, Record<string, () => number>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = () => {
      // No vector needs the host: a socket that is made all the same shows as a wrong answer.
      if (from !== "env" && name !== "proc_exit") return NOTSUP;
      throw new Error(`the guest called ${from}.${name}`);
    };
  }
  return new WebAssembly.Instance(module, imports);
}

/** A string of the guest; its size in bytes stands before it. */
function read(memory: WebAssembly.Memory, at: number): string {
  const size = new DataView(memory.buffer).getUint32(at - 4, true);
  const units = new Uint16Array(memory.buffer, at, size / 2);
  const parts: string[] = [];
  for (let i = 0; i < units.length; i += 4096) {
    parts.push(String.fromCharCode(...units.subarray(i, i + 4096)));
  }
  return parts.join("");
}

function lineOf(vector: Vector): string {
  const fields = vector.in.map((value) => {
    if (value === null) return "z";
    if (typeof value === "boolean") return value ? "bt" : "bf";
    if (typeof value === "number") return `n${value}`;
    return `s${vector.b64 ? decodeBytes(Buffer.from(value, "base64")) : value}`;
  });
  return [vector.fn, ...fields].map(escaped).join("\t");
}

function escaped(field: string): string {
  return field.replace(/[\\\t\n]/g, (c) => (c === "\t" ? "\\t" : c === "\n" ? "\\n" : "\\\\"));
}

/**
 * Bytes as the guest holds them: one that is not part of valid UTF-8 is a lone surrogate, U+DC00 +
 * the byte.
 */
export function decodeBytes(bytes: Uint8Array): string {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  for (let i = 0; i < bytes.length; ) {
    let length = 1;
    const valid = (n: number): boolean => {
      try {
        strict.decode(bytes.subarray(i, i + n));
        return i + n <= bytes.length;
      } catch {
        return false;
      }
    };
    while (length <= 4 && !valid(length)) length++;
    if (length <= 4) {
      text += strict.decode(bytes.subarray(i, i + length));
      i += length;
    } else {
      text += String.fromCharCode(0xdc00 + (bytes[i++] ?? 0));
    }
  }
  return text;
}
