/** Addr: an IP address as a value that does not change and can be compared. */
import { decimal } from "../decimal";
import { ErrorString, OwnResult, Result } from "../errors";
import { hexDigit } from "../octets";
import { panic } from "../sys/panic";
import { compareUTF8, decodeUTF8, encodeUTF8 } from "../utf8";
import { groupAt, MAX_UNITS, putIPv4, putIPv6, putUnit, textOf } from "./format";
import { appendBytes, unexpectedSize } from "./marshal";
import { parseAddr } from "./parse";
import { Prefix, prefixFrom } from "./prefix";
import { MAPPED } from "./scan";

/**
 * Addr is an IPv4 or IPv6 address, with or without a zone, or the invalid one, Go's zero value,
 * which stands where other types have null. An IPv4-mapped address is an IPv6 address and differs
 * from the IPv4 one. Equal addresses are `==`; as the key of a Map, which knows nothing of that,
 * use toString.
 */
@final
export class Addr extends OwnResult {
  /**
   * _hi and _lo hold the 16 bytes as two big-endian numbers; an IPv4 address stands as in its
   * IPv4-mapped form. _family is 0 for the invalid address, 4 or 6; only with 6 may _zone be other
   * than "". Callers use `addrFrom4` and the like.
   */
  constructor(
    readonly _hi: u64,
    readonly _lo: u64,
    readonly _family: u8,
    readonly _zone: string = "",
  ) {
    super();
  }

  /** unmarshalText reads what parseAddr does; no text is the invalid address. */
  static unmarshalText(text: Uint8Array): Result<Addr> {
    if (text.length == 0) return Result.ok<Addr>(invalidAddr());
    return parseAddr(decodeUTF8(text.dataStart, text.length));
  }

  /** unmarshalBinary reads what marshalBinary makes; other lengths are an error. */
  static unmarshalBinary(data: Uint8Array): Result<Addr> {
    return readBinary(data.dataStart, data.length);
  }

  /** isValid holds for all addresses but the invalid one. */
  isValid(): bool {
    return this._family != 0;
  }

  /** is4 holds for IPv4 addresses, not for IPv4-mapped ones. */
  is4(): bool {
    return this._family == 4;
  }

  /** is6 holds for IPv6 addresses, IPv4-mapped ones among them. */
  is6(): bool {
    return this._family == 6;
  }

  /** is4In6 holds for the IPv4-mapped addresses, ::ffff:0:0/96. */
  is4In6(): bool {
    return this._family == 6 && this._hi == 0 && this._lo >> 32 == 0xffff;
  }

  /** bitLen is 32 for IPv4, 128 for IPv6, 0 for the invalid address. */
  bitLen(): i32 {
    return this._family == 4 ? 32 : this._family == 6 ? 128 : 0;
  }

  /** zone is the scope of an IPv6 address, such as the name of an interface, or "". */
  zone(): string {
    return this._zone;
  }

  /**
   * withZone is the address with another zone, with none if zone is ""; an IPv4 address stays as it
   * is.
   */
  withZone(zone: string): Addr {
    if (this._family != 6 || (zone.length == 0 && this._zone.length == 0)) return this;
    return new Addr(this._hi, this._lo, 6, zone);
  }

  /** unmap is the IPv4 address of an IPv4-mapped one, without its zone; any other stays. */
  unmap(): Addr {
    return this.is4In6() ? new Addr(0, this._lo, 4) : this;
  }

  /** equals tells whether both are the same address with the same zone: it is `==`. */
  equals(other: Addr): bool {
    return (
      this._lo == other._lo &&
      this._hi == other._hi &&
      this._family == other._family &&
      this._zone == other._zone
    );
  }

  @operator("==")
  private static same(a: Addr | null, b: Addr | null): bool {
    if (changetype<usize>(a) == changetype<usize>(b)) return true;
    return changetype<usize>(a) != 0 && changetype<usize>(b) != 0 && a!.equals(b!);
  }

  @operator("!=")
  private static differs(a: Addr | null, b: Addr | null): bool {
    return !Addr.same(a, b);
  }

  /**
   * compare is −1, 0 or 1: invalid comes before IPv4 before IPv6, then the number counts, then the
   * bytes of the zone.
   */
  compare(other: Addr): i32 {
    if (this._family != other._family) return this._family < other._family ? -1 : 1;
    if (this._hi != other._hi) return this._hi < other._hi ? -1 : 1;
    if (this._lo != other._lo) return this._lo < other._lo ? -1 : 1;
    return compareUTF8(this._zone, other._zone);
  }

  /** less tells whether the address comes before other in the order of compare. */
  less(other: Addr): bool {
    return this.compare(other) < 0;
  }

  /** isUnspecified holds for 0.0.0.0 and for :: without a zone. */
  isUnspecified(): bool {
    if (this._family == 4) return <u32>this._lo == 0;
    return this._family == 6 && (this._hi | this._lo) == 0 && this._zone.length == 0;
  }

  /** isLoopback holds for 127.0.0.0/8, mapped or not, and ::1. */
  isLoopback(): bool {
    if (this.holdsIPv4) return this.byte4(0) == 127;
    return this._family == 6 && this._hi == 0 && this._lo == 1;
  }

  /**
   * isPrivate holds for 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 (RFC 1918), mapped or not, and
   * fc00::/7 (RFC 4193).
   */
  isPrivate(): bool {
    if (!this.holdsIPv4) return this._family == 6 && this._hi >> 57 == 0xfc >> 1;
    const a = this.byte4(0);
    const b = this.byte4(1);
    return a == 10 || (a == 172 && (b & 0xf0) == 16) || (a == 192 && b == 168);
  }

  /** isMulticast holds for 224.0.0.0/4, mapped or not, and ff00::/8. */
  isMulticast(): bool {
    if (this.holdsIPv4) return (this.byte4(0) & 0xf0) == 0xe0;
    return this._family == 6 && this._hi >> 56 == 0xff;
  }

  /** isInterfaceLocalMulticast holds for ff01::/16 with any flags; IPv4 has none. */
  isInterfaceLocalMulticast(): bool {
    return this._family == 6 && (this.group(0) & 0xff0f) == 0xff01;
  }

  /**
   * isLinkLocalMulticast holds for 224.0.0.0/24, mapped or not, and for ff02::/16 with any flags.
   */
  isLinkLocalMulticast(): bool {
    if (this.holdsIPv4) return <u32>this._lo >> 8 == 0xe00000;
    return this._family == 6 && (this.group(0) & 0xff0f) == 0xff02;
  }

  /** isLinkLocalUnicast holds for 169.254.0.0/16, mapped or not, and fe80::/10. */
  isLinkLocalUnicast(): bool {
    if (this.holdsIPv4) return <u32>this._lo >> 16 == 0xa9fe;
    return this._family == 6 && (this.group(0) & 0xffc0) == 0xfe80;
  }

  /**
   * isGlobalUnicast holds for all but the invalid, broadcast, unspecified, loopback, multicast and
   * link-local ones.
   */
  isGlobalUnicast(): bool {
    if (this._family == 0) return false;
    if (this.holdsIPv4) {
      if (<u32>this._lo == 0 || <u32>this._lo == u32.MAX_VALUE) return false;
    } else if (this.isUnspecified()) {
      return false;
    }
    return !(this.isLoopback() || this.isMulticast() || this.isLinkLocalUnicast());
  }

  /**
   * prefix is the network of the first `bits` bits, without a zone. Too many bits, or fewer than 0,
   * are an error; the invalid address has the invalid prefix.
   */
  prefix(bits: i32): Result<Prefix> {
    if (bits < 0) return Result.fail<Prefix>(new ErrorString("negative Prefix bits"));
    const all = this.bitLen();
    if (all == 0) return Result.ok<Prefix>(new Prefix(0, 0, 0, -1));
    if (bits > all) {
      const name = all == 32 ? "IPv4" : "IPv6";
      const text = "prefix length " + decimal(bits) + " too large for " + name;
      return Result.fail<Prefix>(new ErrorString(text));
    }
    return Result.ok<Prefix>(prefixFrom(this, bits).masked());
  }

  /**
   * next is the address that follows, with the same zone; after the last of the family, the invalid
   * one.
   */
  next(): Addr {
    const lo = this._lo + 1;
    const hi = lo == 0 ? this._hi + 1 : this._hi;
    const over = this._family == 4 ? <u32>lo == 0 : (hi | lo) == 0;
    return over || this._family == 0 ? invalidAddr() : new Addr(hi, lo, this._family, this._zone);
  }

  /**
   * prev is the address before, with the same zone; before the first of the family, the invalid
   * one.
   */
  prev(): Addr {
    const first = this._family == 4 ? <u32>this._lo == 0 : (this._hi | this._lo) == 0;
    if (first || this._family == 0) return invalidAddr();
    const hi = this._lo == 0 ? this._hi - 1 : this._hi;
    return new Addr(hi, this._lo - 1, this._family, this._zone);
  }

  /** as4 is the 4 bytes of an IPv4 or IPv4-mapped address; to call it on any other is a panic. */
  as4(): StaticArray<u8> {
    if (this._family == 0) panic("As4 called on IP zero value");
    if (!this.holdsIPv4) panic("As4 called on IPv6 address");
    const bytes = new StaticArray<u8>(4);
    store<u32>(changetype<usize>(bytes), bswap<u32>(<u32>this._lo));
    return bytes;
  }

  /** as16 is the 16 bytes, without the zone; IPv4 is IPv4-mapped, the invalid address is zeros. */
  as16(): StaticArray<u8> {
    const bytes = new StaticArray<u8>(16);
    store<u64>(changetype<usize>(bytes), bswap<u64>(this._hi));
    store<u64>(changetype<usize>(bytes), bswap<u64>(this._lo), 8);
    return bytes;
  }

  /** asSlice is the 4 bytes of an IPv4 address, the 16 of an IPv6 one, none of the invalid one. */
  asSlice(): StaticArray<u8> {
    return this._family == 4 ? this.as4() : this._family == 6 ? this.as16() : [];
  }

  /**
   * toString is such as "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "fe80::1%eth0", or "invalid
   * IP".
   */
  toString(): string {
    if (this._family == 0) return "invalid IP";
    const units = memory.data(MAX_UNITS << 1, 2);
    return this.zoned(textOf(units, this.putText(units)));
  }

  /**
   * stringExpanded is toString with all groups of an IPv6 address in full, "2001:0db8:0000:…", and
   * none dotted.
   */
  stringExpanded(): string {
    if (this._family != 6) return this.toString();
    const units = memory.data(MAX_UNITS << 1, 2);
    let at = units;
    for (let i = 0; i < 8; i++) {
      if (i > 0) at = putUnit(at, 0x3a);
      const group = this.group(i);
      for (let shift = 12; shift >= 0; shift -= 4)
        at = putUnit(at, hexDigit((group >> shift) & 15));
    }
    return this.zoned(textOf(units, at));
  }

  /** appendTo adds the bytes of toString to b, none for the invalid address, and returns b. */
  appendTo(b: Array<u8>): Array<u8> {
    return appendBytes(b, this.marshalText());
  }

  /** appendText is appendTo. */
  appendText(b: Array<u8>): Array<u8> {
    return this.appendTo(b);
  }

  /** marshalText is the bytes of toString, none for the invalid address. */
  marshalText(): Uint8Array {
    return encodeUTF8(this._family == 0 ? "" : this.toString());
  }

  /** appendBinary adds the bytes of marshalBinary to b and returns b. */
  appendBinary(b: Array<u8>): Array<u8> {
    return appendBytes(b, this.marshalBinary());
  }

  /** marshalBinary is asSlice and the zone in UTF-8. */
  marshalBinary(): Uint8Array {
    return this.binary(0);
  }

  /** binary is marshalBinary with `room` more bytes behind. */
  binary(room: i32): Uint8Array {
    const address = this.asSlice();
    const zone = encodeUTF8(this._zone);
    const n = address.length;
    const data = new Uint8Array(n + zone.length + room);
    memory.copy(data.dataStart, changetype<usize>(address), n);
    memory.copy(data.dataStart + n, zone.dataStart, zone.length);
    return data;
  }

  /**
   * putText writes the address without its zone at `at`, in at most MAX_UNITS, and answers where it
   * ends.
   */
  putText(at: usize): usize {
    if (this._family == 6) {
      if (!this.is4In6()) return putIPv6(at, this._hi, this._lo);
      at = putUnit(putUnit(at, 0x3a), 0x3a);
      for (let i = 0; i < 4; i++) at = putUnit(at, 0x66);
      at = putUnit(at, 0x3a);
    }
    return putIPv4(at, <u32>this._lo);
  }

  private zoned(text: string): string {
    return this._zone.length > 0 ? text + "%" + this._zone : text;
  }

  /**
   * holdsIPv4 tells whether there is an IPv4 address in here, mapped or not: most predicates look
   * at it.
   */
  private get holdsIPv4(): bool {
    return this._family == 4 || this.is4In6();
  }

  private byte4(index: i32): u32 {
    return (<u32>this._lo >> ((3 - index) << 3)) & 255;
  }

  private group(index: i32): u32 {
    return groupAt(this._hi, this._lo, index);
  }
}

/** addrFrom4 is the IPv4 address of 4 bytes. */
export function addrFrom4(bytes: StaticArray<u8>): Addr {
  assert(bytes.length == 4);
  return addrFromSlice(bytes);
}

/** addrFrom16 is the IPv6 address of 16 bytes, IPv4-mapped ones included. */
export function addrFrom16(bytes: StaticArray<u8>): Addr {
  assert(bytes.length == 16);
  return addrFromSlice(bytes);
}

/** addrFromSlice is the address of 4 or 16 bytes; the invalid one for another length. */
export function addrFromSlice(bytes: StaticArray<u8>): Addr {
  return fromMemory(changetype<usize>(bytes), bytes.length);
}

/** invalidAddr is the address that stands for none: Go's zero value. */
export function invalidAddr(): Addr {
  return new Addr(0, 0, 0);
}

/** readBinary reads what marshalBinary makes from `size` bytes at `start`. */
export function readBinary(start: usize, size: i32): Result<Addr> {
  if (size == 0 || size == 4) return Result.ok<Addr>(fromMemory(start, size));
  if (size < 16) return Result.fail<Addr>(unexpectedSize());
  const addr = fromMemory(start, 16);
  return Result.ok<Addr>(addr.withZone(decodeUTF8(start + 16, size - 16)));
}

function fromMemory(start: usize, size: i32): Addr {
  if (size == 4) return new Addr(0, MAPPED | bswap<u32>(load<u32>(start)), 4);
  if (size != 16) return invalidAddr();
  return new Addr(bswap<u64>(load<u64>(start)), bswap<u64>(load<u64>(start, 8)), 6);
}
