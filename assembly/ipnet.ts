/**
 * IP masks and networks: an address with the number of its bits, or the bytes, that belong to the
 * network.
 */
import { Addr } from "./addr";
import { decimal } from "./decimal";
import { Result } from "./errors";
import { foundIP, IP, ipv4len, ipv6len } from "./ip";
import { ParseError } from "./neterror";
import { foundIPv6, foundZone, ScanResult, scanAddr } from "./netip/scan";
import { hexString, Octets } from "./octets";
import { dtoi, readEnd } from "./parse";

/** IPMask is a mask for addresses: a bit that is set belongs to the network. */
export class IPMask extends Octets {
  /**
   * size is how many ones a mask begins with and how many bits it has; 0 and 0 if a one comes after
   * a zero.
   */
  size(): MaskSize {
    const ones = leadingOnes(this);
    return ones < 0 ? new MaskSize(0, 0) : new MaskSize(ones, this.length << 3);
  }

  /** toString is the mask in hex; "<nil>" for length 0. */
  toString(): string {
    return this.length == 0 ? "<nil>" : hexString(this.bytes);
  }
}

/** MaskSize is what IPMask.size answers. */
export class MaskSize {
  constructor(
    public ones: i32,
    public bits: i32,
  ) {}
}

/** ipv4Mask is the mask a.b.c.d in 4 bytes. */
export function ipv4Mask(a: u8, b: u8, c: u8, d: u8): IPMask {
  return new IPMask([a, b, c, d]);
}

/**
 * cidrMask is the mask of so many ones followed by zeros, in all 32 or 128 bits; null for other
 * numbers.
 */
export function cidrMask(ones: i32, bits: i32): IPMask | null {
  if ((bits != 32 && bits != 128) || ones < 0 || ones > bits) return null;
  const bytes = new StaticArray<u8>(bits >> 3);
  for (let i = 0, left = ones; left > 0; i++, left -= 8) {
    bytes[i] = left >= 8 ? 0xff : <u8>(0xff00 >> left);
  }
  return new IPMask(bytes);
}

/** IPNet is a network: an address and a mask. */
export class IPNet extends Addr {
  /** ip is the network's number; mask tells which of its bits count. */
  constructor(
    public ip: IP,
    public mask: IPMask,
  ) {
    super();
  }

  /** contains tells whether the network holds the address. */
  contains(ip: IP): bool {
    const number = this.number();
    const start = max(ip.ipv4Start, 0);
    const n = ip.length - start;
    if (number === null) return n == 0;
    if (n != number.length) return false;
    const mask = this.numberMask(number);
    for (let i = 0; i < n; i++) {
      if (((number[i] ^ ip[start + i]) & mask[i]) != 0) return false;
    }
    return true;
  }

  /** network is "ip+net". */
  network(): string {
    return "ip+net";
  }

  /**
   * toString is such as "192.0.2.0/24", or with the mask in hex where its ones do not come first,
   * or "<nil>".
   */
  toString(): string {
    const number = this.number();
    if (number === null) return "<nil>";
    const mask = this.numberMask(number);
    const ones = leadingOnes(mask);
    return number.toString() + "/" + (ones < 0 ? mask.toString() : decimal(ones));
  }

  /**
   * number is the address, in 4 bytes if it is IPv4; null if address and mask do not go together.
   */
  private number(): IP | null {
    const ipv4 = this.ip.to4();
    const number = ipv4 !== null ? ipv4 : this.ip;
    const n = number.length;
    const m = this.mask.length;
    const fits = m == ipv6len ? n == ipv4len || n == ipv6len : m == ipv4len && n == ipv4len;
    return fits ? number : null;
  }

  /** numberMask is the mask in as many bytes as number has. */
  private numberMask(number: IP): IPMask {
    if (number.length == this.mask.length) return this.mask;
    return new IPMask(this.mask.bytes.slice<StaticArray<u8>>(12));
  }
}

/** CIDR is what parseCIDR reads: the address, and the network that it is in. */
export class CIDR {
  constructor(
    public ip: IP,
    public net: IPNet,
  ) {}
}

/**
 * parseCIDR reads an address and the length of a prefix, such as "192.0.2.1/24" or "2001:db8::/32".
 * The address has 16 bytes; the network's number has 4 if it was written as IPv4, and is masked.
 * Anything else is a ParseError.
 */
export function parseCIDR(s: string): Result<CIDR> {
  const slash = s.indexOf("/");
  if (slash < 0 || scanAddr(s, 0, slash) != ScanResult.Ok || foundZone >= 0) return invalid(s);
  const bits = foundIPv6 ? 128 : 32;
  const ip = foundIP();
  const ones = dtoi(s, slash + 1, s.length);
  if (ones < 0 || readEnd != s.length || ones > bits) return invalid(s);
  const mask = cidrMask(ones, bits)!;
  return Result.ok<CIDR>(new CIDR(ip, new IPNet(ip.mask(mask)!, mask)));
}

function invalid(s: string): Result<CIDR> {
  return Result.fail<CIDR>(new ParseError("CIDR address", s));
}

/** leadingOnes is the number of ones that a mask begins with, or −1 if a one comes after a zero. */
function leadingOnes(mask: IPMask): i32 {
  let ones = 0;
  let ended = false;
  for (let i = 0, n = mask.length; i < n; i++) {
    const value = <u32>mask[i];
    const count = clz<u32>(~(value << 24));
    if (ended ? value != 0 : ((value << count) & 0xff) != 0) return -1;
    if (!ended) ones += count;
    ended = ended || count < 8;
  }
  return ones;
}
