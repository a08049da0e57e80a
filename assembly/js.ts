/**
 * The module behind the JavaScript library `wasi-net/net`. It takes many texts at once, as crossing
 * the boundary costs more than to read one. `host/net/call.ts` is the other side.
 *
 * The host writes the lengths of the texts, u32 each, to what `input` answers, and behind them all
 * units. Of each text `parse` makes some words and some texts; all words stand at `words`, all
 * texts, one after the other and their lengths among the words, at `texts`.
 */
import { NetError } from "./errors";
import { parseCIDR } from "./ipnet";
import { splitHostPort } from "./ipsock";
import { parseMAC } from "./mac";
import { Addr, addrFromSlice } from "./netip/addr";
import { parseAddr } from "./netip/parse";
import { parseAddrPort } from "./netip/addrport";
import { Prefix, parsePrefix } from "./netip/prefix";

/** Kind is what texts are read as. The host has the same numbers. */
const enum Kind {
  Addr,
  AddrPort,
  Prefix,
  CIDR,
  MAC,
  HostPort,
}

/** input is room for count lengths and so many units. */
export function input(count: i32, units: i32): usize {
  if (inputAt != 0) heap.free(inputAt);
  inputAt = heap.alloc(((<usize>count) << 2) + ((<usize>units) << 1));
  inputCount = count;
  return inputAt;
}

/** parse reads the input and tells the number of units of all texts. */
export function parse(kind: i32): i32 {
  wordBytes.size = 0;
  textBytes.size = 0;
  let at = inputAt + ((<usize>inputCount) << 2);
  for (let i = 0; i < inputCount; i++) {
    const size = (<usize>load<u32>(inputAt + ((<usize>i) << 2))) << 1;
    parseOne(kind, String.UTF16.decodeUnsafe(at, size));
    at += size;
  }
  return <i32>(textBytes.size >> 1);
}

/** words is where the words stand. */
export function words(): usize {
  return wordBytes.start;
}

/** texts is where the texts stand. */
export function texts(): usize {
  return textBytes.start;
}

/** Room is memory that grows. */
class Room {
  start: usize = 0;
  size: usize = 0;
  private capacity: usize = 0;

  /** add is where so many more bytes can be written. */
  add(bytes: usize): usize {
    const at = this.size;
    this.size += bytes;
    if (this.size > this.capacity) {
      // Twice as much, where that is still a number.
      this.capacity = this.size < 1 << 31 ? this.size * 2 : this.size;
      this.start =
        this.start == 0 ? heap.alloc(this.capacity) : heap.realloc(this.start, this.capacity);
    }
    return this.start + at;
  }
}

let inputAt: usize = 0;
let inputCount: i32 = 0;
const wordBytes: Room = new Room();
const textBytes: Room = new Room();

function parseOne(kind: Kind, s: string): void {
  switch (kind) {
    case Kind.Addr: {
      const r = parseAddr(s);
      if (r.err === null) putAddr(r.value);
      else putError(r.err!);
      return;
    }
    case Kind.AddrPort: {
      const r = parseAddrPort(s);
      if (r.err !== null) return putError(r.err!);
      putAddr(r.value.addr());
      putWord(r.value.port());
      return putText(r.value.toString());
    }
    case Kind.Prefix: {
      const r = parsePrefix(s);
      if (r.err === null) putPrefix(r.value);
      else putError(r.err!);
      return;
    }
    case Kind.CIDR: {
      const r = parseCIDR(s);
      if (r.err !== null) return putError(r.err!);
      const net = r.value.net;
      putAddr(addrFromSlice(r.value.ip.bytes).unmap());
      putBytes(net.ip.bytes);
      putBytes(net.mask.bytes);
      putWord(net.mask.size().ones);
      return putText(net.toString());
    }
    case Kind.MAC: {
      const r = parseMAC(s);
      if (r.err !== null) return putError(r.err!);
      putWord(1);
      putBytes(r.value.bytes);
      return putText(r.value.toString());
    }
    default: {
      const r = splitHostPort(s);
      if (r.err !== null) return putError(r.err!);
      putWord(1);
      putText(r.value.host);
      putText(r.value.port);
    }
  }
}

/** putError writes 0, which no value begins with, and the text. */
function putError(err: NetError): void {
  putWord(0);
  putText(err.error());
}

/** putAddr writes the family with a bit for each property above it, the bytes, text and zone. */
function putAddr(addr: Addr): void {
  const properties =
    (u32(addr.isUnspecified()) << 8) |
    (u32(addr.isLoopback()) << 9) |
    (u32(addr.isPrivate()) << 10) |
    (u32(addr.isMulticast()) << 11) |
    (u32(addr.isInterfaceLocalMulticast()) << 12) |
    (u32(addr.isLinkLocalMulticast()) << 13) |
    (u32(addr.isLinkLocalUnicast()) << 14) |
    (u32(addr.isGlobalUnicast()) << 15);
  putWord(properties | (addr.is4() ? 4 : 6));
  putBytes(addr.asSlice());
  putText(addr.toString());
  putText(addr.zone());
}

function putPrefix(prefix: Prefix): void {
  putAddr(prefix.addr());
  putWord(prefix.bits());
  putText(prefix.toString());
  putText(prefix.masked().toString());
}

/** putBytes writes the number of bytes, and the bytes in as many words as they need. */
function putBytes(bytes: StaticArray<u8>): void {
  const n = bytes.length;
  putWord(n);
  memory.copy(wordBytes.add((n + 3) & ~3), changetype<usize>(bytes), n);
}

function putText(value: string): void {
  putWord(value.length);
  const size = (<usize>value.length) << 1;
  memory.copy(textBytes.add(size), changetype<usize>(value), size);
}

function putWord(value: u32): void {
  store<u32>(wordBytes.add(4), value);
}
