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

/** foundIPv4 is the IPv4 address that isPlainIPv4 found. */
export let foundIPv4: u32 = 0;

/** MAPPED is what stands before an IPv4 address in the last 8 bytes. */
export const MAPPED: u64 = 0xffff_0000_0000;

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
  if (!isPlainIPv4(text, start, end)) return scanAny(text, start, end);
  takeIPv4();
  return ScanResult.Ok;
}

/**
 * isPlainIPv4 reads an IPv4 address, written out for speed, into foundIPv4. To all that is unusual,
 * right or wrong, it says no.
 */
export function isPlainIPv4(text: string, start: i32, end: i32): bool {
  let at = changetype<usize>(text) + ((<usize>start) << 1);
  const to = changetype<usize>(text) + ((<usize>end) << 1);
  // As in "2001:db8::1".
  if (end - start > 4 && load<u16>(at, 8) == COLON) return false;
  let all: u32 = 0;
  for (let dots = 0; dots < 4; dots++) {
    if (at >= to) return false;
    let value = <u32>load<u16>(at) - 48;
    if (value > 9) return false;
    at += 2;
    let unit = unitOr(at, to, DOT);
    let digit = unit - 48;
    if (digit < 10) {
      if (value == 0) return false;
      value = value * 10 + digit;
      at += 2;
      unit = unitOr(at, to, DOT);
      digit = unit - 48;
      if (digit < 10) {
        value = value * 10 + digit;
        if (value > 255) return false;
        at += 2;
        unit = unitOr(at, to, DOT);
      }
    }
    if (unit != DOT) return false;
    at += 2;
    all = (all << 8) | value;
  }
  foundIPv4 = all;
  // As if there were a dot behind the last one.
  return at == to + 2;
}

/** scanAny is scanAddr for all texts. */
export function scanAny(text: string, start: i32, end: i32): ScanResult {
  base = changetype<usize>(text);
  const from = base + ((<usize>start) << 1);
  const to = base + ((<usize>end) << 1);
  failedAt = -1;
  failedEnd = end;
  for (let at = from; at < to; at += 2) {
    const unit = <u32>load<u16>(at);
    if (unit - 48 < 10) continue;
    if (unit == DOT) return scanIPv4(from, to);
    if (unit == COLON) {
      const result = scanIPv6(from, to);
      return result == ScanResult.Ok ? result : beforeZone(from, to, result);
    }
    if (unit == PERCENT) return ScanResult.MissingIPv6;
  }
  return ScanResult.NotAnAddress;
}

/** unitOr is the unit at an address, or another one at the end. */
function unitOr(at: usize, to: usize, end: u32): u32 {
  return at < to ? load<u16>(at) : end;
}

/** takeIPv4 makes of foundIPv4 what a scan finds. */
function takeIPv4(): void {
  foundHi = 0;
  foundLo = MAPPED | <u64>foundIPv4;
  foundIPv6 = false;
  foundZone = -1;
}

function scanIPv4(from: usize, to: usize): ScanResult {
  const result = scanFields(from, to);
  takeIPv4();
  return result;
}

/** scanFields reads four decimal fields into foundIPv4; there is at least one unit. */
function scanFields(at: usize, to: usize): ScanResult {
  let all: u32 = 0;
  for (let dots = 0; dots < 4; dots++) {
    const start = at;
    let value: u32 = 0;
    let unit = DOT;
    for (; at < to; at += 2) {
      unit = load<u16>(at);
      const digit = unit - 48;
      if (digit > 9) break;
      value = value * 10 + digit;
    }
    const size = at - start;
    if (size != 2) {
      if (size == 0) return failure(unit == DOT ? ScanResult.NoDigit4 : ScanResult.Unexpected4, at);
      if (load<u16>(start) == 48) return ScanResult.LeadingZero;
      // Of more digits the value may have overflowed.
      if (value > 255 || size > 6) return ScanResult.Above255;
    }
    all = (all << 8) | value;
    if (at == to) {
      if (dots < 3) return ScanResult.TooShort4;
      foundIPv4 = all;
      return ScanResult.Ok;
    }
    if (unit != DOT) return failure(ScanResult.Unexpected4, at);
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
    // There is a unit. Four digits at most, written out for speed.
    let group = hexValue(load<u16>(at));
    if (group > 15) return failure(ScanResult.NoDigit6, start);
    at += 2;
    let unit = unitOr(at, to, PERCENT);
    let digit = hexValue(unit);
    if (digit < 16) {
      group = (group << 4) | digit;
      at += 2;
      unit = unitOr(at, to, PERCENT);
      digit = hexValue(unit);
      if (digit < 16) {
        group = (group << 4) | digit;
        at += 2;
        unit = unitOr(at, to, PERCENT);
        digit = hexValue(unit);
        if (digit < 16) {
          group = (group << 4) | digit;
          at += 2;
          unit = unitOr(at, to, PERCENT);
          if (hexValue(unit) < 16) return failure(ScanResult.FiveDigits, start);
        }
      }
    }

    if (unit == DOT) {
      if (ellipsis < 0 && groups != 6) return failure(ScanResult.MisplacedIPv4, start);
      if (groups > 6) return failure(ScanResult.NoRoomForIPv4, start);
      for (; at < to && load<u16>(at) != PERCENT; ) at += 2;
      const result = scanFields(start, at);
      if (result != ScanResult.Ok) return result;
      hi = (hi << 32) | (lo >> 32);
      lo = (lo << 32) | <u64>foundIPv4;
      groups += 2;
      break;
    }

    hi = (hi << 16) | (lo >> 48);
    lo = (lo << 16) | <u64>group;
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

/** base is where the text begins that is being scanned. */
let base: usize = 0;

const DOT: u32 = 0x2e;
const COLON: u32 = 0x3a;
const PERCENT: u32 = 0x25;
const TWO_COLONS: u32 = 0x003a_003a;
