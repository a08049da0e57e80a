/**
 * A network's socket: poll.FD with its addresses, and the errors that name them.
 */
import { Addr } from "./addr";
import { NetError, Result } from "./errors";
import { eof, IOResult } from "./io";
import { mapErr, OpError } from "./net";
import { errDeadlineExceeded, File, SyscallError } from "./os";
import { errNetClosing, FD } from "./poll/fd";
import { readFrom, Received } from "./poll/message";
import { E, Errno } from "./sys/errno";
import * as sys from "./sys/socket";
import { Context, deadlineExceeded, Watcher } from "./task/context";
import { Mode } from "./task/netpoll";
import { tookTurn } from "./task/scheduler";
import { addrOf } from "./sockaddr";
import { monotonic, Time } from "./time";

/** NetFD is a socket of a network. */
export class NetFD {
  readonly pfd: FD;
  local: sys.SockAddr | null = null;
  remote: sys.SockAddr | null = null;
  /** peer is who was dialled, as the caller said it, where the system cannot tell who that is. */
  peer: Addr | null = null;
  /** connected: the peer was chosen by a dial, so that packets go nowhere else. */
  connected: bool = false;

  constructor(
    sysfd: i32,
    readonly family: i32,
    readonly sotype: i32,
    /** net is the network's name as the caller gave it: "tcp4" stays "tcp4". */
    readonly net: string,
  ) {
    const stream = sotype == sys.SockType.stream;
    this.pfd = new FD(sysfd, stream, stream || sotype == sys.SockType.seqpacket);
  }

  localAddr(): Addr | null {
    return addrOf(this.local, this.sotype);
  }

  remoteAddr(): Addr | null {
    const peer = this.peer;
    return peer !== null ? peer : addrOf(this.remote, this.sotype);
  }

  read(buffer: Uint8Array): IOResult {
    return this.named("read", this.pfd.read(buffer));
  }

  write(data: Uint8Array, start: i32, end: i32): IOResult {
    return this.named("write", this.pfd.write(data, start, end));
  }

  /** readFrom reads one packet; with oob, a message with control data. As in Go the end is an error that names the addresses. */
  readFrom(buffer: Uint8Array, oob: Uint8Array | null, into: Received): void {
    readFrom(this.pfd, buffer, oob, into);
    const err = into.err;
    if (err === null) return;
    // The name of the call that Go makes.
    const call = oob === null ? "recvfrom" : "recvmsg";
    into.err = this.opError("read", wrapSyscallError(call, err));
  }

  /** accept answers the next connection, or null when `failure` says why not. */
  accept(): NetFD | null {
    const fd = this.pfd.accept();
    if (fd < 0) return null;
    const accepted = new NetFD(fd, this.family, this.sotype, this.net);
    accepted.remote = sys.acceptedFrom(fd);
    accepted.local = sys.localAddress(fd);
    tookTurn();
    return accepted;
  }

  /** failure is why the last `accept` answered null. */
  get failure(): NetError {
    const err = this.pfd.failure;
    return err instanceof Errno ? new SyscallError("accept4", err) : err;
  }

  /** connect connects the new socket, under a context. */
  connect(context: Context, to: sys.SockAddr): NetError | null {
    const early = context.err();
    if (early !== null) return mapErr(early);
    const deadline = context.deadline();
    if (deadline != 0) this.pfd.setDeadline(Mode.write, monotonic(deadline));
    const interrupter = new Interrupter(this.pfd);
    context.watch(interrupter);
    const err = this.pfd.connect(to);
    context.unwatch(interrupter);
    const reason = interrupter.reason;
    // When the connection was made but the context ended as well, the context wins; what the connect met by itself stays.
    const ended = err === null || err === errDeadlineExceeded;
    if (reason !== null && ended) return mapErr(reason);
    if (err === null) {
      if (deadline != 0) this.pfd.setDeadline(Mode.write, 0);
      return null;
    }
    if (err === errDeadlineExceeded) return mapErr(deadlineExceeded);
    return wrapSyscallError("connect", err);
  }

  close(): NetError | null {
    return this.pfd.close();
  }

  /** file is a copy of the socket. Its error does not name the call of the library, for each network names it itself. */
  file(): Result<File> {
    const fd = this.pfd.duplicate();
    if (fd == -E.BADF) return Result.fail<File>(errNetClosing);
    if (fd < 0) return Result.fail<File>(new SyscallError("fcntl", new Errno(-fd)));
    let name = this.net + ":";
    const local = this.localAddr();
    if (local !== null) name += local.toString();
    const remote = this.remoteAddr();
    return Result.ok<File>(new File(fd, name + "->" + (remote !== null ? remote.toString() : "")));
  }

  shutdown(how: i32): NetError | null {
    return this.opError("close", wrapSyscallError("shutdown", this.pfd.shutdown(how)));
  }

  /** setDeadlines sets the deadline of reads, writes or both to t; 0 for none. */
  setDeadlines(t: Time, reads: bool, writes: bool): NetError | null {
    let when: i64 = 0;
    if (t != 0) {
      when = monotonic(t);
      if (when == 0) when = -1;
    }
    let err: NetError | null = null;
    if (reads) err = this.pfd.setDeadline(Mode.read, when);
    if (writes && err === null) err = this.pfd.setDeadline(Mode.write, when);
    return this.setError(err);
  }

  setBuffer(receive: bool, bytes: i32): NetError | null {
    const name = receive ? sys.Option.receiveBuffer : sys.Option.sendBuffer;
    const err = this.pfd.setOption(sys.Level.socket, name, bytes);
    return this.setError(wrapSyscallError("setsockopt", err));
  }

  /** opError names the call and both addresses. */
  opError(op: string, err: NetError | null): NetError | null {
    return err === null
      ? null
      : new OpError(op, this.net, this.localAddr(), this.remoteAddr(), err);
  }

  /** setError is how deadlines and buffers name their errors: by the local address alone. */
  private setError(err: NetError | null): NetError | null {
    return err === null ? null : new OpError("set", this.net, null, this.localAddr(), err);
  }

  private named(call: string, result: IOResult): IOResult {
    const err = result.err;
    if (err !== null && err !== eof) result.err = this.opError(call, wrapSyscallError(call, err));
    return result;
  }
}

/** Interrupter ends a connect under way when its context ends. */
class Interrupter extends Watcher {
  reason: NetError | null = null;

  constructor(private readonly fd: FD) {
    super();
  }

  contextDone(err: NetError): void {
    this.reason = err;
    this.fd.setDeadline(Mode.write, LONG_AGO);
  }
}

/** A deadline by `nanotime` that is over. */
const LONG_AGO: i64 = i64.MIN_VALUE + 1;

/** wrapSyscallError names the host's call that met the error, where it was the host's. */
export function wrapSyscallError(name: string, err: NetError | null): NetError | null {
  return err !== null && err instanceof Errno ? new SyscallError(name, err) : err;
}
