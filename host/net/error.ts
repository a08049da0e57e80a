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
