import { decimal } from "./decimal";
import { Result } from "./errors";
import { InetAddr } from "./inetaddr";
import { IP } from "./ip";
import { forResolve, internetAddrList, joinHostPort } from "./ipsock";
import { UnknownNetworkError } from "./neterror";
import { addrFromSlice } from "./netip/addr";
import { AddrPort } from "./netip/addrport";

/** TCPAddr is the address of a TCP end point. */
export class TCPAddr extends InetAddr {
  constructor(
    ip: IP = new IP([]),
    public port: i32 = 0,
    zone: string = "",
  ) {
    super(ip, zone);
  }

  /** addrPort is the address as a value of netip; a port too large is cut to 16 bits. */
  addrPort(): AddrPort {
    const addr = addrFromSlice(this.ip.bytes);
    return new AddrPort(addr.withZone(this.zone), <u16>this.port);
  }

  /** network is "tcp". */
  network(): string {
    return "tcp";
  }

  /** toString is such as "192.0.2.1:80", "[fe80::1%eth0]:80" or ":80". */
  toString(): string {
    return joinHostPort(this.host, decimal(this.port));
  }
}

/**
 * resolveTCPAddr reads an address for "tcp", "tcp4" or "tcp6"; of the addresses of a name, it is
 * one, IPv4 if there is one.
 */
export function resolveTCPAddr(network: string, address: string): Result<TCPAddr> {
  const name = network.length > 0 ? network : "tcp";
  if (name != "tcp" && name != "tcp4" && name != "tcp6") {
    return Result.fail<TCPAddr>(new UnknownNetworkError(network));
  }
  const list = internetAddrList(name, address);
  if (list.err !== null) return Result.fail<TCPAddr>(list.err!);
  return Result.ok<TCPAddr>(<TCPAddr>forResolve(list.value, name, address));
}

/**
 * tcpAddrFromAddrPort is an address of netip as a TCPAddr; one that is not valid gives an IP of
 * length 0.
 */
export function tcpAddrFromAddrPort(from: AddrPort): TCPAddr {
  const addr = from.addr();
  return new TCPAddr(new IP(addr.asSlice()), from.port(), addr.zone());
}
