/**
 * Addresses as Go reads and writes them, for JavaScript: the port's own parsers, in a small module.
 *
 * Each function reads one text and throws a ParseError for a wrong one. Its twin in the plural
 * reads a list and throws none: the error stands where the value would. A list is read in
 * fewer calls of the module, and so faster than its texts one by one. What is no text, and no list
 * of texts, is thrown as an ArgumentError; a text that is too large, as a ModuleError.
 */
import { type Answer, checkText, Kind, parse, parseOne } from "./call.ts";
import { ArgumentError, type ParseError } from "./error.ts";

export { ArgumentError, ModuleError, type ParseCode, ParseError } from "./error.ts";

/** An IP address. An IPv4-mapped one, "::ffff:192.0.2.1", is an IPv6 address. */
export interface Addr {
  /** The shortest text for it. */
  readonly text: string;
  readonly family: 4 | 6;
  /** 4 or 16 bytes. */
  readonly bytes: Uint8Array;
  /** The zone of an IPv6 address, as in "fe80::1%eth0", or "". */
  readonly zone: string;
  readonly isUnspecified: boolean;
  /** This and the next ones hold for an IPv4-mapped address if they do for its IPv4 address. */
  readonly isLoopback: boolean;
  readonly isPrivate: boolean;
  readonly isMulticast: boolean;
  readonly isInterfaceLocalMulticast: boolean;
  readonly isLinkLocalMulticast: boolean;
  readonly isLinkLocalUnicast: boolean;
  /** Private addresses are global unicast ones too. */
  readonly isGlobalUnicast: boolean;
}

/** An IP address and a port. */
export interface AddrPort {
  readonly text: string;
  readonly addr: Addr;
  readonly port: number;
}

/** A network: an IP address and how many of its bits count. */
export interface Prefix {
  readonly text: string;
  /** The address as it was written. */
  readonly addr: Addr;
  readonly bits: number;
  /** The text with all other bits of the address cleared. */
  readonly masked: string;
}

/** An address and the network that it is in, as `net.ParseCIDR` has them. */
export interface CIDR {
  /** The address; an IPv4-mapped one counts as IPv4. */
  readonly ip: Addr;
  readonly network: {
    readonly text: string;
    /** The network's address: 4 or 16 bytes. */
    readonly ip: Uint8Array;
    /** As many bytes. */
    readonly mask: Uint8Array;
    /** How many ones the mask begins with. */
    readonly ones: number;
  };
}

/** A hardware address: 6, 8 or 20 bytes. */
export interface HardwareAddr {
  /** Such as "00:00:5e:00:53:01". */
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** What stands before and behind the colon of an address. */
export interface HostPort {
  /** Without brackets. */
  readonly host: string;
  /** A number or the name of a service, or "". */
  readonly port: string;
}

/** Reads an IP address, with or without a zone. */
export function parseAddr(text: string): Addr {
  return parseOne(Kind.addr, text, addr);
}

/** Reads IP addresses. */
export function parseAddrs(texts: readonly string[]): (Addr | ParseError)[] {
  return parse(Kind.addr, texts, addr);
}

/** Reads an IP address and a port, "192.0.2.1:80" or "[2001:db8::1]:80". */
export function parseAddrPort(text: string): AddrPort {
  return parseOne(Kind.addrPort, text, addrPort);
}

/** Reads IP addresses and ports. */
export function parseAddrPorts(texts: readonly string[]): (AddrPort | ParseError)[] {
  return parse(Kind.addrPort, texts, addrPort);
}

/** Reads a network strictly: no zone, no superfluous zeros. */
export function parsePrefix(text: string): Prefix {
  return parseOne(Kind.prefix, text, prefix);
}

/** Reads networks strictly. */
export function parsePrefixes(texts: readonly string[]): (Prefix | ParseError)[] {
  return parse(Kind.prefix, texts, prefix);
}

/** Reads an address and the network that it is in, "192.0.2.1/24". */
export function parseCIDR(text: string): CIDR {
  return parseOne(Kind.cidr, text, cidr);
}

/** Reads addresses and the networks that they are in. */
export function parseCIDRs(texts: readonly string[]): (CIDR | ParseError)[] {
  return parse(Kind.cidr, texts, cidr);
}

/** Reads a hardware address, with colons, dashes, dots or nothing between. */
export function parseMAC(text: string): HardwareAddr {
  return parseOne(Kind.mac, text, hardwareAddr);
}

/** Reads hardware addresses. */
export function parseMACs(texts: readonly string[]): (HardwareAddr | ParseError)[] {
  return parse(Kind.mac, texts, hardwareAddr);
}

/** Splits "host:port" or "[host]:port"; an IPv6 address must be in brackets. */
export function splitHostPort(text: string): HostPort {
  return parseOne(Kind.hostPort, text, hostPort);
}

/** Splits several. */
export function splitHostPorts(texts: readonly string[]): (HostPort | ParseError)[] {
  return parse(Kind.hostPort, texts, hostPort);
}

/** Joins a host and a port; a host with a colon, as an IPv6 address has, is put in brackets. */
export function joinHostPort(host: string, port: string | number): string {
  checkText("host", host);
  if (typeof port !== "string" && !isPort(port)) {
    throw new ArgumentError("port", "a string, or a number from 0 to 65535", port);
  }
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function isPort(port: unknown): boolean {
  return Number.isInteger(port) && (port as number) >= 0 && (port as number) <= 65535;
}

function addr(answer: Answer): Addr {
  const { first } = answer;
  const bytes = answer.bytes();
  const text = answer.text();
  return {
    text,
    family: (first & 0xff) === 4 ? 4 : 6,
    bytes,
    zone: answer.text(),
    isUnspecified: (first & (1 << 8)) !== 0,
    isLoopback: (first & (1 << 9)) !== 0,
    isPrivate: (first & (1 << 10)) !== 0,
    isMulticast: (first & (1 << 11)) !== 0,
    isInterfaceLocalMulticast: (first & (1 << 12)) !== 0,
    isLinkLocalMulticast: (first & (1 << 13)) !== 0,
    isLinkLocalUnicast: (first & (1 << 14)) !== 0,
    isGlobalUnicast: (first & (1 << 15)) !== 0,
  };
}

function addrPort(answer: Answer): AddrPort {
  const value = addr(answer);
  const port = answer.word();
  return { text: answer.text(), addr: value, port };
}

function prefix(answer: Answer): Prefix {
  const value = addr(answer);
  const bits = answer.word();
  return { text: answer.text(), addr: value, bits, masked: answer.text() };
}

function cidr(answer: Answer): CIDR {
  const value = addr(answer);
  const ip = answer.bytes();
  const mask = answer.bytes();
  const ones = answer.word();
  return { ip: value, network: { text: answer.text(), ip, mask, ones } };
}

function hardwareAddr(answer: Answer): HardwareAddr {
  const bytes = answer.bytes();
  return { text: answer.text(), bytes };
}

function hostPort(answer: Answer): HostPort {
  const host = answer.text();
  return { host, port: answer.text() };
}
