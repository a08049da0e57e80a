/**
 * Octets is a run of bytes that has a meaning of its own: the base of IP, IPMask and HardwareAddr.
 */
export class Octets {
  /** bytes are held, not copied. */
  constructor(public bytes: StaticArray<u8>) {}

  /** length is the number of bytes. */
  get length(): i32 {
    return this.bytes.length;
  }

  @operator("[]")
  at(index: i32): u8 {
    return this.bytes[index];
  }

  @operator("[]=")
  put(index: i32, value: u8): void {
    this.bytes[index] = value;
  }
}

/**
 * sameOctets tells whether n bytes of a from i on are those of b from j on; both must hold them.
 */
export function sameOctets(a: StaticArray<u8>, i: i32, b: StaticArray<u8>, j: i32, n: i32): bool {
  return memory.compare(changetype<usize>(a) + i, changetype<usize>(b) + j, n) == 0;
}

/**
 * hexString writes each byte as two lower-case digits, with separator, unless it is 0, between two
 * bytes.
 */
export function hexString(bytes: StaticArray<u8>, separator: u16 = 0): string {
  const n = bytes.length;
  if (n == 0) return "";
  const step = separator != 0 ? 6 : 4;
  const size = n * step - (separator != 0 ? 2 : 0);
  const text = changetype<string>(__new(size, idof<string>()));
  let at = changetype<usize>(text);
  for (let i = 0; i < n; i++, at += step) {
    if (separator != 0 && i > 0) store<u16>(at - 2, separator);
    const value = unchecked(bytes[i]);
    store<u16>(at, hexDigit(value >> 4));
    store<u16>(at + 2, hexDigit(value & 15));
  }
  return text;
}

/** hexDigit is the lower-case digit for a value below 16. */
export function hexDigit(value: u32): u16 {
  return <u16>(value < 10 ? 48 + value : 87 + value);
}
