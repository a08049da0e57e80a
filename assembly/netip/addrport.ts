/** AddrPort: an IP address and a port as a value that does not change and can be compared. */
import { ErrorString, OwnResult, Result } from "../errors";
import { unitAt } from "../parse";
import { quote } from "../strconv";
import { decodeUTF8, encodeUTF8 } from "../utf8";
import { Addr, invalidAddr, readBinary } from "./addr";
import { scanError } from "./addrerror";
import { MAX_UNITS, putDecimal, putUnit, textOf } from "./format";
import { appendBytes, unexpectedSize } from "./marshal";
import { scannedAddr } from "./parse";
import { foundIPv6, ScanResult, scanAddr } from "./scan";

/** AddrPort is an IP address and a port. It is invalid if the address is. Equal ones are `==`. */
@final
export class AddrPort extends OwnResult {
  constructor(
    readonly _addr: Addr,
    readonly _port: u16,
  ) {
    super();
  }

  /** unmarshalText reads what parseAddrPort does; no text is the invalid address with port 0. */
  static unmarshalText(text: Uint8Array): Result<AddrPort> {
    if (text.length == 0) return Result.ok<AddrPort>(new AddrPort(invalidAddr(), 0));
    return parseAddrPort(decodeUTF8(text.dataStart, text.length));
  }

  /** unmarshalBinary reads what marshalBinary makes; other lengths are an error. */
  static unmarshalBinary(data: Uint8Array): Result<AddrPort> {
    const n = data.length - 2;
    if (n < 0) return Result.fail<AddrPort>(unexpectedSize());
    const addr = readBinary(data.dataStart, n);
    if (addr.err !== null) return Result.fail<AddrPort>(addr.err!);
    return Result.ok<AddrPort>(new AddrPort(addr.value, load<u16>(data.dataStart + n)));
  }

  /** addr is the address. */
  addr(): Addr {
    return this._addr;
  }

  /** port is the port. */
  port(): u16 {
    return this._port;
  }

  /** isValid tells whether the address is valid. */
  isValid(): bool {
    return this._addr.isValid();
  }

  /** equals tells whether both are the same address with the same port: it is `==`. */
  equals(other: AddrPort): bool {
    return this._port == other._port && this._addr == other._addr;
  }

  @operator("==")
  private static same(a: AddrPort | null, b: AddrPort | null): bool {
    if (changetype<usize>(a) == changetype<usize>(b)) return true;
    return changetype<usize>(a) != 0 && changetype<usize>(b) != 0 && a!.equals(b!);
  }

  @operator("!=")
  private static differs(a: AddrPort | null, b: AddrPort | null): bool {
    return !AddrPort.same(a, b);
  }

  /** compare is −1, 0 or 1: the address counts first, then the port. */
  compare(other: AddrPort): i32 {
    const order = this._addr.compare(other._addr);
    if (order != 0) return order;
    return i32(this._port > other._port) - i32(this._port < other._port);
  }

  /** toString is such as "192.0.2.1:80" or "[fe80::1%eth0]:80", or "invalid AddrPort". */
  toString(): string {
    const addr = this._addr;
    if (!addr.isValid()) return "invalid AddrPort";
    const units = memory.data((MAX_UNITS + 8) << 1, 2);
    const bracketed = addr.is6();
    let text = "";
    let at = addr.putText(bracketed ? putUnit(units, 0x5b) : units);
    if (addr.zone().length > 0) {
      text = textOf(units, at) + "%" + addr.zone();
      at = units;
    }
    if (bracketed) at = putUnit(at, 0x5d);
    at = putDecimal(putUnit(at, 0x3a), this._port);
    return text.length > 0 ? text + textOf(units, at) : textOf(units, at);
  }

  /** appendTo adds the bytes of toString to b, none if it is invalid, and returns b. */
  appendTo(b: Array<u8>): Array<u8> {
    return appendBytes(b, this.marshalText());
  }

  /** appendText is appendTo. */
  appendText(b: Array<u8>): Array<u8> {
    return this.appendTo(b);
  }

  /** marshalText is the bytes of toString, none if it is invalid. */
  marshalText(): Uint8Array {
    return encodeUTF8(this.isValid() ? this.toString() : "");
  }

  /** appendBinary adds the bytes of marshalBinary to b and returns b. */
  appendBinary(b: Array<u8>): Array<u8> {
    return appendBytes(b, this.marshalBinary());
  }

  /** marshalBinary is the address's, and the port in two bytes, the low one first. */
  marshalBinary(): Uint8Array {
    const data = this._addr.binary(2);
    store<u16>(data.dataStart + data.length - 2, this._port);
    return data;
  }
}

/** addrPortFrom is the address with the port. */
export function addrPortFrom(addr: Addr, port: u16): AddrPort {
  return new AddrPort(addr, port);
}

/**
 * parseAddrPort reads "192.0.2.1:80" or "[fe80::1%eth0]:80": numbers only, and brackets for IPv6
 * only.
 */
export function parseAddrPort(s: string): Result<AddrPort> {
  const n = s.length;
  const colon = s.lastIndexOf(":");
  if (colon < 0) return failed("not an ip:port");
  if (colon == 0) return failed("no IP");
  if (colon == n - 1) return failed("no port");
  const bracketed = unitAt(s, 0) == 0x5b;
  if (bracketed && (colon < 2 || unitAt(s, colon - 1) != 0x5d)) return failed("missing ]");
  const port = portAt(s, colon + 1);
  if (port < 0) {
    return failed("invalid port " + quote(s.substring(colon + 1)) + " parsing " + quote(s));
  }
  const start = bracketed ? 1 : 0;
  const end = bracketed ? colon - 1 : colon;
  const result = scanAddr(s, start, end);
  if (result != ScanResult.Ok) {
    return Result.fail<AddrPort>(scanError(s, start, end, result));
  }
  if (foundIPv6 != bracketed) {
    const why = bracketed
      ? ", square brackets can only be used with IPv6 addresses"
      : ", IPv6 addresses must be surrounded by square brackets";
    return failed("invalid ip:port " + quote(s) + why);
  }
  return Result.ok<AddrPort>(new AddrPort(scannedAddr(s, end), <u16>port));
}

/** mustParseAddrPort is parseAddrPort for a text that is known to be right; else it is a panic. */
export function mustParseAddrPort(s: string): AddrPort {
  return parseAddrPort(s).unwrap();
}

/** portAt is the number from start to the end of s, or −1 if it is none or above 65535. */
function portAt(s: string, start: i32): i32 {
  let port = 0;
  for (let i = start, n = s.length; i < n; i++) {
    const digit = unitAt(s, i) - 48;
    if (digit > 9) return -1;
    port = port * 10 + digit;
    if (port > 65535) return -1;
  }
  return port;
}

function failed(text: string): Result<AddrPort> {
  return Result.fail<AddrPort>(new ErrorString(text));
}
