/** Go's strings, which are bytes, as the port's, which are UTF-16. */
import { isUtf8 } from "node:buffer";

/**
 * Bytes as the guest holds them: one that is not part of valid UTF-8 is a lone surrogate, U+DC00 +
 * the byte.
 */
export function decodeBytes(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return Buffer.from(bytes).toString();
  let text = "";
  for (let i = 0; i < bytes.length; ) {
    let length = 1;
    while (length <= 4 && !isUtf8(bytes.subarray(i, i + length))) length++;
    if (length <= 4) {
      text += Buffer.from(bytes.subarray(i, i + length)).toString();
      i += length;
    } else {
      text += String.fromCharCode(0xdc00 + (bytes[i++] ?? 0));
    }
  }
  return text;
}

/** The bytes of a string of a vector. */
export function bytesOf(text: string, base64: boolean | undefined): Buffer {
  return Buffer.from(text, base64 ? "base64" : "utf8");
}
