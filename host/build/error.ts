/** A program that could not be built; the message is the compiler's. */
export class BuildError extends Error {
  override readonly name = "BuildError";
  readonly code = "WASI_NET_BUILD";
}
