/** Hardware addresses: EUI-48, EUI-64 and the 20 bytes of IP over InfiniBand. */
import { Result } from "./errors";
import { AddrError } from "./neterror";
import { hexString, Octets } from "./octets";
import { hexValue, unitAt } from "./parse";

/** HardwareAddr is a physical hardware address. */
export class HardwareAddr extends Octets {
  /** toString is such as "00:00:5e:00:53:01", or "" for length 0. */
  toString(): string {
    return hexString(this.bytes, 0x3a);
  }
}

/**
 * parseMAC reads 6, 8 or 20 bytes in one of these forms, and an AddrError for anything else:
 * "00:00:5e:00:53:01", "00-00-5e-00-53-01", "0000.5e00.5301", "00005e005301".
 */
export function parseMAC(s: string): Result<HardwareAddr> {
  const n = s.length;
  if (n >= 12) {
    const third = unitAt(s, 2);
    let bytes: StaticArray<u8> | null = null;
    if (third == 0x3a || third == 0x2d) bytes = groupsOf(s, 2, third);
    else if (unitAt(s, 4) == 0x2e) bytes = groupsOf(s, 4, 0x2e);
    else bytes = groupsOf(s, n, 0);
    if (bytes !== null) return Result.ok<HardwareAddr>(new HardwareAddr(bytes));
  }
  return Result.fail<HardwareAddr>(new AddrError("invalid MAC address", s));
}

/**
 * groupsOf is the bytes of s, which is groups of so many hexadecimal digits with the separator
 * between two; else null.
 */
function groupsOf(s: string, digits: i32, separator: u32): StaticArray<u8> | null {
  const n = s.length;
  const size = digits >> 1;
  // As if a separator stood at the end too.
  if ((n + 1) % (digits + 1) != 0 || (digits & 1) != 0) return null;
  const length = ((n + 1) / (digits + 1)) * size;
  if (length != 6 && length != 8 && length != 20) return null;
  const bytes = new StaticArray<u8>(length);
  for (let i = 0, at = 0; i < length; i++, at += 2) {
    if (i > 0 && i % size == 0 && unitAt(s, at++) != separator) return null;
    const high = hexValue(unitAt(s, at));
    const low = hexValue(unitAt(s, at + 1));
    if ((high | low) > 15) return null;
    bytes[i] = <u8>((high << 4) | low);
  }
  return bytes;
}
