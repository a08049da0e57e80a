/** The names of networks. */
import { Result } from "./errors";
import { UnknownNetworkError } from "./neterror";
import { dtoi, ipVersion, readEnd } from "./parse";
import { lookupProtocol } from "./port";

/** ParsedNetwork is what parseNetwork reads. */
export class ParsedNetwork {
  /**
   * afnet is the network without a protocol, as in "ip4" of "ip4:icmp", kind its family; proto the
   * protocol's number, or 0.
   */
  constructor(
    public afnet: string,
    public kind: NetworkKind,
    public proto: i32,
  ) {}
}

/**
 * parseNetwork reads the name of a network: one of tcp, udp, ip, each with 4 or 6 or without, unix,
 * unixgram, unixpacket; those of ip with ":" and a protocol, by number or name. needsProto tells
 * that the ip ones are unknown without.
 */
export function parseNetwork(network: string, needsProto: bool): Result<ParsedNetwork> {
  const colon = network.lastIndexOf(":");
  if (colon < 0) {
    const kind = networkKind(network);
    if (kind != NetworkKind.Unknown && !(needsProto && kind == NetworkKind.IP)) {
      return Result.ok<ParsedNetwork>(new ParsedNetwork(network, kind, 0));
    }
    return Result.fail<ParsedNetwork>(new UnknownNetworkError(network));
  }
  const afnet = network.substring(0, colon);
  if (networkKind(afnet) != NetworkKind.IP) {
    return Result.fail<ParsedNetwork>(new UnknownNetworkError(network));
  }
  let proto = dtoi(network, colon + 1, network.length);
  if (proto < 0 || readEnd != network.length) {
    const found = lookupProtocol(network.substring(colon + 1));
    const err = found.err;
    if (err !== null) return Result.fail<ParsedNetwork>(err);
    proto = found.value;
  }
  return Result.ok<ParsedNetwork>(new ParsedNetwork(afnet, NetworkKind.IP, proto));
}

/** NetworkKind is the family of transports that a network belongs to. */
export const enum NetworkKind {
  Unknown,
  TCP,
  UDP,
  IP,
  Unix,
}

/** networkKind is the family that the name of a network without a protocol belongs to. */
export function networkKind(network: string): NetworkKind {
  const n = network.length;
  const version = ipVersion(network);
  const stem = version != 0 ? network.substring(0, n - 1) : network;
  if (stem == "tcp") return NetworkKind.TCP;
  if (stem == "udp") return NetworkKind.UDP;
  if (stem == "ip") return NetworkKind.IP;
  const unix = network == "unix" || network == "unixgram" || network == "unixpacket";
  return unix ? NetworkKind.Unix : NetworkKind.Unknown;
}
