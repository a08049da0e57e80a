/**
 * Packets: what connections have in common that carry them.
 */
import { Addr } from "./addr";
import { ErrorString, NetError } from "./errors";
import { NetFD, wrapSyscallError } from "./fd";
import { IOResult } from "./io";
import { OpError, Socket } from "./net";
import { Received, writeTo } from "./poll/message";
import * as sys from "./sys/socket";

/** errWriteToConnected is the error of a packet with an address, on a connection that has only one peer. */
export const errWriteToConnected: NetError = new ErrorString(
  "use of WriteTo with pre-connected connection",
);

/** Packet is what a read of a packet did. addr is whom it is from: null with an error, and where the sender has no name. */
export class Packet<A> extends IOResult {
  constructor(public addr: A) {
    super();
  }
}

/** Message is a Packet with what the system says about it. */
export class Message<A> extends Packet<A> {
  /** oobn is the number of bytes of control data that were put into oob. */
  oobn: i32 = 0;
  /**
   * flags are MSG_TRUNC (0x20) where the packet was longer than the buffer, MSG_CTRUNC (8) where there was more control data than
   * oob had room for; and of a Unix connection's messages MSG_CMSG_CLOEXEC (0x40000000).
   */
  flags: i32 = 0;
}

/** Sent is what a write of a message did. */
export class Sent extends IOResult {
  /** oobn is the number of bytes of control data that were sent. */
  oobn: i32 = 0;
}

/** The flags of a packet, and of control data, that was cut. */
const MSG_TRUNC: i32 = 0x20;
const MSG_CTRUNC: i32 = 8;

/** PacketConn is a connection that carries packets, from and to several peers. Several goroutines may use one at once. */
export interface PacketConn extends Socket {
  /** readFrom waits for a packet. What does not fit into buffer is lost. The result is the caller's own. */
  readFrom(buffer: Uint8Array): Packet<Addr | null>;
  /** writeTo sends the bytes of data from start up to end as one packet, also none. The result is valid until the next write. */
  writeTo(data: Uint8Array, addr: Addr | null, start: i32 = 0, end: i32 = i32.MAX_VALUE): IOResult;
}

/** receive reads a packet into a result of the caller's. */
export function receive(fd: NetFD, buffer: Uint8Array): Received {
  const got = new Received();
  fd.readFrom(buffer, null, got);
  return got;
}

/** receiveMessage is `receive` with control data, as errors of readMsg name it. */
export function receiveMessage(fd: NetFD, buffer: Uint8Array, oob: Uint8Array): Received {
  const got = new Received();
  fd.readFrom(oob.length > 0 ? carrier(fd, buffer) : buffer, oob, got);
  return got;
}

/** told takes over what the system says of a message. */
export function told<A>(message: Message<A>, got: Received): Message<A> {
  message.n = got.n;
  message.err = got.err;
  message.oobn = got.oobn;
  message.flags = (got.cut ? MSG_TRUNC : 0) | (got.oobCut ? MSG_CTRUNC : 0);
  return message;
}

/** carrier is data to carry control data: as in Go, at least a byte of a stream, which nobody gets to see. */
function carrier(fd: NetFD, data: Uint8Array): Uint8Array {
  const needed = data.length == 0 && fd.sotype != sys.SockType.datagram;
  return needed ? new Uint8Array(1) : data;
}

/** sendPacket sends a packet, or fails with why it must not even be tried; addr is the address as the error names it. */
export function sendPacket(
  fd: NetFD,
  data: Uint8Array,
  start: i32,
  end: i32,
  to: sys.SockAddr | null,
  addr: Addr | null,
  call: string,
): IOResult {
  const result = writeTo(fd.pfd, data, start, end, null, to);
  const err = result.err;
  if (err !== null) result.err = writeError(fd, addr, wrapSyscallError(call, err)!);
  return result;
}

/** refused is the result of a packet that was not sent. */
export function refused(fd: NetFD, addr: Addr | null, err: NetError): IOResult {
  const result = new IOResult();
  result.err = writeError(fd, addr, err);
  return result;
}

/** sendMessage sends a packet with control data; addr is the address as the error names it. */
export function sendMessage(
  fd: NetFD,
  data: Uint8Array,
  oob: Uint8Array,
  to: sys.SockAddr | null,
  addr: Addr | null,
): Sent {
  if (oob.length == 0) return sent(sendPacket(fd, data, 0, data.length, to, addr, "sendmsg"));
  const result = sent(writeTo(fd.pfd, carrier(fd, data), 0, i32.MAX_VALUE, oob, to));
  if (data.length == 0) result.n = 0;
  const err = result.err;
  if (err === null) result.oobn = oob.length;
  else result.err = writeError(fd, addr, wrapSyscallError("sendmsg", err)!);
  return result;
}

/** sent makes the result of a message out of that of a packet. */
export function sent(from: IOResult): Sent {
  const result = new Sent();
  result.n = from.n;
  result.err = from.err;
  return result;
}

function writeError(fd: NetFD, addr: Addr | null, err: NetError): NetError {
  return new OpError("write", fd.net, fd.localAddr(), addr, err);
}
