/**
 * The socket calls, with numbers for arguments and results. Everything that is 0 or more is a result, everything below is an
 * error number with its sign turned.
 */
import { attached, peer } from "./attach";
import { E } from "./errno";
import {
  fd_close,
  fd_fdstat_get,
  fd_fdstat_set_flags,
  sock_accept,
  sock_bind,
  sock_connect,
  sock_getlocaladdr,
  sock_getpeeraddr,
  sock_getsockopt,
  sock_listen,
  sock_open,
  sock_recv,
  sock_recv_from,
  sock_send,
  sock_send_to,
  sock_setsockopt,
  sock_shutdown,
} from "./wasi_snapshot_preview1";

/** Address families. */
export namespace Family {
  /** unknown: the host does not tell. */
  export const unknown = 0;
  export const inet4 = 1;
  export const inet6 = 2;
  export const unix = 3;
}

/** Socket types. */
export namespace SockType {
  export const datagram = 1;
  export const stream = 2;
  export const raw = 3;
  export const seqpacket = 5;
}

/** What an fd is of, by WASI's own count. */
export namespace Filetype {
  export const datagram = 5;
  export const stream = 6;
}

/** Protocols that are not their type's only one. */
export namespace Protocol {
  export const mptcp = 262;
}

/** Levels of socket options. */
export namespace Level {
  export const socket = 0;
  export const ipv4 = 4;
  export const tcp = 6;
  export const ipv6 = 41;
  export const mptcp = 284;
  /** host has what is no option of a socket, but asked for in the same way. */
  export const host = 256;
}

/** Socket options. */
export namespace Option {
  export const reuseAddr = 0;
  export const type = 1;
  export const error = 2;
  export const broadcast = 4;
  export const sendBuffer = 5;
  export const receiveBuffer = 6;
  export const keepAlive = 7;
  export const linger = 9;
  export const tcpKeepIdle = 4;
  export const tcpKeepInterval = 5;
  export const tcpKeepCount = 6;
  export const tcpNoDelay = 15;
  export const mptcpInfo = 1;
  export const ipv6Only = 26;
  export const reusePort = 15;
  export const protocol = 16;
  export const ipv4MulticastInterface = 32;
  export const ipv4MulticastLoop = 34;
  export const ipv4AddMembership = 35;
  export const ipv6MulticastInterface = 17;
  export const ipv6MulticastLoop = 19;
  export const ipv6AddMembership = 20;
  /** unlink, of the host's: removes the file that the socket was bound to. */
  export const unlink = 1;
  /** duplicate, of the host's: its value is a new fd for the same socket. */
  export const duplicate = 2;
  /** sendMessage and receiveMessage, of the host's, are calls, whose value are their arguments. */
  export const sendMessage = 3;
  export const receiveMessage = 4;
}

/** Directions of `shutdown`. */
export namespace How {
  export const read = 1;
  export const write = 2;
}

const NONBLOCK: i32 = 4;

/**
 * SockAddr is the address of a socket. Of an inet one: 4 or 16 bytes in network order, as they stand in memory, in two words; of
 * a Unix one: its name.
 */
export class SockAddr {
  constructor(
    readonly family: i32,
    readonly port: i32,
    readonly low: u64,
    readonly high: u64 = 0,
    /** scope is the number of the interface that a link-local address belongs to, or 0. */
    readonly scope: u32 = 0,
    /** name is a path, or "@" and the name of an abstract one, or "" for one that the kernel chooses. */
    readonly name: string = "",
  ) {}

  /** same tells whether both are one end point. */
  same(other: SockAddr): bool {
    return (
      this.family == other.family &&
      this.port == other.port &&
      this.low == other.low &&
      this.high == other.high
    );
  }
}

//   0 {u32 buf, u32 len}   8 u32 result   12 u16 roflags   16 u32 port   24 128 bytes of address   152 {u32 buf, u32 len}
const area = memory.data(160, 8);
const result: usize = area + 8;
const roflags: usize = area + 12;
const port: usize = area + 16;
const address: usize = area + 24;
/** One piece of data, where the first pair is an address. */
const vector: usize = area + 152;
const ADDRESS_SIZE: u32 = 128;
/** Where, among these bytes, the length of a Unix name stands: 0 for one that ends at its first NUL. */
const LENGTH_AT: usize = 126;
/** The bytes of the longest name. */
export const PATH_MAX: i32 = 108;
/** What no host writes as a port: seen again, the upper half tells that the host wrote two bytes in network order. */
const NO_PORT: u32 = 0xaaaaaaaa;

/** open makes a socket that does not block. */
export function open(family: i32, type: i32): i32 {
  const errno = sock_open(family, type, result);
  if (errno != 0) return -errno;
  const fd = load<i32>(result);
  const refused = setNonblock(fd);
  if (refused == 0) return fd;
  fd_close(fd);
  return refused;
}

/** filetype tells what an fd is of. WASI's own, for hosts that know no options. */
export function filetype(fd: i32): i32 {
  const errno = fd_fdstat_get(fd, address);
  return errno != 0 ? -errno : load<u8>(address);
}

/** setNonblock lets no call on a socket block. */
export function setNonblock(fd: i32): i32 {
  return -fd_fdstat_set_flags(fd, NONBLOCK);
}

export function close(fd: i32): i32 {
  return -fd_close(fd);
}

export function bind(fd: i32, to: SockAddr): i32 {
  return -sock_bind(fd, putAddress(to), to.port);
}

export function listen(fd: i32, backlog: i32): i32 {
  return -sock_listen(fd, backlog);
}

export function connect(fd: i32, to: SockAddr): i32 {
  return -sock_connect(fd, putAddress(to), to.port);
}

/** accept takes a connection, which does not block. `acceptedFrom` is who it is from. */
export function accept(fd: i32): i32 {
  const errno = sock_accept(fd, NONBLOCK, result);
  return errno != 0 ? -errno : load<i32>(result);
}

/** acceptedFrom is the peer of the connection that `accept` has just answered: an attached host says so by itself. */
export function acceptedFrom(fd: i32): SockAddr | null {
  const family = attached ? <i32>load<u16>(peer) : 0;
  if (family != Family.inet4 && family != Family.inet6) return peerAddress(fd);
  const scope = load<u32>(peer, 4);
  return takeAddress(family, <i32>load<u16>(peer, 2), peer + 8, scope);
}

/** receive reads up to size bytes to the address at: their number, 0 at the end. */
export function receive(fd: i32, at: usize, size: i32): i32 {
  store<usize>(area, at);
  store<i32>(area, size, 4);
  const errno = sock_recv(fd, area, 1, 0, result, roflags);
  return errno != 0 ? -errno : load<i32>(result);
}

/** send writes up to size bytes from the address at: their number. */
export function send(fd: i32, at: usize, size: i32): i32 {
  store<usize>(area, at);
  store<i32>(area, size, 4);
  const errno = sock_send(fd, area, 1, 0, result);
  return errno != 0 ? -errno : load<i32>(result);
}

/** receiveFrom reads one packet to the address at. Until the next call `receivedFrom` tells whom it is from, `wasCut` if it was longer. */
export function receiveFrom(fd: i32, at: usize, size: i32): i32 {
  prepareAddress();
  store<usize>(vector, at);
  store<i32>(vector, size, 4);
  store<u32>(port, NO_PORT);
  store<u16>(roflags, 0);
  const errno = sock_recv_from(fd, vector, 1, area, 0, port, result, roflags);
  return errno != 0 ? -errno : load<i32>(result);
}

/** receivedFrom is the sender of the packet that `receiveFrom` has just read; null for one without a name. */
export function receivedFrom(): SockAddr | null {
  const family = <i32>load<u16>(address);
  if (family == Family.unix && load<u8>(address, 2) == 0 && load<u8>(address, 3) == 0) return null;
  let number = load<u32>(port);
  if (number >>> 16 == NO_PORT >>> 16) number = bswap<u16>(<u16>number);
  return takeAddress(family, number, address + 2, load<u32>(address, 20));
}

/** wasCut tells whether the packet that was just read was longer than the room for it. */
export function wasCut(): bool {
  return (load<u16>(roflags) & 1) != 0;
}

/** sendTo sends one packet of size bytes from the address at. */
export function sendTo(fd: i32, at: usize, size: i32, to: SockAddr): i32 {
  store<usize>(vector, at);
  store<i32>(vector, size, 4);
  const errno = sock_send_to(fd, vector, 1, putAddress(to), to.port, 0, result);
  return errno != 0 ? -errno : load<i32>(result);
}

//   0 iovecs   4 count   8 address or 0   12 control   16 port    20 flags   24 out bytes                     of sendMessage
//   0 iovecs   4 count   8 address        12 control   16 flags   20 port    24 out bytes   28 out roflags    of receiveMessage
//  32 {u32 buf, u32 len}: the control data
const call = memory.data(40, 4);
const SEND_SIZE: u32 = 28;
const RECEIVE_SIZE: u32 = 32;
/** hasMessages: the host knows the two calls, for all that is known of it. */
let hasMessages: bool = true;

/**
 * receiveMessage is receiveFrom with room for control data; `controlSize` and `wasControlCut` tell what came. A host that has no
 * control data hands none out.
 */
export function receiveMessage(fd: i32, at: usize, size: i32, control: usize, room: i32): i32 {
  if (hasMessages) {
    prepareAddress();
    store<u32>(port, NO_PORT);
    store<u16>(roflags, 0);
    prepareCall(at, size, area, control, room);
    store<u32>(call, 0, 16);
    store<usize>(call, port, 20);
    store<usize>(call, roflags, 28);
    const errno = sock_setsockopt(fd, Level.host, Option.receiveMessage, call, RECEIVE_SIZE);
    if (errno == 0) return load<i32>(result);
    if (!isUnknown(errno, fd, Option.receiveMessage)) return -errno;
    hasMessages = false;
  }
  store<u32>(call, 0, 36);
  return receiveFrom(fd, at, size);
}

/** controlSize is how many bytes of control data came with the message that was just read. */
export function controlSize(): i32 {
  return load<i32>(call, 36);
}

/** wasControlCut tells whether there was more control data than the room for it. */
export function wasControlCut(): bool {
  return (load<u16>(roflags) & 2) != 0;
}

/** sendMessage sends a message with control data; to null it goes to the socket's peer. */
export function sendMessage(
  fd: i32,
  at: usize,
  size: i32,
  to: SockAddr | null,
  control: Uint8Array,
): i32 {
  if (hasMessages) {
    const place: usize = to !== null ? putAddress(to) : 0;
    prepareCall(at, size, place, control.dataStart, control.length);
    store<u32>(call, to !== null ? to.port : 0, 16);
    store<u32>(call, 0, 20);
    const errno = sock_setsockopt(fd, Level.host, Option.sendMessage, call, SEND_SIZE);
    if (errno == 0) return load<i32>(result);
    if (!isUnknown(errno, fd, Option.sendMessage)) return -errno;
    hasMessages = false;
  }
  return -E.NOTSUP;
}

function prepareCall(at: usize, size: i32, place: usize, control: usize, length: i32): void {
  store<usize>(vector, at);
  store<i32>(vector, size, 4);
  store<usize>(call, vector);
  store<u32>(call, 1, 4);
  store<usize>(call, place, 8);
  store<usize>(call, call + 32, 12);
  store<usize>(call, result, 24);
  store<usize>(call, control, 32);
  store<i32>(call, length, 36);
}

/** isUnknown tells whether an error number is that of a host which has no such call: such a host does not tell of it either. */
function isUnknown(errno: i32, fd: i32, name: i32): bool {
  if (errno != E.INVAL && errno != E.NOPROTOOPT && errno != E.NOTSUP) return false;
  return option(fd, Level.host, name) != 1;
}

/** sendVector writes several pieces: count pairs {u32 address, u32 size} at the address vector. */
export function sendVector(fd: i32, pieces: usize, count: i32): i32 {
  const errno = sock_send(fd, pieces, count, 0, result);
  return errno != 0 ? -errno : load<i32>(result);
}

/** duplicate answers a new fd for the same socket. */
export function duplicate(fd: i32): i32 {
  return option(fd, Level.host, Option.duplicate);
}

export function shutdown(fd: i32, how: i32): i32 {
  return -sock_shutdown(fd, how);
}

/** localAddress is the socket's own address, or null where there is none. */
export function localAddress(fd: i32): SockAddr | null {
  prepareAddress();
  return sock_getlocaladdr(fd, area, port) != 0 ? null : takenAddress();
}

/** peerAddress is the address that the socket is connected to, or null. */
export function peerAddress(fd: i32): SockAddr | null {
  prepareAddress();
  return sock_getpeeraddr(fd, area, port) != 0 ? null : takenAddress();
}

export function setOption(fd: i32, level: i32, name: i32, value: i32): i32 {
  store<i32>(result, value);
  return -sock_setsockopt(fd, level, name, result, 4);
}

/** setLinger sets {i32 on, i32 seconds}. */
export function setLinger(fd: i32, on: bool, seconds: i32): i32 {
  store<i32>(address, on ? 1 : 0);
  store<i32>(address, seconds, 4);
  return -sock_setsockopt(fd, Level.socket, Option.linger, address, 8);
}

/** setBytes sets an option that is no number. */
export function setBytes(fd: i32, level: i32, name: i32, value: StaticArray<u8>): i32 {
  return -sock_setsockopt(fd, level, name, changetype<usize>(value), value.length);
}

/** option is the value of an option; every one that is asked for is 0 or more. */
export function option(fd: i32, level: i32, name: i32): i32 {
  store<i32>(result, 0);
  const errno = sock_getsockopt(fd, level, name, result, 4);
  return errno != 0 ? -errno : load<i32>(result);
}

/** putAddress writes {buf, len} and the bytes: 4, 16, or 20 with the scope; 128 for a Unix one. */
function putAddress(from: SockAddr): usize {
  if (from.family == Family.unix) return putUnix(from.name);
  store<usize>(area, address);
  store<u64>(address, from.low);
  store<u64>(address, from.high, 8);
  store<u32>(address, from.scope, 16);
  const size = from.family == Family.inet4 ? 4 : from.scope != 0 ? 20 : 16;
  store<u32>(area, size, 4);
  return area;
}

/** putUnix writes {u16 family, path, u16 length at 126}. The name is not longer than PATH_MAX. */
function putUnix(name: string): usize {
  prepareAddress();
  store<u16>(address, Family.unix);
  const size = String.UTF8.encodeUnsafe(changetype<usize>(name), name.length, address + 2);
  if (isAbstract(name)) {
    store<u8>(address, 0, 2);
    store<u16>(address, <u16>size, LENGTH_AT);
  }
  return area;
}

/** isAbstract tells whether a Unix name is no path. */
export function isAbstract(name: string): bool {
  return name.length > 0 && (name.charCodeAt(0) == 0x40 || name.charCodeAt(0) == 0);
}

function prepareAddress(): void {
  store<usize>(area, address);
  store<u32>(area, ADDRESS_SIZE, 4);
  memory.fill(address, 0, ADDRESS_SIZE);
}

function takenAddress(): SockAddr | null {
  const number = load<i32>(port);
  return takeAddress(<i32>load<u16>(address), number, address + 2, load<u32>(address, 20));
}

function takeAddress(family: i32, number: i32, bytes: usize, scope: u32): SockAddr | null {
  if (family == Family.inet4) return new SockAddr(family, number, load<u32>(bytes));
  if (family == Family.inet6) {
    return new SockAddr(family, number, load<u64>(bytes), load<u64>(bytes, 8), scope);
  }
  return family == Family.unix ? new SockAddr(family, 0, 0, 0, 0, takeName(bytes)) : null;
}

/** takeName reads a Unix name. As in Go the NUL before an abstract one is "@", which alone is the name of a socket without one. */
function takeName(bytes: usize): string {
  if (load<u8>(bytes) == 0) store<u8>(bytes, 0x40);
  let size = 0;
  while (size < PATH_MAX && load<u8>(bytes + size) != 0) size++;
  return String.UTF8.decodeUnsafe(bytes, size);
}
