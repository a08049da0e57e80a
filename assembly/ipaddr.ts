import { Result } from "./errors";
import { InetAddr } from "./inetaddr";
import { forResolve, internetAddrList } from "./ipsock";
import { UnknownNetworkError } from "./neterror";
import { NetworkKind, parseNetwork } from "./network";

/** IPAddr is the address of a raw IP end point. */
export class IPAddr extends InetAddr {
  /** network is "ip". */
  network(): string {
    return "ip";
  }

  /** toString is such as "192.0.2.1", "fe80::1%eth0" or "". */
  toString(): string {
    return this.host;
  }
}

/**
 * resolveIPAddr reads an address for "ip", "ip4" or "ip6", which a protocol may follow
 * ("ip4:icmp"). Of the addresses of a name, it is one, IPv4 if there is one.
 */
export function resolveIPAddr(network: string, address: string): Result<IPAddr> {
  const name = network.length > 0 ? network : "ip";
  const parsed = parseNetwork(name, false);
  if (parsed.err !== null) return Result.fail<IPAddr>(parsed.err!);
  if (parsed.value.kind != NetworkKind.IP) {
    return Result.fail<IPAddr>(new UnknownNetworkError(name));
  }
  const list = internetAddrList(parsed.value.afnet, address);
  if (list.err !== null) return Result.fail<IPAddr>(list.err!);
  return Result.ok<IPAddr>(<IPAddr>forResolve(list.value, name, address));
}
