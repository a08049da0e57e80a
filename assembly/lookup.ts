/** Names to addresses. */
import { Addr } from "./addr";
import { noSuchHost } from "./dnserror";
import { NetError, Result } from "./errors";
import { foundIP, IP, ipv4 } from "./ip";
import { IPAddr } from "./ipaddr";
import { endPoint } from "./ipsock";
import { foundZone, ScanResult, scanAddr } from "./netip/scan";
import { NetworkKind } from "./network";
import { lowerASCII } from "./parse";

/**
 * lookupIPAddr is the addresses of host, in 16 bytes each: one for a literal, with its zone;
 * 127.0.0.1 and ::1 for "localhost", as the usual /etc/hosts has them. Any other name is a DNSError
 * "no such host".
 */
export function lookupIPAddr(host: string): Result<IPAddr[]> {
  const found: Addr[] = [];
  if (!addHost(found, host, NetworkKind.IP, 0)) return Result.fail<IPAddr[]>(noSuchHost(host));
  const list: IPAddr[] = [];
  for (let i = 0, n = found.length; i < n; i++) list.push(changetype<IPAddr>(found[i]));
  return Result.ok<IPAddr[]>(list);
}

/**
 * addHost adds the end points that lookupIPAddr's addresses make with port; false if there is none.
 */
export function addHost(list: Addr[], host: string, kind: NetworkKind, port: i32): bool {
  if (addLiteral(list, host, kind, port)) return true;
  const name = lowerASCII(host);
  if (name != "localhost" && name != "localhost.") return false;
  const loopback = new StaticArray<u8>(16);
  loopback[15] = 1;
  list.push(endPoint(kind, ipv4(127, 0, 0, 1), port, ""));
  list.push(endPoint(kind, new IP(loopback), port, ""));
  return true;
}

/** addLiteral adds the end point of a host that is an address; false if it is a name. */
export function addLiteral(list: Addr[], host: string, kind: NetworkKind, port: i32): bool {
  if (scanAddr(host, 0, host.length) != ScanResult.Ok) return false;
  const zone = foundZone < 0 ? "" : host.substring(foundZone);
  list.push(endPoint(kind, foundIP(), port, zone));
  return true;
}

/** Lookup is another place to ask for names than this file; resolver.ts has the one of a dial. */
export abstract class Lookup {
  /** addHost is the function of that name: why there are no end points, or null. */
  abstract addHost(list: Addr[], host: string, kind: NetworkKind, port: i32): NetError | null;
}
