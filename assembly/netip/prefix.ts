/**
 * Prefix: an IP address and how many of its bits are the network's, as a value that does not change
 * and can be compared.
 */
import { decimal } from "../decimal";
import { NetError, Result } from "../errors";
import { lastIndexOfUnit, unitAt } from "../parse";
import { quote } from "../strconv";
import { decodeUTF8, encodeUTF8 } from "../utf8";
import { Addr, invalidAddr, readBinary } from "./addr";
import { scanError } from "./addrerror";
import { appendBytes, unexpectedSize } from "./marshal";
import { recentPrefix } from "./recent";
import { foundIPv6, foundZone, ScanResult, scanAddr } from "./scan";

/**
 * Prefix is an address without a zone and a number of bits, or invalid. The address need not be
 * masked. Equal ones are `==`.
 */
@final
export class Prefix {
  /** _bits is −1 if the prefix is invalid. Callers use `prefixFrom`, which checks. */
  constructor(
    readonly _addr: Addr,
    readonly _bits: i16,
  ) {}

  /** unmarshalText reads what parsePrefix does; no text is the invalid prefix. */
  static unmarshalText(text: Uint8Array): Result<Prefix> {
    if (text.length == 0) return Result.ok<Prefix>(new Prefix(invalidAddr(), -1));
    return parsePrefix(decodeUTF8(text.dataStart, text.length));
  }

  /** unmarshalBinary reads what marshalBinary makes; other lengths are an error. */
  static unmarshalBinary(data: Uint8Array): Result<Prefix> {
    const n = data.length - 1;
    if (n < 0) return Result.fail<Prefix>(unexpectedSize());
    const addr = readBinary(data.dataStart, n);
    if (addr.err !== null) return Result.fail<Prefix>(addr.err!);
    return Result.ok<Prefix>(prefixFrom(addr.value, data[n]));
  }

  /** addr is the address as it was given, but without a zone. */
  addr(): Addr {
    return this._addr;
  }

  /** bits is the number of bits, or −1 if the prefix is invalid. */
  bits(): i32 {
    return this._bits;
  }

  /** isValid tells whether there is an address that has as many bits. */
  isValid(): bool {
    return this._bits >= 0;
  }

  /** isSingleIP tells whether the prefix is valid and holds one address only. */
  isSingleIP(): bool {
    return this.isValid() && this._bits == this._addr.bitLen();
  }

  /** equals tells whether both are the same address with the same bits: it is `==`. */
  equals(other: Prefix): bool {
    return this._bits == other._bits && this._addr == other._addr;
  }

  @operator("==")
  private static same(a: Prefix | null, b: Prefix | null): bool {
    if (changetype<usize>(a) == changetype<usize>(b)) return true;
    return changetype<usize>(a) != 0 && changetype<usize>(b) != 0 && a!.equals(b!);
  }

  @operator("!=")
  private static differs(a: Prefix | null, b: Prefix | null): bool {
    return !Prefix.same(a, b);
  }

  /** compare is −1, 0 or 1: the masked address counts first, then the bits, then the address. */
  compare(other: Prefix): i32 {
    let order = this.masked()._addr.compare(other.masked()._addr);
    if (order == 0) order = i32(this._bits > other._bits) - i32(this._bits < other._bits);
    return order != 0 ? order : this._addr.compare(other._addr);
  }

  /** masked is the prefix with all bits of the address cleared that are not the network's. */
  masked(): Prefix {
    if (!this.isValid()) return new Prefix(invalidAddr(), -1);
    return new Prefix(this._addr.cut(this._bits), this._bits);
  }

  /**
   * contains tells whether the address is in the network: of the same family, IPv4-mapped ones
   * being IPv6, without a zone.
   */
  contains(addr: Addr): bool {
    if (!this.isValid() || addr.zone().length > 0 || addr._family != this._addr._family)
      return false;
    return addr.cut(this._bits) == this._addr.cut(this._bits);
  }

  /** overlaps tells whether there is an address that is in both networks. */
  overlaps(other: Prefix): bool {
    if (!this.isValid() || !other.isValid()) return false;
    if (this._addr._family != other._addr._family) return false;
    const bits = min(this._bits, other._bits);
    return this._addr.cut(bits) == other._addr.cut(bits);
  }

  /** toString is such as "192.0.2.0/24", or "invalid Prefix". */
  toString(): string {
    if (!this.isValid()) return "invalid Prefix";
    return this._addr.toString() + "/" + decimal(this._bits);
  }

  /** appendTo adds the bytes of marshalText to b and returns b. */
  appendTo(b: Array<u8>): Array<u8> {
    return appendBytes(b, this.marshalText());
  }

  /** appendText is appendTo. */
  appendText(b: Array<u8>): Array<u8> {
    return this.appendTo(b);
  }

  /** marshalText is the bytes of toString, none for the invalid prefix of the invalid address. */
  marshalText(): Uint8Array {
    return encodeUTF8(this.isValid() || this._addr.isValid() ? this.toString() : "");
  }

  /** appendBinary adds the bytes of marshalBinary to b and returns b. */
  appendBinary(b: Array<u8>): Array<u8> {
    return appendBytes(b, this.marshalBinary());
  }

  /** marshalBinary is the address's, and the bits in one byte, 255 for an invalid prefix. */
  marshalBinary(): Uint8Array {
    const data = this._addr.binary(1);
    data[data.length - 1] = <u8>this._bits;
    return data;
  }
}

/**
 * prefixFrom is the network of an address, whose zone is dropped. It is invalid if the address has
 * not so many bits.
 */
export function prefixFrom(addr: Addr, bits: i32): Prefix {
  const valid = addr.isValid() && bits >= 0 && bits <= addr.bitLen();
  return new Prefix(addr.withZone(""), valid ? <i16>bits : -1);
}

/** ParsePrefixError is a text that is no prefix. */
export class ParsePrefixError extends NetError {
  /** text is what was to be read, message why it is wrong. */
  constructor(
    public text: string,
    public message: string,
  ) {
    super();
  }

  error(): string {
    return "netip.ParsePrefix(" + quote(this.text) + "): " + this.message;
  }
}

/**
 * parsePrefix reads "192.0.2.0/24" or "2001:db8::/32", without a zone and without superfluous
 * zeros.
 */
export function parsePrefix(s: string): Result<Prefix> {
  const slash = lastIndexOfUnit(s, 0x2f);
  if (slash < 0) return failed(s, "no '/'");
  const result = scanAddr(s, 0, slash);
  if (result != ScanResult.Ok) {
    return failed(s, scanError(s, 0, slash, result).error());
  }
  if (foundZone >= 0) return failed(s, "IPv6 zones cannot be present in a prefix");
  const bits = bitsAt(s, slash + 1);
  if (bits < 0) return failed(s, "bad bits after slash: " + quote(s.substring(slash + 1)));
  if (bits > (foundIPv6 ? 128 : 32)) return failed(s, "prefix length out of range");
  return recentPrefix(bits);
}

/** mustParsePrefix is parsePrefix for a text that is known to be right; else it is a panic. */
export function mustParsePrefix(s: string): Prefix {
  return parsePrefix(s).unwrap();
}

/**
 * bitsAt is the number from start to the end of s, at most 999; −1 if it is none, has a zero too
 * many or is beyond 64 bits.
 */
function bitsAt(s: string, start: i32): i32 {
  const n = s.length - start;
  if (n == 0 || (n > 1 && unitAt(s, start) == 0x30)) return -1;
  let bits: u64 = 0;
  for (let i = 0; i < n; i++) {
    const digit = unitAt(s, start + i) - 48;
    if (digit > 9 || bits > MAX_NUMBER / 10) return -1;
    bits = bits * 10 + digit;
    if (bits > MAX_NUMBER) return -1;
  }
  return <i32>min<u64>(bits, 999);
}

function failed(s: string, message: string): Result<Prefix> {
  return Result.fail<Prefix>(new ParsePrefixError(s, message));
}

/** The largest number that Go's strconv.Atoi reads. */
const MAX_NUMBER: u64 = 0x7fff_ffff_ffff_ffff;
