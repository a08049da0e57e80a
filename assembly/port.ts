/** Ports and protocols by name and by number. */
import { decimal } from "./decimal";
import { unknownPort } from "./dnserror";
import { Result } from "./errors";
import { AddrError } from "./neterror";
import { NetworkKind, networkKind } from "./network";
import { dtoi, lowerASCII, readEnd, unitAt } from "./parse";
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
  const number = find("ip", name);
  return number >= 0
    ? Result.ok<i32>(number)
    : Result.fail<i32>(new AddrError("unknown IP protocol specified", name));
}

/**
 * addServices adds the lines of a text in the form of /etc/services; a name that is there already
 * gets the new port.
 */
export function addServices(text: string): void {
  const lines = text.split("\n");
  for (let i = 0, n = lines.length; i < n; i++) {
    const fields = fieldsOf(lines[i]);
    if (fields.length < 2) continue;
    const number = fields[1];
    const port = dtoi(number, 0, number.length);
    const slash = readEnd;
    if (port <= 0 || slash >= number.length || unitAt(number, slash) != 0x2f) continue;
    const network = number.substring(slash + 1);
    if (network != "tcp" && network != "udp") continue;
    for (let j = 0; j < fields.length; j++) if (j != 1) add(network, fields[j], port);
  }
}

/**
 * addProtocols adds the lines of a text in the form of /etc/protocols; a name that is there already
 * keeps its number.
 */
export function addProtocols(text: string): void {
  const lines = text.split("\n");
  for (let i = 0, n = lines.length; i < n; i++) {
    const fields = fieldsOf(lines[i]);
    if (fields.length < 2) continue;
    const number = dtoi(fields[1], 0, fields[1].length);
    for (let j = 0; j < fields.length && number >= 0; j++) {
      if (j != 1 && numbers.indexOf(keyOf("ip", fields[j])) < 0) add("ip", fields[j], number);
    }
  }
}

/**
 * serviceNamed is the port of a service, or −1. Without a hint it is the TCP one, then the UDP one.
 */
function serviceNamed(kind: NetworkKind, service: string): i32 {
  const port = kind == NetworkKind.UDP ? -1 : find("tcp", service);
  return port >= 0 || kind == NetworkKind.TCP ? port : find("udp", service);
}

/** find is the number of a name, asked for in small letters, or −1. */
function find(network: string, name: string): i32 {
  if (name.indexOf("\n") >= 0 || sizeOfUTF8(name) > MAX_NAME) return -1;
  const key = keyOf(network, lowerASCII(name));
  const at = numbers.lastIndexOf(key);
  return at < 0 ? -1 : dtoi(numbers, at + key.length, numbers.length);
}

function add(network: string, name: string, number: i32): void {
  numbers += keyOf(network, name) + decimal(number);
}

/** keyOf is what stands before a number. */
function keyOf(network: string, name: string): string {
  return "\n" + network + " " + name + " ";
}

/** fieldsOf is the words of a line, up to a "#". */
function fieldsOf(line: string): string[] {
  const fields: string[] = [];
  let start = -1;
  for (let i = 0, n = line.length; i <= n; i++) {
    const unit: u32 = i < n ? unitAt(line, i) : 0x23;
    if (unit == 0x23 || unit == 0x20 || unit == 0x09 || unit == 0x0d) {
      if (start >= 0) fields.push(line.substring(start, i));
      start = -1;
      if (unit == 0x23) break;
    } else if (start < 0) {
      start = i;
    }
  }
  return fields;
}

/**
 * The ports of services by network, and the numbers of protocols as those of the network "ip". A
 * line is a network, a name and a number, with spaces between, which no name holds; the last line
 * of a name counts. Text is small and needs no work at start.
 */
let numbers: string = `
tcp ftp 21
tcp ftps 990
tcp gopher 70
tcp http 80
tcp https 443
tcp imap2 143
tcp imap3 220
tcp imaps 993
tcp pop3 110
tcp pop3s 995
tcp smtp 25
tcp submissions 465
tcp ssh 22
tcp telnet 23
udp domain 53
ip icmp 1
ip igmp 2
ip tcp 6
ip udp 17
ip ipv6-icmp 58`;

/** The longest name that Go looks up, in bytes. */
const MAX_NAME: i32 = 25;

/** From here on parsePort does not multiply any more, and no number is greater. */
const CUTOFF: u32 = 1 << 30;
