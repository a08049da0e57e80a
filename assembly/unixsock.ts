/**
 * Unix domain sockets: "unix" carries a stream, "unixpacket" packets in order, "unixgram" packets to and from several peers.
 */
import { Addr } from "./addr";
import { NetError, Result } from "./errors";
import { NetFD, wrapSyscallError } from "./fd";
import { Hooks } from "./hooks";
import { eof, IOResult } from "./io";
import { Conn, errMissingAddress, Listener, NetConn, OpError } from "./net";
import { UnknownNetworkError } from "./neterror";
import { File } from "./os";
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
import { RawConn } from "./rawconn";
import { dialSocket, listenStream, openSocket, EndPoint } from "./sock";
import { unixNetwork, unixSockAddr } from "./sockaddr";
import { E, Errno } from "./sys/errno";
import * as sys from "./sys/socket";
import { background, Context } from "./task/context";
import { gosched } from "./task/scheduler";
import { Time } from "./time";
import { UnixAddr } from "./unixaddr";

export { UnixAddr } from "./unixaddr";

/** The flag by which Go asks that what comes with a message be closed on exec. Hosts do so anyway. */
const MSG_CMSG_CLOEXEC: i32 = 0x40000000;

/** UnixConn is a connection between processes of one machine. */
export class UnixConn extends NetConn implements PacketConn {
  constructor(fd: NetFD) {
    super(fd);
  }

  /** closeRead ends the reading side. */
  closeRead(): NetError | null {
    return this.fd.shutdown(sys.How.read);
  }

  /** closeWrite ends the writing side: the peer reads the end, and can still write. */
  closeWrite(): NetError | null {
    return this.fd.shutdown(sys.How.write);
  }

  /** readFrom is `readFromUnix` for any PacketConn. */
  readFrom(buffer: Uint8Array): Packet<Addr | null> {
    const got = receive(this.fd, buffer);
    const packet = new Packet<Addr | null>(this.sender(got));
    packet.n = got.n;
    packet.err = got.err;
    return packet;
  }

  /** readFromUnix waits for a packet; addr is null where the sender has no name. What does not fit into buffer is lost. */
  readFromUnix(buffer: Uint8Array): Packet<UnixAddr | null> {
    const got = receive(this.fd, buffer);
    const packet = new Packet<UnixAddr | null>(this.sender(got));
    packet.n = got.n;
    packet.err = got.err;
    return packet;
  }

  /**
   * readMsgUnix waits for a packet and puts the control data that comes with it into oob: sockets, for `syscall`'s functions to
   * find. Where buffer is empty and oob is not, a byte of a stream is read and lost.
   */
  readMsgUnix(buffer: Uint8Array, oob: Uint8Array): Message<UnixAddr | null> {
    const got = receiveMessage(this.fd, buffer, oob);
    const message = told<UnixAddr | null>(new Message<UnixAddr | null>(this.sender(got)), got);
    const err = got.err;
    if (err === null || err.is(eof)) message.flags |= MSG_CMSG_CLOEXEC;
    return message;
  }

  /** writeTo is `writeToUnix` for any PacketConn. */
  writeTo(data: Uint8Array, addr: Addr | null, start: i32 = 0, end: i32 = i32.MAX_VALUE): IOResult {
    if (!(addr instanceof UnixAddr)) return refused(this.fd, addr, new Errno(E.INVAL));
    return this.writeToUnix(data, changetype<UnixAddr>(addr), start, end);
  }

  /** writeToUnix sends the bytes of data from start up to end as one packet. The result is valid until the next write. */
  writeToUnix(
    data: Uint8Array,
    addr: UnixAddr | null,
    start: i32 = 0,
    end: i32 = i32.MAX_VALUE,
  ): IOResult {
    if (this.fd.connected) return refused(this.fd, addr, errWriteToConnected);
    if (addr === null) return refused(this.fd, addr, errMissingAddress);
    const to = this.place(addr, "sendto");
    if (to.err !== null) return refused(this.fd, addr, to.err!);
    return sendPacket(this.fd, data, start, end, to.value, addr, "sendto");
  }

  /**
   * writeMsgUnix sends a packet; to null on a connection that has one peer. oob is control data: sockets, made by `syscall`'s
   * unixRights. Where data is empty and oob is not, a byte is written to a stream.
   */
  writeMsgUnix(data: Uint8Array, oob: Uint8Array, addr: UnixAddr | null): Sent {
    const fd = this.fd;
    if (fd.sotype == sys.SockType.datagram && fd.connected) {
      return sent(refused(fd, addr, errWriteToConnected));
    }
    let place: sys.SockAddr | null = null;
    if (addr !== null) {
      const to = this.place(addr, "sendmsg");
      if (to.err !== null) return sent(refused(fd, addr, to.err!));
      place = to.value;
    }
    return sendMessage(fd, data, oob, place, addr);
  }

  private sender(got: Received): UnixAddr | null {
    const from = got.from;
    return from !== null ? new UnixAddr(from.name, unixNetwork(this.fd.sotype)) : null;
  }

  private place(addr: UnixAddr, call: string): Result<sys.SockAddr> {
    if (addr.net != unixNetwork(this.fd.sotype)) {
      return Result.fail<sys.SockAddr>(<NetError>new Errno(E.AFNOSUPPORT));
    }
    const to = unixSockAddr(addr);
    const err = wrapSyscallError(call, to.err);
    return err !== null ? Result.fail<sys.SockAddr>(err) : to;
  }
}

/** UnixListener is a listener for connections of "unix" or "unixpacket". */
export class UnixListener implements Listener {
  constructor(
    private readonly fd: NetFD,
    /** unlink: close removes the path. */
    private unlink: bool,
  ) {}

  /** accept waits for the next connection. */
  accept(): Result<Conn> {
    const fd = this.fd.accept();
    return fd !== null ? Result.ok<Conn>(new UnixConn(fd)) : Result.fail<Conn>(this.acceptError());
  }

  /** acceptUnix waits for the next connection. */
  acceptUnix(): Result<UnixConn> {
    const fd = this.fd.accept();
    if (fd !== null) return Result.ok<UnixConn>(new UnixConn(fd));
    return Result.fail<UnixConn>(this.acceptError());
  }

  /** close stops listening and removes the path, unless `setUnlinkOnClose` says otherwise. */
  close(): NetError | null {
    const fd = this.fd;
    if (this.unlink) {
      this.unlink = false;
      const local = fd.local;
      // As in Go, what becomes of it is nobody's business: the file may be gone already.
      if (local !== null && !sys.isAbstract(local.name))
        fd.pfd.setOption(sys.Level.host, sys.Option.unlink, 1);
    }
    const err = fd.close();
    return err === null ? null : this.opError("close", err);
  }

  addr(): Addr {
    return this.fd.localAddr()!;
  }

  /** setDeadline sets the time after which accepts fail with a timeout; 0 for never. */
  setDeadline(t: Time): NetError | null {
    // Go gives this error, of all, without the call and the address.
    const err = this.fd.setDeadlines(t, true, true);
    return err !== null ? err.unwrap() : null;
  }

  /** setUnlinkOnClose tells whether close removes the path. It does for a listener from `listen`, not for one from a file. */
  setUnlinkOnClose(unlink: bool): void {
    this.unlink = unlink;
  }

  /** file is a copy of the listening socket, as something to hand on. Closing one does not close the other. */
  file(): Result<File> {
    const file = this.fd.file();
    const err = file.err;
    return err !== null ? Result.fail<File>(this.opError("file", err)) : file;
  }

  /** syscallConn lends the host's number of the socket. */
  syscallConn(): Result<RawConn> {
    return Result.ok<RawConn>(new RawConn(this.fd, true));
  }

  private acceptError(): NetError {
    const err = this.opError("accept", this.fd.failure);
    // A loop that goes on after an error must not keep those from running who could do something about it.
    gosched();
    return err;
  }

  private opError(op: string, err: NetError): NetError {
    return new OpError(op, this.fd.net, null, this.fd.localAddr(), err);
  }
}

/** listenUnix listens on a name, for "unix" or "unixpacket". */
export function listenUnix(network: string, laddr: UnixAddr | null): Result<UnixListener> {
  if (network != "unix" && network != "unixpacket") {
    const err = listenError(network, laddr, new UnknownNetworkError(network));
    return Result.fail<UnixListener>(err);
  }
  if (laddr === null) {
    return Result.fail<UnixListener>(listenError(network, null, errMissingAddress));
  }
  return listenUnixWith(network, laddr, null);
}

/** listenUnixWith is `listenUnix` with control functions. */
export function listenUnixWith(
  network: string,
  laddr: UnixAddr,
  hooks: Hooks | null,
): Result<UnixListener> {
  const made = listenStream(open(network), new EndPoint(laddr), hooks);
  const err = made.err;
  if (err !== null) return Result.fail<UnixListener>(listenError(network, laddr, err));
  return Result.ok<UnixListener>(new UnixListener(made.value, true));
}

/** listenUnixgram takes packets at a name, for "unixgram". */
export function listenUnixgram(network: string, laddr: UnixAddr | null): Result<UnixConn> {
  if (network != "unixgram") {
    return Result.fail<UnixConn>(listenError(network, laddr, new UnknownNetworkError(network)));
  }
  if (laddr === null) {
    return Result.fail<UnixConn>(listenError(network, null, errMissingAddress));
  }
  return listenUnixgramWith(network, laddr, null);
}

/** listenUnixgramWith is `listenUnixgram` with control functions. */
export function listenUnixgramWith(
  network: string,
  laddr: UnixAddr,
  hooks: Hooks | null,
): Result<UnixConn> {
  const made = listenStream(open(network), new EndPoint(laddr), hooks);
  const err = made.err;
  if (err !== null) return Result.fail<UnixConn>(listenError(network, laddr, err));
  return Result.ok<UnixConn>(new UnixConn(made.value));
}

/** dialUnix connects to raddr, from the name laddr if that is not null. A name that is empty counts as null. */
export function dialUnix(
  network: string,
  laddr: UnixAddr | null,
  raddr: UnixAddr | null,
): Result<UnixConn> {
  if (network != "unix" && network != "unixgram" && network != "unixpacket") {
    return dialFailed(network, laddr, raddr, new UnknownNetworkError(network));
  }
  return dialUnixWith(background(), network, laddr, raddr, null);
}

/** dialUnixWith is `dialUnix` under a context, with control functions. */
export function dialUnixWith(
  context: Context,
  network: string,
  laddr: UnixAddr | null,
  raddr: UnixAddr | null,
  hooks: Hooks | null,
): Result<UnixConn> {
  const from = laddr !== null && !laddr.isWildcard() ? new EndPoint(laddr) : null;
  const to = raddr !== null && !raddr.isWildcard() ? new EndPoint(raddr) : null;
  if (to === null && (network != "unixgram" || from === null)) {
    return dialFailed(network, laddr, raddr, errMissingAddress);
  }
  const made = dialSocket(context, open(network), from, to, hooks);
  const err = made.err;
  if (err !== null) return dialFailed(network, laddr, raddr, err);
  return Result.ok<UnixConn>(new UnixConn(made.value));
}

function open(network: string): Result<NetFD> {
  let sotype = sys.SockType.stream;
  if (network == "unixgram") sotype = sys.SockType.datagram;
  else if (network == "unixpacket") sotype = sys.SockType.seqpacket;
  return openSocket(network, sys.Family.unix, sotype, 0, false);
}

function listenError(network: string, laddr: Addr | null, err: NetError): NetError {
  return new OpError("listen", network, null, laddr, err);
}

function dialFailed(
  network: string,
  laddr: Addr | null,
  raddr: Addr | null,
  err: NetError,
): Result<UnixConn> {
  return Result.fail<UnixConn>(new OpError("dial", network, laddr, raddr, err));
}
