/**
 * What was read last is kept: to read the same address again makes no object. Programs read the
 * same few over and over, and to make two objects costs several times what it takes to scan a text.
 * Nobody can tell, as neither a value nor a result that holds one ever changes.
 */
import { Result } from "../errors";
import { Addr } from "./addr";
import { Prefix } from "./prefix";
import { foundHi, foundIPv6, foundLo, foundZone } from "./scan";

/** recentAddr is the result for the address that the last scan, of all of text, found. */
export function recentAddr(text: string): Result<Addr> {
  const at = placeOf(changetype<usize>(addrs), foundHi, foundLo);
  const known = at != 0 ? load<usize>(at) : 0;
  if (known != 0) {
    const addr = load<usize>(known, offsetof<Result<Addr>>("held"));
    if (isFound(addr) && isZone(load<usize>(addr, offsetof<Addr>("_zone")), text)) {
      return changetype<Result<Addr>>(known);
    }
  }
  return newAddr(text);
}

/** recentPrefix is the result for the address that the last scan found, and bits. */
export function recentPrefix(bits: i32): Result<Prefix> {
  const at = placeOf(changetype<usize>(prefixes), foundHi, foundLo + bits);
  const known = at != 0 ? load<usize>(at) : 0;
  if (known != 0) {
    const prefix = load<usize>(known, offsetof<Result<Prefix>>("held"));
    const same = load<i16>(prefix, offsetof<Prefix>("_bits")) == bits;
    if (same && isFound(load<usize>(prefix, offsetof<Prefix>("_addr")))) {
      return changetype<Result<Prefix>>(known);
    }
  }
  return newPrefix(bits);
}

/** scannedAddr is what the last scan found, which was of text up to `end`; it is not kept. */
export function scannedAddr(text: string, end: i32): Addr {
  const zone = foundZone < 0 ? "" : text.substring(foundZone, end);
  return new Addr(foundHi, foundLo, foundIPv6 ? 6 : 4, zone);
}

function newAddr(text: string): Result<Addr> {
  const addr = scannedAddr(text, text.length);
  const result = Result.ok<Addr>(addr);
  // A text of any length must not stay here.
  if (addr._zone.length > MAX_ZONE) return result;
  let kept = addrs;
  if (kept === null) {
    kept = new StaticArray<Result<Addr> | null>(PLACES);
    addrs = kept;
  }
  kept[placeNumber(foundHi, foundLo)] = result;
  return result;
}

function newPrefix(bits: i32): Result<Prefix> {
  const prefix = new Prefix(scannedAddr("", 0), <i16>bits);
  const result = Result.ok<Prefix>(prefix);
  let kept = prefixes;
  if (kept === null) {
    kept = new StaticArray<Result<Prefix> | null>(PLACES);
    prefixes = kept;
  }
  kept[placeNumber(foundHi, foundLo + bits)] = result;
  return result;
}

/** isFound tells whether the Addr at this place, its zone aside, is what the last scan found. */
function isFound(addr: usize): bool {
  return (
    load<u64>(addr, offsetof<Addr>("_lo")) == foundLo &&
    load<u64>(addr, offsetof<Addr>("_hi")) == foundHi &&
    (load<u8>(addr, offsetof<Addr>("_family")) == 6) == foundIPv6
  );
}

/** isZone tells whether the string at this place is the zone that the last scan found in text. */
function isZone(zone: usize, text: string): bool {
  const units = changetype<string>(zone).length;
  if (foundZone < 0) return units == 0;
  if (units != text.length - foundZone) return false;
  const at = changetype<usize>(text) + ((<usize>foundZone) << 1);
  return memory.compare(zone, at, (<usize>units) << 1) == 0;
}

/** placeOf is where in the memory of a table the result for a number is; 0 without a table. */
function placeOf(table: usize, hi: u64, lo: u64): usize {
  return table == 0 ? 0 : table + ((<usize>placeNumber(hi, lo)) << alignof<usize>());
}

/** placeNumber spreads numbers evenly, whichever of their bits differ. */
function placeNumber(hi: u64, lo: u64): i32 {
  return <i32>(((lo ^ (hi * FACTOR)) * FACTOR) >> (64 - PLACE_BITS));
}

/** The results, by placeNumber; null before the first. */
let addrs: StaticArray<Result<Addr> | null> | null = null;
let prefixes: StaticArray<Result<Prefix> | null> | null = null;

const PLACE_BITS: u64 = 7;
const PLACES: i32 = 1 << (<i32>PLACE_BITS);
/** The longest zone that is kept, in units: more than the name of an interface can have. */
const MAX_ZONE: i32 = 16;
/** An odd number of 64 bits without a pattern: 2⁶⁴ over the golden ratio. */
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
