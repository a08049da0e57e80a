/**
 * Code tells programs what went wrong; the message tells people. Codes are stable, messages are
 * not.
 */
export type Code =
  | "WASI_NET_NOT_WASM"
  | "WASI_NET_NO_MEMORY"
  | "WASI_NET_NO_START"
  | "WASI_NET_NO_WASI"
  | "WASI_NET_UNKNOWN_IMPORT"
  | "WASI_NET_SIGNATURE"
  | "WASI_NET_LINK"
  | "WASI_NET_NOT_DRIVABLE"
  | "WASI_NET_BAD_ARGUMENT"
  | "WASI_NET_BAD_RULE"
  | "WASI_NET_BAD_SOCKET"
  | "WASI_NET_BAD_LIMIT"
  | "WASI_NET_BAD_MODE"
  | "WASI_NET_UNREADABLE"
  | "WASI_NET_UNSUPPORTED_PLATFORM"
  | "WASI_NET_EXITED"
  | "WASI_NET_INTERNAL";

/**
 * WasiNetError is the only class of error this library throws at an embedder. What a guest does
 * wrong never comes out as an exception: the guest gets an errno, or ends with an exit code.
 */
export class WasiNetError extends Error {
  override readonly name = "WasiNetError";
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** badRule is the error for a rule of a policy that nobody understands. */
export function badRule(text: string, why: string): WasiNetError {
  return new WasiNetError("WASI_NET_BAD_RULE", `bad rule "${text}": ${why}`);
}
