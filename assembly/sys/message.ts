/**
 * Packets, with whom they are from or go to, and messages, which have control data too. Results are as in socket.ts.
 */
import { E } from "./errno";
import { address, clearAddress, Family, port, putAddress, SockAddr, takeAddress } from "./sockaddr";
import { Level, option, Option } from "./socket";
import { sock_recv_from, sock_send_to, sock_setsockopt } from "./wasi_snapshot_preview1";

//   0 {u32 buf, u32 len}: the one piece of data   8 u32 result   12 u16 roflags
const vector = memory.data(16, 4);
const result: usize = vector + 8;
const roflags: usize = vector + 12;
/** What no host writes as a port: seen again, the upper half tells that the host wrote two bytes in network order. */
const NO_PORT: u32 = 0xaaaaaaaa;

/** receiveFrom reads one packet to the address at. Until the next call `receivedFrom` tells whom it is from, `wasCut` if it was longer. */
export function receiveFrom(fd: i32, at: usize, size: i32): i32 {
  const place = clearAddress();
  store<usize>(vector, at);
  store<i32>(vector, size, 4);
  store<u32>(port, NO_PORT);
  store<u16>(roflags, 0);
  const errno = sock_recv_from(fd, vector, 1, place, 0, port, result, roflags);
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
    prepareCall(at, size, clearAddress(), control, room);
    store<u32>(port, NO_PORT);
    store<u16>(roflags, 0);
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
