/**
 * The component `wasi-net:net/parse`, whose interface is wit/parse.wit: this is its core module, by
 * the canonical ABI with strings in UTF-16. `scripts/component.ts` builds it and gives the exports
 * their names there.
 *
 * What the host hands in was allocated by `cabi_realloc` and belongs to the module, which frees it.
 * What it hands out stays until the next call.
 */
import { NetError } from "./errors";
import { CIDR, parseCIDR as readCIDR } from "./ipnet";
import * as ipsock from "./ipsock";
import { parseMAC as readMAC } from "./mac";
import * as netip from "./netip/index";
import { parseAddrPort as readAddrPort } from "./netip/addrport";
import { parsePrefix as readPrefix } from "./netip/prefix";

/** Kind is what a text is read as; the numbers are those of the enum parse-code. */
const enum Kind {
  Addr,
  AddrPort,
  Prefix,
  CIDR,
  MAC,
  HostPort,
}

/** cabi_realloc is where the host puts a string or a list of a call's arguments. */
export function cabi_realloc(old: usize, oldSize: usize, align: usize, size: usize): usize {
  // Not null, and never freed: there is nothing in it.
  if (size == 0) return align;
  return oldSize == 0 ? heap.alloc(size) : heap.realloc(old, size);
}

// The functions of the interface: wit/parse.wit says what each does.

export function parseAddr(text: usize, units: i32): usize {
  return one(Kind.Addr, text, units);
}

export function parseAddrs(list: usize, count: i32): usize {
  return all(Kind.Addr, list, count);
}

export function parseAddrPort(text: usize, units: i32): usize {
  return one(Kind.AddrPort, text, units);
}

export function parseAddrPorts(list: usize, count: i32): usize {
  return all(Kind.AddrPort, list, count);
}

export function parsePrefix(text: usize, units: i32): usize {
  return one(Kind.Prefix, text, units);
}

export function parsePrefixes(list: usize, count: i32): usize {
  return all(Kind.Prefix, list, count);
}

export function parseCidr(text: usize, units: i32): usize {
  return one(Kind.CIDR, text, units);
}

export function parseCidrs(list: usize, count: i32): usize {
  return all(Kind.CIDR, list, count);
}

export function parseMac(text: usize, units: i32): usize {
  return one(Kind.MAC, text, units);
}

export function parseMacs(list: usize, count: i32): usize {
  return all(Kind.MAC, list, count);
}

export function splitHostPort(text: usize, units: i32): usize {
  return one(Kind.HostPort, text, units);
}

export function splitHostPorts(list: usize, count: i32): usize {
  return all(Kind.HostPort, list, count);
}

export function joinHostPort(host: usize, hostUnits: i32, port: usize, portUnits: i32): usize {
  const at = room(STRING);
  putString(at, ipsock.joinHostPort(take(host, hostUnits), take(port, portUnits)));
  return at;
}

/** one is the result for a text: `result<T, parse-error>`. */
function one(kind: Kind, text: usize, units: i32): usize {
  const at = room(RESULT + sizeOf(kind));
  answer(at, kind, take(text, units));
  return at;
}

/** all is the results for a list of texts. */
function all(kind: Kind, list: usize, count: i32): usize {
  const size = RESULT + sizeOf(kind);
  const pair = room(STRING + size * count);
  const results = pair + STRING;
  for (let i = 0; i < count; i++) {
    const text = list + i * STRING;
    answer(results + i * size, kind, take(load<u32>(text), load<u32>(text, 4)));
  }
  if (count > 0) heap.free(list);
  store<u32>(pair, <u32>results);
  store<u32>(pair, count, 4);
  return pair;
}

/** answer writes a `result<T, parse-error>`. */
function answer(at: usize, kind: Kind, text: string): void {
  const value = at + RESULT;
  let err: NetError | null = null;
  switch (kind) {
    case Kind.Addr: {
      const r = netip.parseAddr(text);
      err = r.err;
      if (err === null) putAddr(value, r.value);
      break;
    }
    case Kind.AddrPort: {
      const r = readAddrPort(text);
      err = r.err;
      if (err !== null) break;
      putString(value, r.value.toString());
      putAddr(value + STRING, r.value.addr());
      store<u16>(value + STRING + ADDR, r.value.port());
      break;
    }
    case Kind.Prefix: {
      const r = readPrefix(text);
      err = r.err;
      if (err !== null) break;
      putString(value, r.value.toString());
      putAddr(value + STRING, r.value.addr());
      store<u8>(value + STRING + ADDR, <u8>r.value.bits());
      putString(value + STRING + ADDR + 4, r.value.masked().toString());
      break;
    }
    case Kind.CIDR: {
      const r = readCIDR(text);
      err = r.err;
      if (err === null) putCIDR(value, r.value);
      break;
    }
    case Kind.MAC: {
      const r = readMAC(text);
      err = r.err;
      if (err !== null) break;
      const bytes = r.value.bytes;
      putString(value, r.value.toString());
      held.push(changetype<string>(bytes));
      store<u32>(value, <u32>changetype<usize>(bytes), STRING);
      store<u32>(value, bytes.length, STRING + 4);
      break;
    }
    default: {
      const r = ipsock.splitHostPort(text);
      err = r.err;
      if (err !== null) break;
      putString(value, r.value.host);
      putString(value + STRING, r.value.port);
    }
  }
  store<u8>(at, u8(err !== null));
  if (err === null) return;
  store<u8>(value, <u8>kind);
  putString(value + 4, err.error());
  putString(value + 4 + STRING, text);
}

/** putAddr writes the record addr: text, ip, zone, properties. */
function putAddr(at: usize, addr: netip.Addr): void {
  putString(at, addr.toString());
  putIP(at + STRING, addr.asSlice());
  putString(at + 28, addr.zone());
  const properties =
    u32(addr.isUnspecified()) |
    (u32(addr.isLoopback()) << 1) |
    (u32(addr.isPrivate()) << 2) |
    (u32(addr.isMulticast()) << 3) |
    (u32(addr.isInterfaceLocalMulticast()) << 4) |
    (u32(addr.isLinkLocalMulticast()) << 5) |
    (u32(addr.isLinkLocalUnicast()) << 6) |
    (u32(addr.isGlobalUnicast()) << 7);
  store<u8>(at + 36, <u8>properties);
}

/** putCIDR writes the record cidr: the address, and the network's text, ip, mask and ones. */
function putCIDR(at: usize, cidr: CIDR): void {
  const network = cidr.net;
  putAddr(at, netip.addrFromSlice(cidr.ip.bytes).unmap());
  putString(at + ADDR, network.toString());
  putIP(at + ADDR + STRING, network.ip.bytes);
  putIP(at + ADDR + STRING + IP_SIZE, network.mask.bytes);
  store<u8>(at + ADDR + STRING + 2 * IP_SIZE, <u8>network.mask.size().ones);
}

/** putIP writes the variant ip: which it is, and behind two bytes its bytes or groups. */
function putIP(at: usize, bytes: StaticArray<u8>): void {
  const from = changetype<usize>(bytes);
  store<u8>(at, u8(bytes.length != 4));
  if (bytes.length == 4) return store<u32>(at + 2, load<u32>(from));
  for (let i = 0; i < 16; i += 2) store<u16>(at + 2 + i, bswap<u16>(load<u16>(from + i)));
}

/** putString writes a string, which is held. */
function putString(at: usize, text: string): void {
  held.push(text);
  store<u32>(at, <u32>changetype<usize>(text));
  store<u32>(at, text.length, 4);
}

/** take is the text that the host handed in, which is freed. */
function take(at: usize, units: i32): string {
  if (units == 0) return "";
  const text = String.UTF16.decodeUnsafe(at, (<usize>units) << 1);
  heap.free(at);
  return text;
}

/** room is zeros for what a call hands out; all of the last call is let go. */
function room(size: i32): usize {
  held.length = 0;
  area = new StaticArray<u8>(size);
  return changetype<usize>(area);
}

/** sizeOf is the size of the record, or of the error if that is larger. */
function sizeOf(kind: Kind): i32 {
  switch (kind) {
    case Kind.Addr:
      return ADDR;
    case Kind.AddrPort:
      return STRING + ADDR + 4;
    case Kind.Prefix:
      return STRING + ADDR + 4 + STRING;
    case Kind.CIDR:
      return ADDR + STRING + 2 * IP_SIZE + 4;
    default:
      return ERROR;
  }
}

/** What the last call handed out: its room, and the strings that this points to. */
let area: StaticArray<u8> = [];
const held: string[] = [];

/** Sizes: of what stands before a result's value, of (address, length), and of the records. */
const RESULT: i32 = 4;
const STRING: i32 = 8;
const IP_SIZE: i32 = 18;
const ADDR: i32 = 40;
const ERROR: i32 = 4 + 2 * STRING;
