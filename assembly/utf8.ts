/**
 * Go's strings are bytes, those of AssemblyScript are UTF-16. A byte that is not part of valid
 * UTF-8 is kept as a lone surrogate: byte 0x80 + n is U+DC80 + n, as Python's "surrogateescape" has
 * it. Thus no byte is lost, and a length or an escape can be that of the bytes. Other lone
 * surrogates count as the three bytes of their number.
 */

/** sizeOfUTF8 is the number of bytes that text has in UTF-8. */
export function sizeOfUTF8(text: string): i32 {
  let size = 0;
  for (let i = 0, n = text.length; i < n; i++) {
    const code = <u32>text.codePointAt(i);
    if (code > 0xffff) i++;
    size += sizeOf(code);
  }
  return size;
}

/** encodeUTF8 is text in bytes. */
export function encodeUTF8(text: string): Uint8Array {
  const bytes = new Uint8Array(sizeOfUTF8(text));
  let at = bytes.dataStart;
  for (let i = 0, n = text.length; i < n; i++) {
    const code = <u32>text.codePointAt(i);
    if (code > 0xffff) i++;
    at = putUTF8(at, code);
  }
  return bytes;
}

/** decodeUTF8 is the text of size bytes at start. */
export function decodeUTF8(start: usize, size: i32): string {
  // No byte makes more than one unit, and only a sequence of four makes two.
  const text = new StaticArray<u16>(size);
  const end = start + size;
  let units = 0;
  while (start < end) {
    let code: u32 = load<u8>(start);
    const length = sequenceLength(start, end);
    if (length == 0) {
      code += 0xdc00;
      start++;
    } else if (length > 1) {
      code &= 0x7f >> length;
      for (let i = 1; i < length; i++) code = (code << 6) | (<u32>load<u8>(start + i) & 0x3f);
    }
    start += length;
    if (code > 0xffff) {
      text[units++] = <u16>(0xd7c0 + (code >> 10));
      text[units++] = <u16>(0xdc00 | (code & 0x3ff));
    } else {
      text[units++] = <u16>code;
    }
  }
  return String.UTF16.decodeUnsafe(changetype<usize>(text), units << 1);
}

/**
 * compareUTF8 is −1, 0 or 1 as the bytes of a come before, are the same as, or come after those of
 * b.
 */
export function compareUTF8(a: string, b: string): i32 {
  if (a == b) return 0;
  const first = encodeUTF8(a);
  const second = encodeUTF8(b);
  const n = min(first.length, second.length);
  const order = memory.compare(first.dataStart, second.dataStart, n);
  if (order != 0) return order < 0 ? -1 : 1;
  return first.length < second.length ? -1 : 1;
}

/** isEscape tells whether a code point stands for a byte that is not part of valid UTF-8. */
export function isEscape(code: u32): bool {
  return code - 0xdc80 < 0x80;
}

/** putUTF8 writes the bytes of a code point at `at`, and answers where they end. */
export function putUTF8(at: usize, code: u32): usize {
  const size = sizeOf(code);
  if (size == 1) {
    store<u8>(at, <u8>code);
  } else {
    let rest = code;
    for (let i = size - 1; i > 0; i--, rest >>= 6) store<u8>(at + i, <u8>(0x80 | (rest & 0x3f)));
    store<u8>(at, <u8>((0xf00 >> size) | rest));
  }
  return at + size;
}

function sizeOf(code: u32): i32 {
  if (code < 0x80 || isEscape(code)) return 1;
  return code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/** sequenceLength is how many bytes a valid sequence at start has, or 0. */
function sequenceLength(start: usize, end: usize): i32 {
  const first = <u32>load<u8>(start);
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length == 0 || start + length > end) return 0;
  const second = <u32>load<u8>(start, 1);
  // Neither longer than need be, nor a surrogate, nor above U+10FFFF.
  const low: u32 = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const high: u32 = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) {
    if ((load<u8>(start + i) & 0xc0) != 0x80) return 0;
  }
  return length;
}
