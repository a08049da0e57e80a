/**
 * IP addresses, masks and networks, as `net` has them: runs of bytes of any length, of which 4 and
 * 16 mean something.
 *
 * Go's nil has two forms here. A function that has nothing to answer returns null. A value that is
 * there but holds no address, such as the address of a TCPAddr that stands for all of them, has the
 * length 0.
 */
import { NetError, Result } from "./errors";
import { AddrError, ParseError } from "./neterror";
import { MAX_UNITS, putIPv4, putIPv6, textOf } from "./netip/format";
import { foundHi, foundLo, foundZone, ScanResult, scanAddr } from "./netip/scan";
import { hexString, Octets, sameOctets } from "./octets";
import { cidrMask, IPMask } from "./ipnet";
import { decodeUTF8, encodeUTF8 } from "./utf8";

/** ipv4len is the length of an IPv4 address in bytes. */
export const ipv4len: i32 = 4;
/** ipv6len is the length of an IPv6 address in bytes. */
export const ipv6len: i32 = 16;

/** IP is an IP address: 4 bytes, or 16, in which an IPv4 address is mapped to ::ffff:0:0/96. */
export class IP extends Octets {
  /**
   * toString is dotted, or by RFC 5952; "<nil>" for length 0; "?" and hex for a length that is no
   * address's.
   */
  toString(): string {
    const n = this.length;
    if (n == 0) return "<nil>";
    if (n != ipv4len && n != ipv6len) return "?" + hexString(this.bytes);
    const units = memory.data(MAX_UNITS << 1, 2);
    return textOf(units, this.putText(units));
  }

  /** putText writes the text of an address of 4 or 16 bytes at `at`, and answers where it ends. */
  private putText(at: usize): usize {
    const ipv4 = this.ipv4Start;
    const from = changetype<usize>(this.bytes);
    return ipv4 >= 0
      ? putIPv4(at, bswap<u32>(load<u32>(from + ipv4)))
      : putIPv6(at, bswap<u64>(load<u64>(from)), bswap<u64>(load<u64>(from, 8)));
  }

  /** to4 is the address in 4 bytes, this one itself or a copy; null if it is not IPv4. */
  to4(): IP | null {
    const at = this.ipv4Start;
    if (at < 0) return null;
    return at == 0 ? this : new IP(this.bytes.slice<StaticArray<u8>>(at));
  }

  /** to16 is the address in 16 bytes, this one itself or a copy; null if it is no address. */
  to16(): IP | null {
    const n = this.length;
    if (n == ipv6len) return this;
    return n == ipv4len ? mapped(load<u32>(changetype<usize>(this.bytes))) : null;
  }

  /** isIPv4 tells whether to4 has an answer. */
  get isIPv4(): bool {
    return this.ipv4Start >= 0;
  }

  /** ipv4Start is where the four bytes of an IPv4 address begin, or −1. */
  get ipv4Start(): i32 {
    const n = this.length;
    if (n == ipv4len) return 0;
    return n == ipv6len && isMapped(this.bytes) ? 12 : -1;
  }

  /** equal tells whether both are the same address; an IPv4 address equals its IPv4-mapped form. */
  equal(other: IP): bool {
    const n = this.length;
    const m = other.length;
    if (n == m) return sameOctets(this.bytes, 0, other.bytes, 0, n);
    const i = this.ipv4Start;
    const j = other.ipv4Start;
    return i >= 0 && j >= 0 && sameOctets(this.bytes, i, other.bytes, j, ipv4len);
  }

  /** isUnspecified holds for 0.0.0.0 and ::. */
  isUnspecified(): bool {
    const at = this.ipv4Start;
    if (at < 0 && this.length != ipv6len) return false;
    for (let i = max(at, 0), n = this.length; i < n; i++) {
      if (this.bytes[i] != 0) return false;
    }
    return true;
  }

  /** isLoopback holds for 127.0.0.0/8 and ::1. */
  isLoopback(): bool {
    const at = this.ipv4Start;
    if (at >= 0) return this.bytes[at] == 127;
    if (this.length != ipv6len) return false;
    const from = changetype<usize>(this.bytes);
    return load<u64>(from) == 0 && load<u64>(from, 8) == bswap<u64>(1);
  }

  /**
   * isPrivate holds for 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 (RFC 1918) and fc00::/7 (RFC
   * 4193).
   */
  isPrivate(): bool {
    const at = this.ipv4Start;
    if (at < 0) return this.length == ipv6len && (this.bytes[0] & 0xfe) == 0xfc;
    const a = this.bytes[at];
    const b = this.bytes[at + 1];
    return a == 10 || (a == 172 && (b & 0xf0) == 16) || (a == 192 && b == 168);
  }

  /** isMulticast holds for 224.0.0.0/4 and ff00::/8. */
  isMulticast(): bool {
    const at = this.ipv4Start;
    if (at >= 0) return (this.bytes[at] & 0xf0) == 0xe0;
    return this.length == ipv6len && this.bytes[0] == 0xff;
  }

  /** isInterfaceLocalMulticast holds for ff01::/16 with any flags; IPv4 has none. */
  isInterfaceLocalMulticast(): bool {
    return this.length == ipv6len && this.bytes[0] == 0xff && (this.bytes[1] & 15) == 1;
  }

  /** isLinkLocalMulticast holds for 224.0.0.0/24 and for ff02::/16 with any flags. */
  isLinkLocalMulticast(): bool {
    const at = this.ipv4Start;
    if (at >= 0) {
      return this.bytes[at] == 224 && this.bytes[at + 1] == 0 && this.bytes[at + 2] == 0;
    }
    return this.length == ipv6len && this.bytes[0] == 0xff && (this.bytes[1] & 15) == 2;
  }

  /** isLinkLocalUnicast holds for 169.254.0.0/16 and fe80::/10. */
  isLinkLocalUnicast(): bool {
    const at = this.ipv4Start;
    if (at >= 0) return this.bytes[at] == 169 && this.bytes[at + 1] == 254;
    return this.length == ipv6len && this.bytes[0] == 0xfe && (this.bytes[1] & 0xc0) == 0x80;
  }

  /**
   * isGlobalUnicast holds for any address but the broadcast, unspecified, loopback, multicast and
   * link-local ones.
   */
  isGlobalUnicast(): bool {
    const at = this.ipv4Start;
    if (at < 0 && this.length != ipv6len) return false;
    if (at >= 0 && load<u32>(changetype<usize>(this.bytes) + at) == 0xffff_ffff) return false;
    return !(
      this.isUnspecified() ||
      this.isLoopback() ||
      this.isMulticast() ||
      this.isLinkLocalUnicast()
    );
  }

  /** defaultMask is the mask of the address's class: /8, /16 or /24; null if it is not IPv4. */
  defaultMask(): IPMask | null {
    const at = this.ipv4Start;
    if (at < 0) return null;
    const first = this.bytes[at];
    return cidrMask(first < 0x80 ? 8 : first < 0xc0 ? 16 : 24, 32);
  }

  /**
   * mask is the address with the bits that mask does not have cleared. The lengths must be the
   * same, but that a mask of 16 bytes, 12 of them 0xff, fits 4 bytes, and one of 4 an IPv4-mapped
   * address, whose answer is of 4. Else null.
   */
  mask(mask: IPMask): IP | null {
    let from = 0;
    let maskFrom = 0;
    if (mask.length == ipv6len && this.length == ipv4len && startsWithOnes(mask.bytes)) {
      maskFrom = 12;
    }
    if (mask.length == ipv4len && this.length == ipv6len && isMapped(this.bytes)) from = 12;
    const n = this.length - from;
    if (n != mask.length - maskFrom) return null;
    const masked = new StaticArray<u8>(n);
    for (let i = 0; i < n; i++) masked[i] = this.bytes[from + i] & mask.bytes[maskFrom + i];
    return new IP(masked);
  }

  /** appendText adds marshalText's bytes to b and returns b. */
  appendText(b: Array<u8>): Result<Array<u8>> {
    const text = this.marshalText();
    if (text.err !== null) return Result.fail<Array<u8>>(text.err!);
    for (let i = 0, n = text.value.length; i < n; i++) b.push(text.value[i]);
    return Result.ok<Array<u8>>(b);
  }

  /**
   * marshalText is toString's text in bytes; none for length 0; an AddrError for a length that is
   * no address's.
   */
  marshalText(): Result<Uint8Array> {
    const n = this.length;
    if (n != 0 && n != ipv4len && n != ipv6len) {
      return Result.fail<Uint8Array>(new AddrError("invalid IP address", hexString(this.bytes)));
    }
    return Result.ok<Uint8Array>(encodeUTF8(n == 0 ? "" : this.toString()));
  }

  /**
   * unmarshalText makes this the address that parseIP reads, or of length 0 if there is no text;
   * else a ParseError.
   */
  unmarshalText(text: Uint8Array): NetError | null {
    if (text.length == 0) {
      this.bytes = [];
      return null;
    }
    const read = decodeUTF8(text.dataStart, text.length);
    const ip = parseIP(read);
    if (ip === null) return new ParseError("IP address", read);
    this.bytes = ip.bytes;
    return null;
  }
}

/** ipv4 is the address a.b.c.d in 16 bytes. */
export function ipv4(a: u8, b: u8, c: u8, d: u8): IP {
  return mapped(((<u32>d) << 24) | ((<u32>c) << 16) | ((<u32>b) << 8) | a);
}

/** parseIP reads an address, into 16 bytes always; null if it is none, or has a zone. */
export function parseIP(s: string): IP | null {
  return scanAddr(s, 0, s.length) == ScanResult.Ok && foundZone < 0 ? foundIP() : null;
}

/** foundIP is the address that scanAddr found, in 16 bytes. */
export function foundIP(): IP {
  const bytes = new StaticArray<u8>(ipv6len);
  store<u64>(changetype<usize>(bytes), bswap<u64>(foundHi));
  store<u64>(changetype<usize>(bytes), bswap<u64>(foundLo), 8);
  return new IP(bytes);
}

/** mapped is the IPv4 address whose bytes a little-endian number holds, in 16 bytes. */
function mapped(ipv4: u32): IP {
  const bytes = new StaticArray<u8>(ipv6len);
  store<u16>(changetype<usize>(bytes), 0xffff, 10);
  store<u32>(changetype<usize>(bytes), ipv4, 12);
  return new IP(bytes);
}

/** isMapped tells whether 16 bytes begin as an IPv4-mapped address does. */
function isMapped(bytes: StaticArray<u8>): bool {
  const from = changetype<usize>(bytes);
  return load<u64>(from) == 0 && load<u32>(from, 8) == 0xffff_0000;
}

function startsWithOnes(bytes: StaticArray<u8>): bool {
  const from = changetype<usize>(bytes);
  return load<u64>(from) == u64.MAX_VALUE && load<u32>(from, 8) == u32.MAX_VALUE;
}
