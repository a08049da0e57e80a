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
import { indexOfUnit, ipVersion, lastIndexOfUnit, slice, unitAt } from "./parse";
import { lookupPort } from "./port";
import { TCPAddr } from "./tcpaddr";
import { UDPAddr } from "./udpaddr";

/** HostPort is what splitHostPort reads. */
export class HostPort extends OwnResult {
  /**
   * host is without brackets and may have a zone; port is a number or the name of a service, or "".
   */
  constructor(
    public host: string,
    public port: string,
  ) {
    super();
  }
}

/**
 * splitHostPort splits "host:port", "host%zone:port", "[host]:port" or "[host%zone]:port". A
 * literal IPv6 address must be in square brackets, as in "[::1]:80". The error is an AddrError.
 */
export function splitHostPort(hostport: string): Result<HostPort> {
  let start = 0;
  let end = nextMark(hostport, 0);
  let colon = end;
  if (end == 0 && unitOrNone(hostport, 0) == OPENING) {
    start = 1;
    do end = nextMark(hostport, end + 1);
    while (unitOrNone(hostport, end) == COLON);
    if (unitOrNone(hostport, end) != CLOSING) return noHostPort(hostport);
    colon = end + 1;
  }
  if (unitOrNone(hostport, colon) != COLON || nextMark(hostport, colon + 1) < hostport.length) {
    return noHostPort(hostport);
  }
  const host = slice(hostport, start, end);
  return Result.ok<HostPort>(new HostPort(host, slice(hostport, colon + 1, hostport.length)));
}

/** nextMark is where a colon or a square bracket next stands, from start on, or the length. */
function nextMark(text: string, start: i32): i32 {
  const n = text.length;
  let i = start;
  for (; i < n; i++) {
    const unit = unitAt(text, i);
    // Digits, dots and small letters, of which most texts are, are outside.
    if (unit < COLON || unit > CLOSING) continue;
    if (unit == COLON || unit == OPENING || unit == CLOSING) break;
  }
  return i;
}

/** unitOrNone is the unit at index, or 0 at the end. */
function unitOrNone(text: string, index: i32): u32 {
  return index < text.length ? unitAt(text, index) : 0;
}

/** noHostPort is the error about a text that is none. */
function noHostPort(hostport: string): Result<HostPort> {
  const n = hostport.length;
  const colon = lastIndexOfUnit(hostport, COLON);
  if (colon < 0) return failed(MISSING_PORT, hostport);
  // Where a further "[" would be one too many.
  let openFrom = 0;
  if (unitAt(hostport, 0) == OPENING) {
    const end = indexOfUnit(hostport, CLOSING);
    if (end < 0) return failed("missing ']' in address", hostport);
    if (end + 1 != colon) {
      const many = end + 1 < n && unitAt(hostport, end + 1) == COLON;
      return failed(many ? TOO_MANY_COLONS : MISSING_PORT, hostport);
    }
    openFrom = 1;
  } else if (indexOfUnit(hostport, COLON) < colon) {
    return failed(TOO_MANY_COLONS, hostport);
  }
  const many = indexOfUnit(hostport, OPENING, openFrom) >= 0;
  return failed(many ? "unexpected '[' in address" : "unexpected ']' in address", hostport);
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
const MISSING_PORT = "missing port in address";
const TOO_MANY_COLONS = "too many colons in address";
