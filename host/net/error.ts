/** What was to be read when a text was wrong. Codes are stable. */
export type ParseCode =
  | "WASI_NET_PARSE_ADDR"
  | "WASI_NET_PARSE_ADDR_PORT"
  | "WASI_NET_PARSE_PREFIX"
  | "WASI_NET_PARSE_CIDR"
  | "WASI_NET_PARSE_MAC"
  | "WASI_NET_SPLIT_HOST_PORT";

/** ParseError is a text that is not what it should be. Its message is Go's, to the byte. */
export class ParseError extends Error {
  override readonly name = "ParseError";
  readonly code: ParseCode;
  /** The text. */
  readonly input: string;

  constructor(code: ParseCode, message: string, input: string) {
    super(message);
    this.code = code;
    this.input = input;
  }
}

/**
 * ArgumentError is a value that cannot be meant, as plain JavaScript may hand it in: no text, no list
 * of texts, no port. It is always thrown, as it says nothing of a text.
 */
export class ArgumentError extends TypeError {
  override readonly name = "ArgumentError";
  readonly code = "WASI_NET_BAD_ARGUMENT";

  constructor(name: string, want: string, got: unknown) {
    super(`${name}: want ${want}, got ${shown(got)}`);
  }
}

/**
 * ModuleError is a failure of the module that reads the texts, which is the `cause`: a text of
 * hundreds of megabytes needs more memory than a module can have, or none may be compiled here. The
 * next call begins with a new one.
 */
export class ModuleError extends Error {
  override readonly name = "ModuleError";
  readonly code = "WASI_NET_MODULE_FAILED";

  constructor(message: string, cause: unknown) {
    super(message, { cause });
  }
}

const LONGEST = 80;

/** shown is a value in a message, wherever JavaScript runs; of objects, what they are. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return "an object";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
