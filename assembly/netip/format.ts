/** How IP addresses are written, for `net` and `netip` alike: into memory, as UTF-16 units. */
import { hexDigit } from "../octets";

/**
 * MAX_UNITS is the length of the longest address without a zone, "ffff:…" or
 * "::ffff:255.255.255.255" in full.
 */
export const MAX_UNITS: i32 = 40;

/** putDecimal writes a number below 65536 at `at`, and answers where it ends. */
export function putDecimal(at: usize, value: u32): usize {
  let power: u32 = 10000;
  while (power > value && power > 1) power /= 10;
  for (; power > 0; power /= 10) at = putUnit(at, 48 + ((value / power) % 10));
  return at;
}

/** putIPv4 writes an address as four decimal fields. */
export function putIPv4(at: usize, ip: u32): usize {
  for (let shift = 24; shift >= 0; shift -= 8) {
    if (shift < 24) at = putUnit(at, 0x2e);
    at = putDecimal(at, (ip >> shift) & 255);
  }
  return at;
}

/**
 * putIPv6 writes an address by RFC 5952: the longest run of two or more zero groups, the first of
 * equals, is "::".
 */
export function putIPv6(at: usize, hi: u64, lo: u64): usize {
  let from = 8;
  let to = 8;
  for (let i = 0; i < 8; i++) {
    let j = i;
    while (j < 8 && groupAt(hi, lo, j) == 0) j++;
    if (j - i >= 2 && j - i > to - from) {
      from = i;
      to = j;
    }
    if (j > i) i = j - 1;
  }
  for (let i = 0; i < 8; i++) {
    if (i == from) {
      at = putUnit(putUnit(at, 0x3a), 0x3a);
      i = to;
      if (i == 8) break;
    } else if (i > 0) {
      at = putUnit(at, 0x3a);
    }
    const group = groupAt(hi, lo, i);
    let shift = group > 0xfff ? 12 : group > 0xff ? 8 : group > 0xf ? 4 : 0;
    for (; shift >= 0; shift -= 4) at = putUnit(at, hexDigit((group >> shift) & 15));
  }
  return at;
}

/** groupAt is one of the eight 16-bit groups of an address. */
export function groupAt(hi: u64, lo: u64, index: i32): u32 {
  return <u32>((index < 4 ? hi : lo) >> ((3 - (index & 3)) << 4)) & 0xffff;
}

/** putUnit writes one UTF-16 unit. */
export function putUnit(at: usize, unit: u32): usize {
  store<u16>(at, unit);
  return at + 2;
}

/** textOf is the string of the units from start to end. */
export function textOf(start: usize, end: usize): string {
  const size = end - start;
  const text = changetype<string>(__new(size, idof<string>()));
  memory.copy(changetype<usize>(text), start, size);
  return text;
}
