/**
 * Which family a socket is of: what the machine can do, and what Go makes of it.
 */
import { InetAddr } from "./inetaddr";
import { isIPv4 } from "./ipsock";
import { ipVersion } from "./parse";
import * as sys from "./sys/socket";

/** What the machine's IP stack can do; found out once. */
class Stack {
  readonly ipv4: bool = canOpen(sys.Family.inet4);
  readonly ipv6: bool = canBind(true, LOOPBACK6_LOW, LOOPBACK6_HIGH);
  /** mapped: an IPv6 socket also takes IPv4. */
  readonly mapped: bool = canBind(false, MAPPED_LOW, MAPPED_HIGH);
}

/** ::1 and ::ffff:127.0.0.1, in the order of memory. */
const LOOPBACK6_LOW: u64 = 0;
const LOOPBACK6_HIGH: u64 = 0x0100_0000_0000_0000;
const MAPPED_LOW: u64 = 0;
const MAPPED_HIGH: u64 = 0x0100_007f_ffff_0000;

let probed: Stack | null = null;

function stack(): Stack {
  let found = probed;
  if (found === null) {
    found = new Stack();
    probed = found;
  }
  return found;
}

/** SocketFamily is what `favoriteAddrFamily` answers. */
export class SocketFamily {
  constructor(
    readonly family: i32,
    readonly ipv6only: bool,
  ) {}
}

/**
 * favoriteAddrFamily chooses. The digit at the network's end decides. A listener on all addresses is, where the machine can, one
 * IPv6 socket that takes IPv4 too, even for "0.0.0.0". Otherwise it is IPv4 unless one of the addresses is not.
 */
export function favoriteAddrFamily(
  network: string,
  laddr: InetAddr | null,
  raddr: InetAddr | null,
  listening: bool,
): SocketFamily {
  const version = ipVersion(network);
  if (version == 4) return new SocketFamily(sys.Family.inet4, false);
  if (version == 6) return new SocketFamily(sys.Family.inet6, true);
  if (listening && (laddr === null || laddr.isWildcard())) {
    const can = stack();
    if (can.mapped || !can.ipv4) return new SocketFamily(sys.Family.inet6, false);
    return new SocketFamily(familyOf(laddr), false);
  }
  const inet4 = familyOf(laddr) == sys.Family.inet4 && familyOf(raddr) == sys.Family.inet4;
  return new SocketFamily(inet4 ? sys.Family.inet4 : sys.Family.inet6, false);
}

/** familyOf is IPv4 also for an address that is not there, or stands for all. */
function familyOf(addr: InetAddr | null): i32 {
  return addr === null || addr.ip.length == 0 || isIPv4(addr) ? sys.Family.inet4 : sys.Family.inet6;
}

function canOpen(family: i32): bool {
  const fd = sys.open(family, sys.SockType.stream);
  if (fd < 0) return false;
  sys.close(fd);
  return true;
}

function canBind(ipv6only: bool, low: u64, high: u64): bool {
  const fd = sys.open(sys.Family.inet6, sys.SockType.stream);
  if (fd < 0) return false;
  sys.setOption(fd, sys.Level.ipv6, sys.Option.ipv6Only, ipv6only ? 1 : 0);
  const bound = sys.bind(fd, new sys.SockAddr(sys.Family.inet6, 0, low, high)) == 0;
  sys.close(fd);
  return bound;
}
