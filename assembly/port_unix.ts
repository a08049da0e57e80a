/**
 * Services and protocols by name: Go's tables, which are written as the machine's are, and the machine's. A line is
 *
 *     name number/network alias … # comment ↵        of /etc/services; without the network, of /etc/protocols
 */
import { dtoi, readEnd, unitAt } from "./parse";
import { readFile } from "./sys/file";

/** servicePort is the port of a service, by its name or an alias, on tcp or udp; −1 if there is none. */
export function servicePort(network: string, service: string): i32 {
  if (services === null) services = readFile("/etc/services");
  const port = numberOf(service, network, services);
  return port > 0 ? port : numberOf(service, network, SERVICES);
}

/** protocolNumber is the number of an IP protocol, by its name or an alias; −1 if there is none. */
export function protocolNumber(name: string): i32 {
  const number = numberOf(name, "", PROTOCOLS);
  if (number >= 0) return number;
  if (protocols === null) protocols = readFile("/etc/protocols");
  return numberOf(name, "", protocols);
}

/** useServices puts a text in the place of /etc/services. */
export function useServices(text: string): void {
  services = text;
}

/** useProtocols puts a text in the place of /etc/protocols. */
export function useProtocols(text: string): void {
  protocols = text;
}

/** The files, when they have been read. */
let services: string | null = null;
let protocols: string | null = null;

/**
 * numberOf is the number that a text has for a name, or −1. Of a service the last line counts, of a
 * protocol the first.
 */
function numberOf(name: string, network: string, text: string | null): i32 {
  if (text === null) return -1;
  let found = -1;
  for (let at = 0; at < text.length; ) {
    let number = -1;
    let named = false;
    let words = 0;
    let unit: u32;
    do {
      const start = at;
      do unit = unitOrLF(text, at++);
      while (!isBlank(unit) && unit != HASH);
      const end = at - 1;
      if (start == end) continue;
      if (words++ == 1) number = numberIn(text, start, end, network);
      else if (text.substring(start, end) == name) named = true;
    } while (unit != LF && unit != HASH);
    while (unit != LF) unit = unitOrLF(text, at++);
    if (!named || number < 0) continue;
    found = number;
    if (network.length == 0) break;
  }
  return found;
}

function unitOrLF(text: string, at: i32): u32 {
  return at < text.length ? unitAt(text, at) : LF;
}

function isBlank(unit: u32): bool {
  return unit == SPACE || unit == TAB || unit == CR || unit == LF;
}

/** numberIn is the number in a line's second word, or −1 where it is of another network. */
function numberIn(text: string, start: i32, end: i32, network: string): i32 {
  const number = dtoi(text, start, end);
  if (network.length == 0) return number;
  const slash = readEnd;
  const matches = slash < end && unitAt(text, slash) == SLASH;
  return matches && number > 0 && text.substring(slash + 1, end) == network ? number : -1;
}

const SERVICES = `ftp 21/tcp
ftps 990/tcp
gopher 70/tcp
http 80/tcp
https 443/tcp
imap2 143/tcp
imap3 220/tcp
imaps 993/tcp
pop3 110/tcp
pop3s 995/tcp
smtp 25/tcp
submissions 465/tcp
ssh 22/tcp
telnet 23/tcp
domain 53/udp`;

const PROTOCOLS = `icmp 1
igmp 2
tcp 6
udp 17
ipv6-icmp 58`;

const LF: u32 = 0x0a;
const TAB: u32 = 0x09;
const CR: u32 = 0x0d;
const SPACE: u32 = 0x20;
const HASH: u32 = 0x23;
const SLASH: u32 = 0x2f;
