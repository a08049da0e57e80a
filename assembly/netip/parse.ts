/** Reading an address. */
import { Result } from "../errors";
import { make } from "../rt/allocate";
import { Addr } from "./addr";
import { scanError } from "./addrerror";
import {
  foundHi,
  foundIPv4,
  foundIPv6,
  foundLo,
  foundZone,
  isPlainIPv4,
  MAPPED,
  ScanResult,
  scanAny,
} from "./scan";

/** parseAddr reads "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1" or "fe80::1%eth0". */
export function parseAddr(s: string): Result<Addr> {
  const n = s.length;
  let hi: u64 = 0;
  let lo = MAPPED;
  let family: u8 = 4;
  if (isPlainIPv4(s, 0, n)) {
    lo |= <u64>foundIPv4;
  } else {
    const result = scanAny(s, 0, n);
    if (result != ScanResult.Ok) return noAddr(s, result);
    if (foundZone >= 0) return Result.ok<Addr>(scannedAddr(s, n));
    hi = foundHi;
    lo = foundLo;
    if (foundIPv6) family = 6;
  }
  return read(hi, lo, family);
}

/** read is an Addr of these fields, without a zone: `new Addr`, but faster. */
function read(hi: u64, lo: u64, family: u8): Result<Addr> {
  const at = make<Addr>();
  store<u64>(at, hi, offsetof<Addr>("_hi"));
  store<u64>(at, lo, offsetof<Addr>("_lo"));
  store<u8>(at, family, offsetof<Addr>("_family"));
  store<string>(at, "", offsetof<Addr>("_zone"));
  return Result.ok<Addr>(changetype<Addr>(at));
}

function noAddr(s: string, result: ScanResult): Result<Addr> {
  return Result.fail<Addr>(scanError(s, 0, s.length, result));
}

/** scannedAddr is what the last scan found, which was of text up to `end`. */
export function scannedAddr(text: string, end: i32): Addr {
  if (foundZone >= 0) return new Addr(foundHi, foundLo, 6, text.substring(foundZone, end));
  return new Addr(foundHi, foundLo, foundIPv6 ? 6 : 4);
}

/** mustParseAddr is parseAddr for a text that is known to be right; else it is a panic. */
export function mustParseAddr(s: string): Addr {
  return parseAddr(s).unwrap();
}
