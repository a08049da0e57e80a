/** Ports and protocols by name and by number. */
import { unknownPort } from "./dnserror";
import { Result } from "./errors";
import { AddrError } from "./neterror";
import { NetworkKind, networkKind } from "./network";
import { lowerASCII, unitAt } from "./parse";
import { protocolNumber, servicePort } from "./port_unix";
import { sizeOfUTF8 } from "./utf8";

/** NEEDS_LOOKUP is what parsePort answers for what is no number. */
export const NEEDS_LOOKUP: i32 = i32.MIN_VALUE;

/**
 * parsePort reads a port as a number with or without a sign; "" is 0. It does not check the range,
 * and like Go's its 32 bits wrap: "4294967376" is 80. What is no number needs a lookup.
 */
export function parsePort(service: string): i32 {
  const n = service.length;
  if (n == 0) return 0;
  const sign = unitAt(service, 0);
  const negative = sign == 0x2d;
  let value: u32 = 0;
  for (let i = negative || sign == 0x2b ? 1 : 0; i < n; i++) {
    const digit = unitAt(service, i) - 48;
    if (digit > 9) return NEEDS_LOOKUP;
    const sum = value * 10 + digit;
    if (value >= CUTOFF || sum < value * 10) {
      value = u32.MAX_VALUE;
      break;
    }
    value = sum;
  }
  if (negative) return -(<i32>min(value, CUTOFF));
  return <i32>min(value, CUTOFF - 1);
}

/**
 * lookupPort is the number of a port on a network ("tcp", "udp", "ip", with 4 or 6, or "" for any),
 * given by number or name.
 */
export function lookupPort(network: string, service: string): Result<i32> {
  let port = parsePort(service);
  if (port == NEEDS_LOOKUP) {
    const kind = networkKind(network);
    const hint = kind == NetworkKind.TCP ? "tcp" : kind == NetworkKind.UDP ? "udp" : "ip";
    if (hint == "ip" && network != "" && network != "ip") {
      return Result.fail<i32>(new AddrError("unknown network", network));
    }
    port = serviceNamed(kind, service);
    if (port < 0) return Result.fail<i32>(unknownPort(hint + "/" + service));
  }
  if (port < 0 || port > 65535) return Result.fail<i32>(new AddrError("invalid port", service));
  return Result.ok<i32>(port);
}

/** lookupProtocol is the number of an IP protocol, given by name; an AddrError if there is none. */
export function lookupProtocol(name: string): Result<i32> {
  const number = protocolNumber(known(name));
  return number >= 0
    ? Result.ok<i32>(number)
    : Result.fail<i32>(new AddrError("unknown IP protocol specified", name));
}

/**
 * serviceNamed is the port of a service, or −1. Without a hint it is the TCP one, then the UDP one.
 */
function serviceNamed(kind: NetworkKind, service: string): i32 {
  const name = known(service);
  const port = kind == NetworkKind.UDP ? -1 : servicePort("tcp", name);
  return port >= 0 || kind == NetworkKind.TCP ? port : servicePort("udp", name);
}

/** known is a name as it is looked up, in small letters; "", which no table has, for one that is too long. */
function known(name: string): string {
  return sizeOfUTF8(name) > MAX_NAME ? "" : lowerASCII(name);
}

/** The longest name that Go looks up, in bytes. */
const MAX_NAME: i32 = 25;

/** From here on parsePort does not multiply any more, and no number is greater. */
const CUTOFF: u32 = 1 << 30;
