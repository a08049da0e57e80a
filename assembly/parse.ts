/**
 * Pieces of text that several parsers share. Positions are indices into a string of UTF-16 units.
 */
import { makeOf } from "./rt/allocate";

/**
 * readEnd is where the last dtoi stopped: behind the digits, or on the one that made the number too
 * large.
 */
export let readEnd: i32 = 0;

/**
 * dtoi reads the decimal digits at start, up to end; −1 if there is none or if the number reaches
 * 0xFFFFFF.
 */
export function dtoi(text: string, start: i32, end: i32): i32 {
  let value = 0;
  let i = start;
  for (; i < end; i++) {
    const digit = unitAt(text, i) - 48;
    if (digit > 9) break;
    value = value * 10 + digit;
    if (value >= 0xffffff) {
      readEnd = i;
      return -1;
    }
  }
  readEnd = i;
  return i > start ? value : -1;
}

/** hexValue is what a hexadecimal digit stands for; more than 15 for any other unit. */
export function hexValue(unit: u32): u32 {
  return unit < 128 ? <u32>load<u8>(hexDigits + unit) - 1 : 16;
}

/** hexDigits has for each unit below 128 what it stands for and 1, or 0. */
// biome-ignore format: a table
const hexDigits = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 0, 0, 0, 0, 0,
  0, 11, 12, 13, 14, 15, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 11, 12, 13, 14, 15, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
]);

/** unitAt is the UTF-16 unit at index, which must be inside of text. */
export function unitAt(text: string, index: i32): u32 {
  return load<u16>(changetype<usize>(text) + ((<usize>index) << 1));
}

/**
 * sliceOf is the string of the units from `from` to `to`: a substring, and faster where it is short.
 * Between addresses, so that a caller whose text is kept by another has no reference to keep for it.
 */
export function sliceOf(from: usize, to: usize): usize {
  const size = to - from;
  if (size > SHORT) return copyOf(from, size);
  const at = makeOf<string>(size);
  if (size >= 8) {
    // In eights; the last one ends where the text ends, and may begin in what is copied already.
    for (let i: usize = 8; i < size; i += 8) store<u64>(at + i - 8, load<u64>(from + i - 8));
    store<u64>(at + size - 8, load<u64>(from + size - 8));
  } else if (size >= 4) {
    store<u32>(at, load<u32>(from));
    store<u32>(at + size - 4, load<u32>(from + size - 4));
  } else if (size != 0) {
    store<u16>(at, load<u16>(from));
  }
  return at;
}

/** The bytes up to which a call of memory.copy takes longer than its work. */
const SHORT: usize = 64;

function copyOf(from: usize, size: usize): usize {
  const at = __new(size, idof<string>());
  memory.copy(at, from, size);
  return at;
}

/** indexOfUnit is where a unit first stands in text from start on; −1 if it does not. */
export function indexOfUnit(text: string, unit: u32, start: i32 = 0): i32 {
  for (let i = start, n = text.length; i < n; i++) {
    if (unitAt(text, i) == unit) return i;
  }
  return -1;
}

/** lastIndexOfUnit is where a unit last stands in text; −1 if it does not. */
export function lastIndexOfUnit(text: string, unit: u32): i32 {
  let i = text.length - 1;
  while (i >= 0 && unitAt(text, i) != unit) i--;
  return i;
}

/**
 * lowerASCII turns the letters A to Z into small ones and leaves all others; it is text itself if
 * there are none.
 */
export function lowerASCII(text: string): string {
  for (let i = 0, n = text.length; i < n; i++) {
    if (unitAt(text, i) - 65 < 26) return lowered(text);
  }
  return text;
}

function lowered(text: string): string {
  const size = text.length << 1;
  const result = changetype<string>(__new(size, idof<string>()));
  for (let i = 0; i < size; i += 2) {
    const unit = load<u16>(changetype<usize>(text) + i);
    store<u16>(changetype<usize>(result) + i, unit - 65 < 26 ? unit + 32 : unit);
  }
  return result;
}

/** ipVersion is the digit, 4 or 6, that the name of a network ends in, or 0. */
export function ipVersion(network: string): i32 {
  const n = network.length;
  if (n == 0) return 0;
  const digit = unitAt(network, n - 1) - 48;
  return digit == 4 || digit == 6 ? digit : 0;
}
