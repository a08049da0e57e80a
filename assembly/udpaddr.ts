import { decimal } from "./decimal";
import { Result } from "./errors";
import { InetAddr } from "./inetaddr";
import { IP } from "./ip";
import { forResolve, internetAddrList, joinHostPort } from "./ipsock";
import { UnknownNetworkError } from "./neterror";
import { addrFromSlice } from "./netip/addr";
import { AddrPort } from "./netip/addrport";

/** UDPAddr is the address of a UDP end point. */
export class UDPAddr extends InetAddr {
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

  /** network is "udp". */
  network(): string {
    return "udp";
  }

  /** toString is such as "192.0.2.1:80", "[fe80::1%eth0]:80" or ":80". */
  toString(): string {
    return joinHostPort(this.host, decimal(this.port));
  }
}

/**
 * resolveUDPAddr reads an address for "udp", "udp4" or "udp6"; of the addresses of a name, it is
 * one, IPv4 if there is one.
 */
export function resolveUDPAddr(network: string, address: string): Result<UDPAddr> {
  const name = network.length > 0 ? network : "udp";
  if (name != "udp" && name != "udp4" && name != "udp6") {
    return Result.fail<UDPAddr>(new UnknownNetworkError(network));
  }
  const list = internetAddrList(name, address);
  if (list.err !== null) return Result.fail<UDPAddr>(list.err!);
  return Result.ok<UDPAddr>(<UDPAddr>forResolve(list.value, name, address));
}

/**
 * udpAddrFromAddrPort is an address of netip as a UDPAddr; one that is not valid gives an IP of
 * length 0.
 */
export function udpAddrFromAddrPort(from: AddrPort): UDPAddr {
  const addr = from.addr();
  return new UDPAddr(new IP(addr.asSlice()), from.port(), addr.zone());
}
