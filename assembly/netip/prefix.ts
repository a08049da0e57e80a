/**
 * Prefix: an IP address and how many of its bits are the network's, as a value that does not change
 * and can be compared.
 */
import { decimal } from "../decimal";
import { NetError, OwnResult, Result } from "../errors";
import { lastIndexOfUnit, unitAt } from "../parse";
import { make } from "../rt/allocate";
import { quote } from "../strconv";
import { decodeUTF8, encodeUTF8 } from "../utf8";
import { Addr, readBinary } from "./addr";
import { scanError } from "./addrerror";
import { appendBytes, unexpectedSize } from "./marshal";
import { foundHi, foundIPv6, foundLo, foundZone, ScanResult, scanAddr } from "./scan";
import { maskHi, maskLo } from "./uint128";

/**
 * Prefix is an address without a zone and a number of bits, or invalid. The address need not be
 * masked. Equal ones are `==`.
 */
@final
export class Prefix extends OwnResult {
  /**
   * _hi, _lo and _family are those of an Addr; _bits is −1 if the prefix is invalid. Callers use
   * `prefixFrom`, which checks.
   */
  constructor(
    readonly _hi: u64,
    readonly _lo: u64,
    readonly _family: u8,
    readonly _bits: i16,
  ) {
    super();
  }

  /** unmarshalText reads what parsePrefix does; no text is the invalid prefix. */
  static unmarshalText(text: Uint8Array): Result<Prefix> {
    if (text.length == 0) return Result.ok<Prefix>(new Prefix(0, 0, 0, -1));
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
    return new Addr(this._hi, this._lo, this._family);
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
    return this.isValid() && this._bits == (this._family == 4 ? 32 : 128);
  }

  /** equals tells whether both are the same address with the same bits: it is `==`. */
  equals(other: Prefix): bool {
    return (
      this._lo == other._lo &&
      this._hi == other._hi &&
      this._family == other._family &&
      this._bits == other._bits
    );
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
    let order = this.masked().addr().compare(other.masked().addr());
    if (order == 0) order = i32(this._bits > other._bits) - i32(this._bits < other._bits);
    return order != 0 ? order : this.addr().compare(other.addr());
  }

  /** masked is the prefix with all bits of the address cleared that are not the network's. */
  masked(): Prefix {
    if (!this.isValid()) return new Prefix(0, 0, 0, -1);
    const ones = this.ones(this._bits);
    const hi = this._hi & maskHi(ones);
    return new Prefix(hi, this._lo & maskLo(ones), this._family, this._bits);
  }

  /**
   * contains tells whether the address is in the network: of the same family, IPv4-mapped ones
   * being IPv6, without a zone.
   */
  contains(addr: Addr): bool {
    if (!this.isValid() || addr.zone().length > 0 || addr._family != this._family) return false;
    return this.agrees(addr._hi, addr._lo, this._bits);
  }

  /** overlaps tells whether there is an address that is in both networks. */
  overlaps(other: Prefix): bool {
    if (!this.isValid() || !other.isValid()) return false;
    if (this._family != other._family) return false;
    return this.agrees(other._hi, other._lo, min(this._bits, other._bits));
  }

  /** agrees tells whether the first bits are those of another address of the family. */
  private agrees(hi: u64, lo: u64, bits: i32): bool {
    const ones = this.ones(bits);
    return (((this._hi ^ hi) & maskHi(ones)) | ((this._lo ^ lo) & maskLo(ones))) == 0;
  }

  /** ones is how many bits of all 128 the first `bits` are: IPv4 stands at the end of them. */
  private ones(bits: i32): i32 {
    return this._family == 4 ? bits + 96 : bits;
  }

  /** toString is such as "192.0.2.0/24", or "invalid Prefix". */
  toString(): string {
    if (!this.isValid()) return "invalid Prefix";
    return this.addr().toString() + "/" + decimal(this._bits);
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
    return encodeUTF8(this.isValid() || this._family != 0 ? this.toString() : "");
  }

  /** appendBinary adds the bytes of marshalBinary to b and returns b. */
  appendBinary(b: Array<u8>): Array<u8> {
    return appendBytes(b, this.marshalBinary());
  }

  /** marshalBinary is the address's, and the bits in one byte, 255 for an invalid prefix. */
  marshalBinary(): Uint8Array {
    const data = this.addr().binary(1);
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
  return new Prefix(addr._hi, addr._lo, addr._family, valid ? <i16>bits : -1);
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
  if (slash < 0) return noPrefix(s, slash, ScanResult.Ok, 0);
  const result = scanAddr(s, 0, slash);
  const bits = bitsAt(s, slash + 1);
  const most = foundIPv6 ? 128 : 32;
  if (result != ScanResult.Ok || foundZone >= 0 || bits < 0 || bits > most) {
    return noPrefix(s, slash, result, bits);
  }
  // `new Prefix`, but faster.
  const at = make<Prefix>();
  store<u64>(at, foundHi, offsetof<Prefix>("_hi"));
  store<u64>(at, foundLo, offsetof<Prefix>("_lo"));
  store<u8>(at, foundIPv6 ? 6 : 4, offsetof<Prefix>("_family"));
  store<i16>(at, <i16>bits, offsetof<Prefix>("_bits"));
  return Result.ok<Prefix>(changetype<Prefix>(at));
}

/** noPrefix is the error: where the slash is, what the scan before it found, the bits behind it. */
function noPrefix(s: string, slash: i32, result: ScanResult, bits: i32): Result<Prefix> {
  let why = "prefix length out of range";
  if (slash < 0) why = "no '/'";
  else if (result != ScanResult.Ok) why = scanError(s, 0, slash, result).error();
  else if (foundZone >= 0) why = "IPv6 zones cannot be present in a prefix";
  else if (bits < 0) why = "bad bits after slash: " + quote(s.substring(slash + 1));
  return Result.fail<Prefix>(new ParsePrefixError(s, why));
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

/** The largest number that Go's strconv.Atoi reads. */
const MAX_NUMBER: u64 = 0x7fff_ffff_ffff_ffff;
