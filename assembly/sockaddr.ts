/**
 * Between addresses as users have them and as sockets do.
 */
import { Addr } from "./addr";
import { NetError, Result } from "./errors";
import { InetAddr } from "./inetaddr";
import { indexToZone, zoneToIndex } from "./interfacetable";
import { IP } from "./ip";
import { IPAddr } from "./ipaddr";
import { AddrError } from "./neterror";
import { E, Errno } from "./sys/errno";
import { NAMELESS } from "./sys/level";
import * as sys from "./sys/socket";
import { TCPAddr } from "./tcpaddr";
import { UDPAddr } from "./udpaddr";
import { UnixAddr } from "./unixaddr";

/** addrOf is the user's form of a socket's address. One that no host tells is 0, as in Go's port to WASI. */
export function addrOf(from: sys.SockAddr | null, sotype: i32): Addr | null {
  if (NAMELESS) return sotype == sys.SockType.datagram ? new UDPAddr() : new TCPAddr();
  if (from === null) return null;
  if (from.family == sys.Family.unix) return new UnixAddr(from.name, unixNetwork(sotype));
  const ip = ipOf(from);
  const zone = indexToZone(from.scope);
  if (sotype == sys.SockType.datagram) return new UDPAddr(ip, from.port, zone);
  if (sotype == sys.SockType.raw) return new IPAddr(ip, zone);
  return new TCPAddr(ip, from.port, zone);
}

/** ipOf is the IP of an inet address: of 4 bytes from a socket of IPv4, else of 16. */
export function ipOf(from: sys.SockAddr): IP {
  const ip4 = from.family == sys.Family.inet4;
  const bytes = new StaticArray<u8>(ip4 ? 4 : 16);
  const at = changetype<usize>(bytes);
  if (ip4) {
    store<u32>(at, <u32>from.low);
  } else {
    store<u64>(at, from.low);
    store<u64>(at, from.high, 8);
  }
  return new IP(bytes);
}

/** unixNetwork is the network of a Unix socket by its type. */
export function unixNetwork(sotype: i32): string {
  if (sotype == sys.SockType.datagram) return "unixgram";
  return sotype == sys.SockType.seqpacket ? "unixpacket" : "unix";
}

/** unixSockAddr is the socket's form of a Unix address. A path needs room for the NUL at its end. */
export function unixSockAddr(addr: UnixAddr): Result<sys.SockAddr> {
  const name = addr.name;
  const limit = sys.isAbstract(name) ? sys.PATH_MAX : sys.PATH_MAX - 1;
  if (String.UTF8.byteLength(name) > limit) {
    return Result.fail<sys.SockAddr>(<NetError>new Errno(E.INVAL));
  }
  return ok(new sys.SockAddr(sys.Family.unix, 0, 0, 0, 0, name));
}

/** sockAddr is the socket's form, for a socket of this family, of an address and a port. */
export function sockAddr(family: i32, addr: InetAddr, port: i32): Result<sys.SockAddr> {
  const ip = addr.ip;
  if (port >>> 16 != 0) return Result.fail<sys.SockAddr>(<NetError>new Errno(E.INVAL));
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
  return ok(
    new sys.SockAddr(family, port, load<u64>(at), load<u64>(at, 8), zoneToIndex(addr.zone)),
  );
}

function ok(addr: sys.SockAddr): Result<sys.SockAddr> {
  return Result.ok<sys.SockAddr>(addr);
}

function fail(why: string, addr: string): Result<sys.SockAddr> {
  return Result.fail<sys.SockAddr>(<NetError>new AddrError(why, addr));
}
