/** What the three types share in writing and reading bytes. */
import { ErrorString } from "../errors";

/** unexpectedSize is the error of all functions that read binary data. */
export function unexpectedSize(): ErrorString {
  return new ErrorString("unexpected slice size");
}

/** appendBytes adds bytes to b and returns b. */
export function appendBytes(b: Array<u8>, bytes: Uint8Array): Array<u8> {
  for (let i = 0, n = bytes.length; i < n; i++) b.push(bytes[i]);
  return b;
}
