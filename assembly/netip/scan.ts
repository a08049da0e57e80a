/**
 * The one parser of IP addresses, for `net` and `netip` alike. It reads a part of a string in place
 * and allocates nothing; what it found lies in the variables below until the next call. A text for
 * a failure is made elsewhere (`addrerror.ts`), so that a program that only wants to know whether
 * it is an address does not carry the texts.
 */
import { hexValue } from "../parse";

/** foundHi holds the first 8 bytes of the address, as a big-endian number. */
export let foundHi: u64 = 0;

/**
 * foundLo holds the last 8 bytes; an IPv4 address stands here behind 0xffff, as in its IPv4-mapped
 * form.
 */
export let foundLo: u64 = 0;

/** foundIPv6 tells the family as it was written: an IPv4-mapped address is IPv6. */
export let foundIPv6: bool = false;

/**
 * foundZone is where the zone begins, behind the percent sign; −1 if there is none. It runs to the
 * end.
 */
export let foundZone: i32 = -1;

/** failedAt is where the part that the failure is about begins; −1 if it is about the whole. */
export let failedAt: i32 = -1;

/** failedEnd is where that part ends: at the end, or before the zone. */
export let failedEnd: i32 = 0;

/** ScanResult is how a scan ended. */
export const enum ScanResult {
  Ok,
  NotAnAddress,
  MissingIPv6,
  LeadingZero,
  Above255,
  NoDigit4,
  TooLong4,
  Unexpected4,
  TooShort4,
  EmptyZone,
  FiveDigits,
  NoDigit6,
  MisplacedIPv4,
  NoRoomForIPv4,
  WantColon,
  ColonAtEnd,
  TwoEllipses,
  Trailing6,
  TooShort6,
  EmptyEllipsis,
}

/** scanAddr reads the units from start to end of text as an address, with or without a zone. */
export function scanAddr(text: string, start: i32, end: i32): ScanResult {
  failedAt = -1;
  failedEnd = end;
  base = changetype<usize>(text);
  const from = base + ((<usize>start) << 1);
  const to = base + ((<usize>end) << 1);
  for (let at = from; at < to; at += 2) {
    const unit = <u32>load<u16>(at);
    if (unit == DOT) return scanIPv4(from, to);
    if (unit == COLON) {
      const result = scanIPv6(from, to);
      return result == ScanResult.Ok ? result : beforeZone(from, to, result);
    }
    if (unit == PERCENT) return ScanResult.MissingIPv6;
  }
  return ScanResult.NotAnAddress;
}

function scanIPv4(from: usize, to: usize): ScanResult {
  const result = scanFields(from, to);
  foundHi = 0;
  foundLo = 0xffff_0000_0000 | fields;
  foundIPv6 = false;
  foundZone = -1;
  return result;
}

/** scanFields reads four decimal fields into `fields`; there is at least one unit. */
function scanFields(at: usize, to: usize): ScanResult {
  let all: u64 = 0;
  for (let dots = 0; dots < 4; dots++) {
    const units = unitsAt(at, to);
    const digits = countOf(decimalIn(units));
    if (digits == 0) {
      return failure(<u16>units == DOT ? ScanResult.NoDigit4 : ScanResult.Unexpected4, at);
    }
    if (digits > 1 && <u16>units == 48) return ScanResult.LeadingZero;
    const value = numberOf(units & NIBBLES, digits, POWERS_OF_10);
    if (value > 255) return ScanResult.Above255;
    at += digits << 1;
    all = (all << 8) | value;
    if (at == to) {
      if (dots < 3) return ScanResult.TooShort4;
      fields = all;
      return ScanResult.Ok;
    }
    if (load<u16>(at) != DOT) return failure(ScanResult.Unexpected4, at);
    at += 2;
    if (at == to) return failure(ScanResult.NoDigit4, at - 2);
  }
  return ScanResult.TooLong4;
}

/**
 * scanIPv6 reads groups, up to the end or a percent sign. Each is shifted in from the right; those
 * before "::" are put aside and come back at the end, where it is known how far to the left.
 */
function scanIPv6(at: usize, to: usize): ScanResult {
  let hi: u64 = 0;
  let lo: u64 = 0;
  let headHi: u64 = 0;
  let headLo: u64 = 0;
  // How many groups stand before "::"; −1 as long as there was none.
  let ellipsis = -1;
  let groups = 0;
  let more = true;
  if (at + 2 < to && load<u32>(at) == TWO_COLONS) {
    ellipsis = 0;
    at += 4;
    more = !endsAt(at, to);
  }
  while (more) {
    const start = at;
    const units = unitsAt(at, to);
    const letters = lettersIn(units);
    const digits = countOf(decimalIn(units) | letters);
    if (digits == 0) return failure(ScanResult.NoDigit6, start);
    const group = numberOf((units & NIBBLES) + (letters >> 15) * 9, digits, POWERS_OF_16);
    at += digits << 1;
    const unit = at < to ? <u32>load<u16>(at) : PERCENT;
    if (hexValue(unit) < 16) return failure(ScanResult.FiveDigits, start);

    if (at < to && unit == DOT) {
      if (ellipsis < 0 && groups != 6) return failure(ScanResult.MisplacedIPv4, start);
      if (groups > 6) return failure(ScanResult.NoRoomForIPv4, start);
      for (; at < to && load<u16>(at) != PERCENT; ) at += 2;
      const result = scanFields(start, at);
      if (result != ScanResult.Ok) return result;
      hi = (hi << 32) | (lo >> 32);
      lo = (lo << 32) | fields;
      groups += 2;
      break;
    }

    hi = (hi << 16) | (lo >> 48);
    lo = (lo << 16) | group;
    groups++;
    if (at == to || unit == PERCENT) break;
    if (unit != COLON) return failure(ScanResult.WantColon, at);
    at += 2;
    if (endsAt(at, to)) return failure(ScanResult.ColonAtEnd, at - 2);
    if (load<u16>(at) == COLON) {
      if (ellipsis >= 0) return failure(ScanResult.TwoEllipses, at);
      ellipsis = groups;
      headHi = hi;
      headLo = lo;
      hi = 0;
      lo = 0;
      at += 2;
      if (endsAt(at, to)) break;
    }
    if (groups == 8) return failure(ScanResult.Trailing6, at);
  }
  if (groups < 8) {
    if (ellipsis < 0) return ScanResult.TooShort6;
    if (ellipsis > 4) {
      const left = <u64>((8 - ellipsis) << 4);
      hi |= (headHi << left) | (headLo >> (64 - left));
      lo |= headLo << left;
    } else if (ellipsis > 0) {
      hi |= headLo << (<u64>((4 - ellipsis) << 4));
    }
  } else if (ellipsis >= 0) {
    return ScanResult.EmptyEllipsis;
  }
  // Behind the percent sign there is a zone.
  if (at + 2 == to) return ScanResult.EmptyZone;
  foundZone = at == to ? -1 : indexOf(at) + 1;
  foundHi = hi;
  foundLo = lo;
  foundIPv6 = true;
  return ScanResult.Ok;
}

/**
 * unitsAt is the next four units, the first in the lowest 16 bits; what is beyond the end is 0.
 * There is always something before a text that may be read: a string's own header.
 */
function unitsAt(at: usize, to: usize): u64 {
  const left = to - at;
  if (left >= 8) return load<u64>(at);
  return left == 0 ? 0 : load<u64>(to - 8) >> ((<u64>(8 - left)) << 3);
}

/** decimalIn has the highest bit of each of four units set that is a decimal digit, and no others. */
function decimalIn(units: u64): u64 {
  const set = units | HIGHEST;
  return (set - EACH * 0x30) & ~(set - EACH * 0x3a) & ~units & HIGHEST;
}

/** lettersIn has that of each set that is one of a to f or A to F. */
function lettersIn(units: u64): u64 {
  const set = units | HIGHEST | (EACH * 0x20);
  return (set - EACH * 0x61) & ~(set - EACH * 0x67) & ~units & HIGHEST;
}

/** countOf is how many units from the first on have their highest bit set. */
function countOf(units: u64): usize {
  return <usize>(ctz(~units & HIGHEST) >> 4);
}

/** numberOf is the number that the first `count` of four digits make, at least one; powers are the base's. */
function numberOf(digits: u64, count: usize, powers: u64): u64 {
  return ((digits << (64 - ((<u64>count) << 4))) * powers) >> 48;
}

/** endsAt tells whether the groups end here: where the text ends, or where the zone begins. */
function endsAt(at: usize, to: usize): bool {
  return at == to || load<u16>(at) == PERCENT;
}

/**
 * beforeZone is what is wrong with an IPv6 address: first of all an empty zone, else what the scan
 * found in the part before the zone.
 */
function beforeZone(from: usize, to: usize, result: ScanResult): ScanResult {
  for (let at = from; at < to; at += 2) {
    if (load<u16>(at) != PERCENT) continue;
    if (at + 2 == to) {
      failedAt = -1;
      return ScanResult.EmptyZone;
    }
    failedEnd = indexOf(at);
    return result;
  }
  return result;
}

function failure(result: ScanResult, at: usize): ScanResult {
  failedAt = indexOf(at);
  return result;
}

/** indexOf is the index of the unit at an address. */
function indexOf(at: usize): i32 {
  return <i32>((at - base) >> 1);
}

/** fields is the IPv4 address that scanFields read. */
let fields: u64 = 0;

/** base is where the text begins that is being scanned. */
let base: usize = 0;

const DOT: u32 = 0x2e;
const COLON: u32 = 0x3a;
const PERCENT: u32 = 0x25;
const TWO_COLONS: u32 = 0x003a_003a;

/** What is done to four units at once: a number in each, the highest bit of each, the lowest four. */
const EACH: u64 = 0x0001_0001_0001_0001;
const HIGHEST: u64 = EACH << 15;
const NIBBLES: u64 = EACH * 15;
/** Multiplied by these, four digits have their number in the highest 16 bits. */
const POWERS_OF_10: u64 = 0x03e8_0064_000a_0001;
const POWERS_OF_16: u64 = 0x1000_0100_0010_0001;
