/** Host and port in one text, and the addresses that such a text stands for. */
import { Addr } from "./addr";
import { noSuchHost } from "./dnserror";
import { NetError, OwnResult, Result } from "./errors";
import { InetAddr } from "./inetaddr";
import { IP, ipv4 } from "./ip";
import { IPAddr } from "./ipaddr";
import { addHost, Lookup } from "./lookup";
import { AddrError, UnknownNetworkError } from "./neterror";
import { NetworkKind, networkKind } from "./network";
import { indexOfUnit, ipVersion, lastIndexOfUnit, sliceOf, unitAt } from "./parse";
import { lookupPort } from "./port";
import { make } from "./rt/allocate";
import { TCPAddr } from "./tcpaddr";
import { UDPAddr } from "./udpaddr";

/**
 * HostPort is what splitHostPort reads: two parts of the text that it was given, as in Go. A string
 * must be a copy here, so each part is one from the moment at which it is first asked for.
 */
@final
export class HostPort extends OwnResult {
  private cutHost: string | null = null;
  private cutPort: string | null = null;

  /** In the text the host ends, and the port begins, behind so many bytes. Callers use `splitHostPort`. */
  constructor(
    private text: string,
    private hostTo: u32,
    private portFrom: u32,
  ) {
    super();
  }

  /** host is without brackets and may have a zone. */
  get host(): string {
    // Before the host there is what there is between it and the colon: a bracket, or nothing.
    const from = this.portFrom - 2 - this.hostTo;
    return this.part(offsetof<HostPort>("cutHost"), from, this.hostTo);
  }

  /** port is a number or the name of a service, or "". */
  get port(): string {
    return this.part(offsetof<HostPort>("cutPort"), this.portFrom, (<u32>this.text.length) << 1);
  }

  /** part is the string in a field, which is made if there is none. */
  private part(field: usize, from: usize, to: usize): string {
    const self = changetype<usize>(this);
    let cut = load<usize>(self + field);
    if (cut == 0) {
      const text = load<usize>(self, offsetof<HostPort>("text"));
      cut = sliceOf(text + from, text + to);
      store<usize>(self + field, cut);
      __link(self, cut, false);
    }
    return changetype<string>(cut);
  }
}

/**
 * splitHostPort splits "host:port", "host%zone:port", "[host]:port" or "[host%zone]:port". A
 * literal IPv6 address must be in square brackets, as in "[::1]:80". The error is an AddrError.
 */
export function splitHostPort(hostport: string): Result<HostPort> {
  // A quick way for nearly all texts: those with no units but the marks themselves and others that are
  // far from marks. The whole rule is splitAny.
  const text = changetype<usize>(hostport);
  let colon = text + ((<usize>hostport.length) << 1);
  let unit: u32 = 0;
  while (colon != text) {
    colon -= 2;
    unit = load<u16>(colon);
    if (unit - COLON <= CLOSING - COLON) break;
  }
  if (unit != COLON) return splitAny(hostport);
  let from = text;
  let to = colon;
  let toMark = TO_COLON;
  if (load<u16>(text) == OPENING) {
    from += 2;
    to -= 2;
    toMark = TO_OPENING;
    if (load<u16>(to) != CLOSING) return splitAny(hostport);
  }
  if (!isFarFromMarks(from, to, toMark)) return splitAny(hostport);
  return hostPort(text, <u32>(to - text), <u32>(colon + 2 - text));
}

/**
 * isFarFromMarks tells whether no unit of a part is from a mark, COLON or OPENING, to CLOSING;
 * digits, dots and small letters are not. toMark is what carries the mark, and all above, to 2¹⁵ or
 * more, in each of four units that are looked at in one number. A unit of 2¹⁵ or more is taken for
 * a smaller one: at worst it seems to be near.
 */
function isFarFromMarks(from: usize, to: usize, toMark: u64): bool {
  if (<isize>(to - from) < 8) {
    for (; from < to; from += 2) if (areNear(load<u16>(from), toMark & 0xffff)) return false;
    return true;
  }
  // The last four units end where the part ends; some may be looked at twice.
  const last = to - 8;
  for (; from < last; from += 8) if (areNear(load<u64>(from), toMark)) return false;
  return !areNear(load<u64>(last), toMark);
}

/** areNear tells whether one of four units is near. */
function areNear(units: u64, toMark: u64): bool {
  const low = units & 0x7fff_7fff_7fff_7fff;
  return ((low + toMark) & ~(low + PAST_CLOSING) & 0x8000_8000_8000_8000) != 0;
}

/** hostPort is `new HostPort`, but faster; text is the address of a string. */
function hostPort(text: usize, hostTo: u32, portFrom: u32): Result<HostPort> {
  const at = make<HostPort>();
  store<usize>(at, text, offsetof<HostPort>("text"));
  store<u32>(at, hostTo, offsetof<HostPort>("hostTo"));
  store<u32>(at, portFrom, offsetof<HostPort>("portFrom"));
  return Result.ok<HostPort>(changetype<HostPort>(at));
}

/** splitAny is splitHostPort for any text. */
function splitAny(hostport: string): Result<HostPort> {
  const colon = lastIndexOfUnit(hostport, COLON);
  if (colon < 0) return failed(MISSING_PORT, hostport);
  let end = colon;
  // Where a further bracket would be one too many.
  let openFrom = 0;
  let closeFrom = 0;
  if (unitAt(hostport, 0) == OPENING) {
    end = indexOfUnit(hostport, CLOSING);
    if (end < 0) return failed("missing ']' in address", hostport);
    if (end + 1 != colon) {
      const many = end + 1 < hostport.length && unitAt(hostport, end + 1) == COLON;
      return failed(many ? TOO_MANY_COLONS : MISSING_PORT, hostport);
    }
    openFrom = 1;
    closeFrom = colon;
  } else if (indexOfUnit(hostport, COLON) < colon) {
    return failed(TOO_MANY_COLONS, hostport);
  }
  if (indexOfUnit(hostport, OPENING, openFrom) >= 0) {
    return failed("unexpected '[' in address", hostport);
  }
  if (indexOfUnit(hostport, CLOSING, closeFrom) >= 0) {
    return failed("unexpected ']' in address", hostport);
  }
  return Result.ok<HostPort>(new HostPort(hostport, end << 1, (colon + 1) << 1));
}

/**
 * joinHostPort is "host:port", or "[host]:port" if host has a colon, as a literal IPv6 address
 * does.
 */
export function joinHostPort(host: string, port: string): string {
  return indexOfUnit(host, COLON) >= 0 ? "[" + host + "]:" + port : host + ":" + port;
}

/**
 * internetAddrList is the end points that address stands for on a network of tcp, udp or ip; at
 * least one where there is no error. The port is looked at before the host. No host gives one
 * address with an IP of length 0. lookup is where to ask for names; null for the built-in place.
 */
export function internetAddrList(
  network: string,
  address: string,
  lookup: Lookup | null = null,
): Result<Addr[]> {
  let host = address;
  let port = 0;
  const kind = networkKind(network);
  if (kind == NetworkKind.TCP || kind == NetworkKind.UDP) {
    if (address.length > 0) {
      const split = splitHostPort(address);
      const unsplit = split.err;
      if (unsplit !== null) return Result.fail<Addr[]>(unsplit);
      const number = lookupPort(network, split.value.port);
      const unknown = number.err;
      if (unknown !== null) return Result.fail<Addr[]>(unknown);
      host = split.value.host;
      port = number.value;
    }
  } else if (kind != NetworkKind.IP) {
    return Result.fail<Addr[]>(new UnknownNetworkError(network));
  }
  const list: Addr[] = [];
  if (host.length == 0) {
    list.push(endPoint(kind, new IP([]), port, ""));
    return Result.ok<Addr[]>(list);
  }
  let unknown: NetError | null = null;
  if (lookup !== null) unknown = lookup.addHost(list, host, kind, port);
  else if (!addHost(list, host, kind, port)) unknown = noSuchHost(host);
  if (unknown !== null) return Result.fail<Addr[]>(unknown);
  // On a machine where "::" can be bound but not be reached, 0.0.0.0 is the way back.
  if (list.length == 1 && isWildcardIPv6(list[0])) {
    list.push(endPoint(kind, ipv4(0, 0, 0, 0), port, ""));
  }
  const fits = ofVersion(list, ipVersion(network));
  return fits.length > 0
    ? Result.ok<Addr[]>(fits)
    : Result.fail<Addr[]>(new AddrError("no suitable address found", host));
}

/** ofVersion is the addresses of a list that are of an IP version, if that is 4 or 6; else all. */
function ofVersion(list: Addr[], version: i32): Addr[] {
  if (version == 0) return list;
  const kept: Addr[] = [];
  for (let i = 0, n = list.length; i < n; i++) {
    if (isIPv4(list[i]) == (version == 4)) kept.push(list[i]);
  }
  return kept;
}

function isWildcardIPv6(addr: Addr): bool {
  return !isIPv4(addr) && changetype<InetAddr>(addr).isWildcard();
}

/** isIPv4 tells whether an end point's address is an IPv4 one. */
export function isIPv4(addr: Addr): bool {
  return addr instanceof InetAddr && changetype<InetAddr>(addr).isIPv4;
}

/**
 * firstIPv4 is the first IPv4 address of a list or, if want4 is false, the first other one; or else
 * the first of all.
 */
export function firstIPv4(list: Addr[], want4: bool = true): Addr {
  for (let i = 0; i < list.length; i++) {
    if (isIPv4(list[i]) == want4) return list[i];
  }
  return list[0];
}

/**
 * forResolve is the one of a list that resolving an address yields: IPv4, unless the text is an
 * IPv6 literal.
 */
export function forResolve(list: Addr[], network: string, address: string): Addr {
  const plainIP = network == "ip";
  const bracketed = network == "tcp" || network == "udp";
  const want6 = (plainIP && address.indexOf(":") >= 0) || (bracketed && address.indexOf("[") >= 0);
  return firstIPv4(list, !want6);
}

/** AddrPartition is what partition makes of a list. */
export class AddrPartition {
  constructor(
    public primaries: Addr[],
    public fallbacks: Addr[],
  ) {}
}

/**
 * partition divides a list into the addresses of the family, IPv4 or not, of the first one, and the
 * others.
 */
export function partition(list: Addr[]): AddrPartition {
  const parts = new AddrPartition([], []);
  for (let i = 0; i < list.length; i++) {
    const primary = isIPv4(list[i]) == isIPv4(list[0]);
    (primary ? parts.primaries : parts.fallbacks).push(list[i]);
  }
  return parts;
}

/** endPoint is an address of the class that belongs to a family of networks. */
export function endPoint(kind: NetworkKind, ip: IP, port: i32, zone: string): Addr {
  if (kind == NetworkKind.TCP) return new TCPAddr(ip, port, zone);
  if (kind == NetworkKind.UDP) return new UDPAddr(ip, port, zone);
  return new IPAddr(ip, zone);
}

function failed(why: string, hostport: string): Result<HostPort> {
  return Result.fail<HostPort>(new AddrError(why, hostport));
}

const COLON: u32 = 0x3a;
const OPENING: u32 = 0x5b;
const CLOSING: u32 = 0x5d;
/** 2¹⁵ less COLON, less OPENING and less what follows CLOSING, four times. */
const TO_COLON: u64 = 0x7fc6_7fc6_7fc6_7fc6;
const TO_OPENING: u64 = 0x7fa5_7fa5_7fa5_7fa5;
const PAST_CLOSING: u64 = 0x7fa2_7fa2_7fa2_7fa2;
const MISSING_PORT = "missing port in address";
const TOO_MANY_COLONS = "too many colons in address";
