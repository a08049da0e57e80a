/** Go's strings, which are bytes, as the port's, which are UTF-16. */

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

/** The bytes of a string of a vector. */
export function bytesOf(text: string, base64: boolean | undefined): Buffer {
  return Buffer.from(text, base64 ? "base64" : "utf8");
}
