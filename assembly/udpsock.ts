/**
 * UDP: connections that carry packets.
 */
import { Addr } from "./addr";
import { NetError, Result } from "./errors";
import { NetFD, wrapSyscallError } from "./fd";
import { Hooks } from "./hooks";
import { Interface } from "./interface";
import { indexToZone } from "./interfacetable";
import { IOResult } from "./io";
import { IP } from "./ip";
import { joinGroup } from "./multicast";
import { errMissingAddress, NetConn, OpError } from "./net";
import { AddrError, UnknownNetworkError } from "./neterror";
import { NetworkKind, networkKind } from "./network";
import { addrFromSlice, invalidAddr } from "./netip/addr";
import { AddrPort } from "./netip/addrport";
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
import { dialSocket, discard, EndPoint, inetSocket, listenDatagram } from "./sock";
import { ipOf, sockAddr } from "./sockaddr";
import { setDefaultMulticastSockopts } from "./sockopt";
import { E, Errno } from "./sys/errno";
import * as sys from "./sys/socket";
import { background, Context } from "./task/context";
import { UDPAddr, udpAddrFromAddrPort } from "./udpaddr";

export { UDPAddr } from "./udpaddr";

/** UDPConn carries packets: to and from everybody (`listenUDP`), or one peer (`dialUDP`). */
export class UDPConn extends NetConn implements PacketConn {
  private readonly received: Received = new Received();
  private readonly lean: Packet<AddrPort> = new Packet<AddrPort>(noAddrPort());
  private last: sys.SockAddr | null = null;

  constructor(fd: NetFD) {
    super(fd);
  }

  /** readFrom is `readFromUDP` for any PacketConn. */
  readFrom(buffer: Uint8Array): Packet<Addr | null> {
    const got = receive(this.fd, buffer);
    return taken<Packet<Addr | null>>(new Packet<Addr | null>(udpAddr(got)), got);
  }

  /** readFromUDP waits for a packet. What does not fit into buffer is lost. */
  readFromUDP(buffer: Uint8Array): Packet<UDPAddr | null> {
    const got = receive(this.fd, buffer);
    return taken<Packet<UDPAddr | null>>(new Packet<UDPAddr | null>(udpAddr(got)), got);
  }

  /**
   * readFromUDPAddrPort is readFromUDP without an object for each packet from a known sender. The result is valid until the next
   * call of it on this connection.
   */
  readFromUDPAddrPort(buffer: Uint8Array): Packet<AddrPort> {
    const got = this.received;
    const lean = this.lean;
    this.fd.readFrom(buffer, null, got);
    lean.n = got.n;
    lean.err = got.err;
    const from = got.from;
    const last = this.last;
    if (from === null) {
      lean.addr = noAddrPort();
      this.last = null;
    } else if (last === null || !last.same(from) || last.scope != from.scope) {
      lean.addr = addrPort(from);
      this.last = from;
    }
    return lean;
  }

  /** readMsgUDP waits for a packet and puts the control data that options have asked for into oob. */
  readMsgUDP(buffer: Uint8Array, oob: Uint8Array): Message<UDPAddr | null> {
    const got = receiveMessage(this.fd, buffer, oob);
    const from = udpAddrOf(this.sender(got));
    return told<UDPAddr | null>(new Message<UDPAddr | null>(from), got);
  }

  /** readMsgUDPAddrPort is readMsgUDP with an address of netip. */
  readMsgUDPAddrPort(buffer: Uint8Array, oob: Uint8Array): Message<AddrPort> {
    const got = receiveMessage(this.fd, buffer, oob);
    return told<AddrPort>(new Message<AddrPort>(addrPort(this.sender(got))), got);
  }

  /** writeTo is `writeToUDP` for any PacketConn. */
  writeTo(data: Uint8Array, addr: Addr | null, start: i32 = 0, end: i32 = i32.MAX_VALUE): IOResult {
    if (!(addr instanceof UDPAddr)) return refused(this.fd, addr, new Errno(E.INVAL));
    return this.writeToUDP(data, changetype<UDPAddr>(addr), start, end);
  }

  /** writeToUDP sends the bytes of data from start up to end as one packet. The result is valid until the next write. */
  writeToUDP(
    data: Uint8Array,
    addr: UDPAddr | null,
    start: i32 = 0,
    end: i32 = i32.MAX_VALUE,
  ): IOResult {
    return this.send(data, start, end, this.place(addr), addr);
  }

  /** writeToUDPAddrPort is writeToUDP with an address of netip. */
  writeToUDPAddrPort(
    data: Uint8Array,
    addr: AddrPort,
    start: i32 = 0,
    end: i32 = i32.MAX_VALUE,
  ): IOResult {
    return this.send(data, start, end, this.placeOf(addr), new AddrPortAddr(addr));
  }

  /** writeMsgUDP sends a packet; to null on a connection that has one peer. oob is control data. */
  writeMsgUDP(data: Uint8Array, oob: Uint8Array, addr: UDPAddr | null): Sent {
    const to = addr === null && this.fd.connected ? toPeer() : this.place(addr);
    return this.sendMessage(data, oob, to, addr);
  }

  /** writeMsgUDPAddrPort is writeMsgUDP with an address of netip; one that is not valid stands for the one peer. */
  writeMsgUDPAddrPort(data: Uint8Array, oob: Uint8Array, addr: AddrPort): Sent {
    const to = !addr.isValid() && this.fd.connected ? toPeer() : this.placeOf(addr);
    return this.sendMessage(data, oob, to, new AddrPortAddr(addr));
  }

  /** sender is whom a message is from. As in Go it is the family's zero address, and not none, where there is an error. */
  private sender(got: Received): sys.SockAddr {
    const from = got.from;
    return from !== null ? from : new sys.SockAddr(this.fd.family, 0, 0);
  }

  private sendMessage(
    data: Uint8Array,
    oob: Uint8Array,
    to: Result<sys.SockAddr | null>,
    addr: Addr | null,
  ): Sent {
    const err = to.err;
    if (err !== null) return sent(refused(this.fd, addr, wrapSyscallError("sendmsg", err)!));
    return sendMessage(this.fd, data, oob, to.value, addr);
  }

  private send(
    data: Uint8Array,
    start: i32,
    end: i32,
    to: Result<sys.SockAddr | null>,
    addr: Addr | null,
  ): IOResult {
    const err = to.err;
    if (err !== null) return refused(this.fd, addr, wrapSyscallError("sendto", err)!);
    return sendPacket(this.fd, data, start, end, to.value, addr, "sendto");
  }

  private place(addr: UDPAddr | null): Result<sys.SockAddr | null> {
    if (this.fd.connected) return failed(errWriteToConnected);
    if (addr === null) return failed(errMissingAddress);
    const to = sockAddr(this.fd.family, addr, addr.port);
    return to.err !== null ? failed(to.err!) : Result.ok<sys.SockAddr | null>(to.value);
  }

  private placeOf(addr: AddrPort): Result<sys.SockAddr | null> {
    if (this.fd.connected) return failed(errWriteToConnected);
    if (!addr.isValid()) return failed(errMissingAddress);
    const ip = addr.addr();
    if (this.fd.family == sys.Family.inet4 && !ip.is4() && !ip.is4In6()) {
      return failed(new AddrError("non-IPv4 address", ip.toString()));
    }
    return this.place(udpAddrFromAddrPort(addr));
  }
}

/** AddrPortAddr is an address of netip as errors name it. */
class AddrPortAddr extends Addr {
  constructor(private readonly value: AddrPort) {
    super();
  }

  network(): string {
    return "udp";
  }

  toString(): string {
    return this.value.toString();
  }
}

/** listenUDP takes packets on an address; null, or one without an IP, for all of the machine's, and port 0 for a free one. */
export function listenUDP(network: string, laddr: UDPAddr | null): Result<UDPConn> {
  if (networkKind(network) != NetworkKind.UDP) {
    return listenFailed(network, laddr, new UnknownNetworkError(network));
  }
  return listenUDPWith(network, laddr !== null ? laddr : new UDPAddr(), null);
}

/** listenUDPWith is `listenUDP` with control functions. */
export function listenUDPWith(
  network: string,
  laddr: UDPAddr,
  hooks: Hooks | null,
): Result<UDPConn> {
  const made = listenAt(network, laddr, hooks);
  const err = made.err;
  if (err !== null) return listenFailed(network, laddr, err);
  return Result.ok<UDPConn>(new UDPConn(made.value));
}

/**
 * listenMulticastUDP takes the packets to a group, on one interface, or, for null, on the one that the system chooses. Packets that
 * this connection sends to the group do not come back to this machine.
 */
export function listenMulticastUDP(
  network: string,
  ifi: Interface | null,
  gaddr: UDPAddr | null,
): Result<UDPConn> {
  if (networkKind(network) != NetworkKind.UDP) {
    return listenFailed(network, gaddr, new UnknownNetworkError(network));
  }
  if (gaddr === null || gaddr.ip.length == 0) {
    return listenFailed(network, gaddr, errMissingAddress);
  }
  const made = listenAt(network, gaddr, null);
  if (made.err !== null) return listenFailed(network, gaddr, made.err!);
  const fd = made.value;
  const err = joinGroup(fd.pfd, ifi, gaddr.ip);
  if (err !== null) {
    fd.close();
    return listenFailed(network, gaddr, err);
  }
  return Result.ok<UDPConn>(new UDPConn(fd));
}

/** listenAt binds to laddr; for a group, to its port on all addresses, beside others that listen there too. */
function listenAt(network: string, laddr: UDPAddr, hooks: Hooks | null): Result<NetFD> {
  const at = new EndPoint(laddr, laddr.port);
  const opened = inetSocket(network, at, null, sys.SockType.datagram, 0);
  if (opened.err !== null || !laddr.ip.isMulticast()) return listenDatagram(opened, at, hooks);
  const fd = opened.value;
  const err = setDefaultMulticastSockopts(fd.pfd.sysfd);
  if (err !== null) return discard(fd, err);
  const everywhere = new IP(new StaticArray<u8>(fd.family == sys.Family.inet6 ? 16 : 4));
  const wildcard = new UDPAddr(everywhere, laddr.port, laddr.zone);
  return listenDatagram(opened, new EndPoint(wildcard, laddr.port), hooks);
}

/** dialUDP makes a connection with one peer, raddr, from laddr if that is not null. Nothing is sent. */
export function dialUDP(
  network: string,
  laddr: UDPAddr | null,
  raddr: UDPAddr | null,
): Result<UDPConn> {
  if (networkKind(network) != NetworkKind.UDP) {
    return dialFailed(network, laddr, raddr, new UnknownNetworkError(network));
  }
  if (raddr === null) return dialFailed(network, laddr, null, errMissingAddress);
  return dialUDPWith(background(), network, laddr, raddr, null);
}

/** dialUDPWith is `dialUDP` under a context, with control functions. */
export function dialUDPWith(
  context: Context,
  network: string,
  laddr: UDPAddr | null,
  raddr: UDPAddr,
  hooks: Hooks | null,
): Result<UDPConn> {
  const from = laddr !== null ? new EndPoint(laddr, laddr.port) : null;
  const to = new EndPoint(raddr, raddr.port);
  const opened = inetSocket(network, from, to, sys.SockType.datagram, 0);
  const made = dialSocket(context, opened, from, to, hooks);
  const err = made.err;
  if (err !== null) return dialFailed(network, laddr, raddr, err);
  return Result.ok<UDPConn>(new UDPConn(made.value));
}

function udpAddr(got: Received): UDPAddr | null {
  const from = got.from;
  return from !== null ? udpAddrOf(from) : null;
}

function udpAddrOf(from: sys.SockAddr): UDPAddr {
  return new UDPAddr(ipOf(from), from.port, indexToZone(from.scope));
}

function addrPort(from: sys.SockAddr): AddrPort {
  const ip: IP = ipOf(from);
  return new AddrPort(addrFromSlice(ip.bytes).withZone(indexToZone(from.scope)), <u16>from.port);
}

function taken<R extends IOResult>(result: R, got: Received): R {
  result.n = got.n;
  result.err = got.err;
  return result;
}

/** noAddrPort is the invalid address, Go's zero value. */
function noAddrPort(): AddrPort {
  return new AddrPort(invalidAddr(), 0);
}

/** toPeer is the place of a packet that needs none. */
function toPeer(): Result<sys.SockAddr | null> {
  return Result.ok<sys.SockAddr | null>(null);
}

function failed(err: NetError): Result<sys.SockAddr | null> {
  return Result.fail<sys.SockAddr | null>(err);
}

function listenFailed(network: string, laddr: Addr | null, err: NetError): Result<UDPConn> {
  return Result.fail<UDPConn>(new OpError("listen", network, null, laddr, err));
}

function dialFailed(
  network: string,
  laddr: Addr | null,
  raddr: Addr | null,
  err: NetError,
): Result<UDPConn> {
  return Result.fail<UDPConn>(new OpError("dial", network, laddr, raddr, err));
}
