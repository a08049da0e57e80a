/**
 * Raw IP: packets of a protocol, without ports. It needs privileges, and a host that grants them.
 */
import { Addr } from "./addr";
import { NetError, Result } from "./errors";
import { NetFD } from "./fd";
import { Hooks } from "./hooks";
import { indexToZone } from "./interfacetable";
import { IOResult } from "./io";
import { IP } from "./ip";
import { IPAddr } from "./ipaddr";
import { errMissingAddress, NetConn, OpError } from "./net";
import { UnknownNetworkError } from "./neterror";
import { NetworkKind, parseNetwork } from "./network";
import {
  errWriteToConnected,
  Message,
  Packet,
  PacketConn,
  receive,
  receiveMessage,
  refused,
  sendMessage,
  sendPacket,
  Sent,
  sent,
  told,
} from "./packet";
import { Received } from "./poll/message";
import { dialSocket, EndPoint, inetSocket } from "./sock";
import { ipOf, sockAddr } from "./sockaddr";
import { E, Errno } from "./sys/errno";
import * as sys from "./sys/socket";
import { background, Context } from "./task/context";

export { IPAddr } from "./ipaddr";

/** IPConn carries packets of one IP protocol: to and from everybody (`listenIP`), or one peer (`dialIP`). */
export class IPConn extends NetConn implements PacketConn {
  constructor(fd: NetFD) {
    super(fd);
  }

  /** readFrom is `readFromIP` for any PacketConn. */
  readFrom(buffer: Uint8Array): Packet<Addr | null> {
    const got = receive(this.fd, buffer);
    const packet = new Packet<Addr | null>(sender(got));
    packet.n = this.payload(buffer, got);
    packet.err = got.err;
    return packet;
  }

  /** readFromIP waits for a packet and puts what it carries into buffer, without the header of IPv4. What does not fit is lost. */
  readFromIP(buffer: Uint8Array): Packet<IPAddr | null> {
    const got = receive(this.fd, buffer);
    const packet = new Packet<IPAddr | null>(sender(got));
    packet.n = this.payload(buffer, got);
    packet.err = got.err;
    return packet;
  }

  /** readMsgIP waits for a packet, of IPv4 with its header, and puts the control data that options have asked for into oob. */
  readMsgIP(buffer: Uint8Array, oob: Uint8Array): Message<IPAddr | null> {
    const got = receiveMessage(this.fd, buffer, oob);
    return told<IPAddr | null>(new Message<IPAddr | null>(sender(got)), got);
  }

  /** writeTo is `writeToIP` for any PacketConn. */
  writeTo(data: Uint8Array, addr: Addr | null, start: i32 = 0, end: i32 = i32.MAX_VALUE): IOResult {
    if (!(addr instanceof IPAddr)) return refused(this.fd, addr, new Errno(E.INVAL));
    return this.writeToIP(data, changetype<IPAddr>(addr), start, end);
  }

  /** writeToIP sends the bytes of data from start up to end as one packet, behind a header that the system makes. */
  writeToIP(
    data: Uint8Array,
    addr: IPAddr | null,
    start: i32 = 0,
    end: i32 = i32.MAX_VALUE,
  ): IOResult {
    return this.send(data, start, end, addr);
  }

  /** writeMsgIP sends a packet. oob is control data. */
  writeMsgIP(data: Uint8Array, oob: Uint8Array, addr: IPAddr | null): Sent {
    const to = this.place(addr);
    const err = to.err;
    if (err !== null) return sent(refused(this.fd, addr, err));
    return sendMessage(this.fd, data, oob, to.value, addr);
  }

  private send(data: Uint8Array, start: i32, end: i32, addr: IPAddr | null): IOResult {
    const to = this.place(addr);
    const err = to.err;
    if (err !== null) return refused(this.fd, addr, err);
    return sendPacket(this.fd, data, start, end, to.value, addr, "sendto");
  }

  private place(addr: IPAddr | null): Result<sys.SockAddr> {
    if (this.fd.connected) return Result.fail<sys.SockAddr>(errWriteToConnected);
    if (addr === null) return Result.fail<sys.SockAddr>(errMissingAddress);
    return sockAddr(this.fd.family, addr, 0);
  }

  /** payload moves what a packet of IPv4 carries to the buffer's start, and answers how long that is. */
  private payload(buffer: Uint8Array, got: Received): i32 {
    const n = got.n;
    if (got.from === null || this.fd.family != sys.Family.inet4 || buffer.length < 20) return n;
    const first = unchecked(buffer[0]);
    const header = (<i32>first & 15) << 2;
    if (header < 20 || header > buffer.length || first >>> 4 != 4) return n;
    memory.copy(buffer.dataStart, buffer.dataStart + header, buffer.length - header);
    return n - header;
  }
}

/** listenIP takes the packets of a protocol ("ip4:icmp") to an address; null, or one without an IP, for all of the machine's. */
export function listenIP(network: string, laddr: IPAddr | null): Result<IPConn> {
  return listenIPWith(network, laddr !== null ? laddr : new IPAddr(new IP([])), null);
}

/** listenIPWith is `listenIP` with control functions. */
export function listenIPWith(network: string, laddr: IPAddr, hooks: Hooks | null): Result<IPConn> {
  const at = new EndPoint(laddr, 0);
  const made = dialSocket(background(), open(network, at, null), at, null, hooks);
  const err = made.err;
  if (err !== null) return Result.fail<IPConn>(new OpError("listen", network, null, laddr, err));
  return Result.ok<IPConn>(new IPConn(made.value));
}

/** dialIP makes a connection for a protocol with one peer, raddr, from laddr if that is not null. Nothing is sent. */
export function dialIP(
  network: string,
  laddr: IPAddr | null,
  raddr: IPAddr | null,
): Result<IPConn> {
  if (raddr === null) return dialFailed(network, laddr, null, errMissingAddress);
  return dialIPWith(background(), network, laddr, raddr, null);
}

/** dialIPWith is `dialIP` under a context, with control functions. */
export function dialIPWith(
  context: Context,
  network: string,
  laddr: IPAddr | null,
  raddr: IPAddr,
  hooks: Hooks | null,
): Result<IPConn> {
  const from = laddr !== null ? new EndPoint(laddr, 0) : null;
  const to = new EndPoint(raddr, 0);
  const made = dialSocket(context, open(network, from, to), from, to, hooks);
  const err = made.err;
  if (err !== null) return dialFailed(network, laddr, raddr, err);
  return Result.ok<IPConn>(new IPConn(made.value));
}

function open(network: string, laddr: EndPoint | null, raddr: EndPoint | null): Result<NetFD> {
  const parsed = parseNetwork(network, true);
  if (parsed.err !== null) return Result.fail<NetFD>(parsed.err!);
  const named = parsed.value;
  if (named.kind != NetworkKind.IP) return Result.fail<NetFD>(new UnknownNetworkError(network));
  return inetSocket(named.afnet, laddr, raddr, sys.SockType.raw, named.proto);
}

function sender(got: Received): IPAddr | null {
  const from = got.from;
  return from !== null ? new IPAddr(ipOf(from), indexToZone(from.scope)) : null;
}

function dialFailed(
  network: string,
  laddr: Addr | null,
  raddr: Addr | null,
  err: NetError,
): Result<IPConn> {
  return Result.fail<IPConn>(new OpError("dial", network, laddr, raddr, err));
}
