/**
 * Between addresses as users have them and as sockets do.
 */
import { Addr } from "./addr";
import { decimal } from "./decimal";
import { NetError, Result } from "./errors";
import { InetAddr } from "./inetaddr";
import { IP } from "./ip";
import { AddrError } from "./neterror";
import { dtoi } from "./parse";
import * as sys from "./sys/socket";
import { TCPAddr } from "./tcpaddr";
import { UDPAddr } from "./udpaddr";

/** inetAddr is the user's form of a socket's address. */
export function inetAddr(from: sys.SockAddr | null, sotype: i32): Addr | null {
  if (from === null) return null;
  const ip4 = from.family == sys.Family.inet4;
  const bytes = new StaticArray<u8>(ip4 ? 4 : 16);
  const at = changetype<usize>(bytes);
  if (ip4) {
    store<u32>(at, <u32>from.low);
  } else {
    store<u64>(at, from.low);
    store<u64>(at, from.high, 8);
  }
  const ip = new IP(bytes);
  const zone = from.scope != 0 ? decimal(from.scope) : "";
  return sotype == sys.SockType.datagram
    ? new UDPAddr(ip, from.port, zone)
    : new TCPAddr(ip, from.port, zone);
}

/** sockAddr is the socket's form, for a socket of this family, of an address and a port. */
export function sockAddr(family: i32, addr: InetAddr, port: i32): Result<sys.SockAddr> {
  const ip = addr.ip;
  if (family == sys.Family.inet4) {
    if (ip.length == 0) return ok(new sys.SockAddr(family, port, 0));
    const at = ip.ipv4Start;
    if (at < 0) return fail("non-IPv4 address", ip.toString());
    return ok(new sys.SockAddr(family, port, load<u32>(changetype<usize>(ip.bytes) + at)));
  }
  // The wildcard of IPv4 is the one of IPv6 here: a socket bound to it takes both.
  if (ip.length == 0 || (ip.isIPv4 && ip.isUnspecified())) {
    return ok(new sys.SockAddr(family, port, 0));
  }
  const ip16 = ip.to16();
  if (ip16 === null) return fail("non-IPv6 address", ip.toString());
  const at = changetype<usize>(ip16.bytes);
  return ok(new sys.SockAddr(family, port, load<u64>(at), load<u64>(at, 8), scopeOf(addr.zone)));
}

/** scopeOf is the interface's number that a zone means; a name that nobody knows is 0. */
function scopeOf(zone: string): u32 {
  return <u32>max(dtoi(zone, 0, zone.length), 0);
}

function ok(addr: sys.SockAddr): Result<sys.SockAddr> {
  return Result.ok<sys.SockAddr>(addr);
}

function fail(why: string, addr: string): Result<sys.SockAddr> {
  return Result.fail<sys.SockAddr>(<NetError>new AddrError(why, addr));
}
