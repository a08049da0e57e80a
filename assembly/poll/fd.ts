/**
 * A socket, as Go's poll.FD: the calls that wait. Every loop of "try, and wait if it would block" is in this file.
 *
 * Each loop checks first (closed? deadline over?), then tries, and waits only after the host has said EAGAIN, or when the socket
 * is known to have nothing more: that order is what edge-triggered readiness needs. No fd is given back while a call on it is
 * under way: calls hold references, and the last one to leave a closed FD gives it back.
 */
import { ErrorString, NetError } from "../errors";
import { Copied, eof, errUnexpectedEOF, IOResult } from "../io";
import { errDeadlineExceeded, SyscallError } from "../os";
import { E, Errno } from "../sys/errno";
import { panic } from "../sys/panic";
import * as sys from "../sys/socket";
import { Mode, PollDesc, PollError } from "../task/netpoll";
import { Queue } from "../task/queue";
import { parkIn, ready, tookTurn } from "../task/scheduler";
import { WaitReason } from "../task/goroutine";
import { FdMutex } from "./fdmutex";

/** errNetClosing is the error of every call on a socket that was closed. */
export const errNetClosing: NetError = new ErrorString("use of closed network connection");
/** errNotPollable is the error of a read when the poller reported an error and nothing else. */
export const errNotPollable: NetError = new ErrorString("not pollable");

/** A stream's reads and writes are cut to this many bytes, as in Go. */
const MAX_STREAM: i32 = 1 << 30;
/** The most pieces that one call writes, as in Go. */
const VECTOR_LIMIT: i32 = 1024;

/** Received is what a read of a packet did: whom it is from, null for one without a name, and whether it was longer than the buffer. */
export class Received extends IOResult {
  from: sys.SockAddr | null = null;
  cut: bool = false;
  /** oobn bytes of control data came with it, and whether there were more. */
  oobn: i32 = 0;
  oobCut: bool = false;
}

/** FD is a socket that does not block. */
export class FD {
  private readonly mutex: FdMutex = new FdMutex();
  private readonly pd: PollDesc;
  private reading: IOResult | null = null;
  private writing: IOResult | null = null;
  private closers: Queue | null = null;

  constructor(
    /** sysfd is the host's number for the socket. */
    readonly sysfd: i32,
    /** stream: data without boundaries, so that a read that could be longer has taken all there is. */
    readonly stream: bool,
    /** zeroIsEOF: a read of 0 bytes is the end, and no empty packet. */
    readonly zeroIsEOF: bool,
  ) {
    this.pd = new PollDesc(sysfd);
  }

  /** read reads at least one byte; at the end of a stream err is `eof`. The result is valid until the next read. */
  read(buffer: Uint8Array): IOResult {
    if (!this.mutex.rwlock(true)) return closed();
    const result = this.readResult();
    this.readLoop(buffer, result);
    this.readUnlock();
    return result;
  }

  private readLoop(buffer: Uint8Array, result: IOResult): void {
    const pd = this.pd;
    const size = this.stream ? min(buffer.length, MAX_STREAM) : buffer.length;
    if (size == 0) return;
    let code = pd.check(Mode.read);
    if (code == PollError.none) code = pd.waitKnown(Mode.read);
    while (code == PollError.none) {
      const got = sys.receive(this.sysfd, buffer.dataStart, size);
      if (got >= 0) {
        result.n = got;
        if (got == 0 && this.zeroIsEOF) result.err = eof;
        else if (got < size && this.stream && !sys.wasControlCut()) pd.partial(Mode.read);
        tookTurn();
        return;
      }
      if (got == -E.INTR) continue;
      if (got != -E.AGAIN) {
        result.err = new Errno(-got);
        return;
      }
      code = pd.wait(Mode.read);
    }
    result.err = errorOf(code);
  }

  /**
   * readFrom reads one packet, also an empty one or with an empty buffer, and tells in `into` whom it is from. With oob it is Go's
   * ReadMsg, which takes control data too, and whose n is −1 with an error of a read that was tried.
   */
  readFrom(buffer: Uint8Array, oob: Uint8Array | null, into: Received): void {
    into.n = 0;
    into.err = null;
    into.from = null;
    if (!this.mutex.rwlock(true)) {
      into.err = errNetClosing;
      return;
    }
    this.readFromLoop(buffer, oob, into);
    this.readUnlock();
  }

  private readFromLoop(buffer: Uint8Array, oob: Uint8Array | null, into: Received): void {
    const pd = this.pd;
    const fd = this.sysfd;
    const at = buffer.dataStart;
    let code = pd.check(Mode.read);
    if (code == PollError.none) {
      if (oob !== null) into.n = -1;
      code = pd.waitKnown(Mode.read);
    }
    while (code == PollError.none) {
      let got: i32;
      if (oob === null) got = sys.receiveFrom(fd, at, buffer.length);
      else got = sys.receiveMessage(fd, at, buffer.length, oob.dataStart, oob.length);
      if (got >= 0) {
        into.n = got;
        into.from = sys.receivedFrom();
        into.cut = sys.wasCut();
        if (oob !== null) {
          into.oobn = sys.controlSize();
          into.oobCut = sys.wasControlCut();
        }
        if (got == 0 && this.zeroIsEOF) into.err = eof;
        tookTurn();
        return;
      }
      if (got == -E.INTR) continue;
      if (got != -E.AGAIN) {
        into.err = new Errno(-got);
        return;
      }
      code = pd.wait(Mode.read);
    }
    into.err = errorOf(code);
  }

  /**
   * writeTo sends one packet, data from start up to end, to an address, or, for null, to whom the socket is connected with. With oob
   * it is Go's WriteMsg, and control data goes with it.
   */
  writeTo(
    data: Uint8Array,
    start: i32,
    end: i32,
    oob: Uint8Array | null,
    to: sys.SockAddr | null,
  ): IOResult {
    const stop = min(end, data.length);
    if (start < 0 || start > stop) panic("slice bounds out of range");
    if (!this.mutex.rwlock(false)) return closed();
    const result = this.writeResult();
    this.writeToLoop(data.dataStart + start, stop - start, oob, to, result);
    this.writeUnlock();
    return result;
  }

  private writeToLoop(
    at: usize,
    size: i32,
    oob: Uint8Array | null,
    to: sys.SockAddr | null,
    result: IOResult,
  ): void {
    const pd = this.pd;
    const fd = this.sysfd;
    let code = pd.check(Mode.write);
    while (code == PollError.none) {
      let put: i32;
      if (oob !== null) put = sys.sendMessage(fd, at, size, to, oob);
      else put = to !== null ? sys.sendTo(fd, at, size, to) : sys.send(fd, at, size);
      if (put >= 0) {
        result.n = put;
        tookTurn();
        return;
      }
      if (put == -E.INTR) continue;
      if (put != -E.AGAIN) {
        result.err = new Errno(-put);
        return;
      }
      code = pd.wait(Mode.write);
    }
    result.err = errorOf(code);
  }

  /** write writes data from start up to end; on an error n tells how much before. The result is valid until the next write. */
  write(data: Uint8Array, start: i32, end: i32): IOResult {
    const stop = min(end, data.length);
    if (start < 0 || start > stop) panic("slice bounds out of range");
    if (!this.mutex.rwlock(false)) return closed();
    const result = this.writeResult();
    this.writeLoop(data, start, stop - start, result);
    this.writeUnlock();
    return result;
  }

  private writeLoop(data: Uint8Array, start: i32, length: i32, result: IOResult): void {
    const pd = this.pd;
    let code = pd.check(Mode.write);
    while (code == PollError.none) {
      const left = length - result.n;
      const size = this.stream ? min(left, MAX_STREAM) : left;
      const put = sys.send(this.sysfd, data.dataStart + start + result.n, size);
      if (put >= 0) {
        result.n += put;
        if (put < size && this.stream) pd.partial(Mode.write);
        else tookTurn();
        if (result.n == length) return;
        if (put == 0) {
          result.err = errUnexpectedEOF;
          return;
        }
        code = pd.waitKnown(Mode.write);
        continue;
      }
      if (put == -E.INTR) continue;
      if (put != -E.AGAIN) {
        result.err = new Errno(-put);
        return;
      }
      code = pd.wait(Mode.write);
    }
    result.err = errorOf(code);
  }

  /** writeVector writes pieces one behind the other, as one write; n of the answer tells how many bytes before an error. */
  writeVector(pieces: Uint8Array[]): Copied {
    if (!this.mutex.rwlock(false)) return new Copied(0, errNetClosing);
    const list = heap.alloc(min<usize>(pieces.length, VECTOR_LIMIT) << 3);
    const written = this.vectorLoop(pieces, list);
    heap.free(list);
    this.writeUnlock();
    return written;
  }

  private vectorLoop(pieces: Uint8Array[], list: usize): Copied {
    const pd = this.pd;
    let total: i64 = 0;
    let first = 0;
    let offset = 0;
    let code = pd.check(Mode.write);
    while (code == PollError.none) {
      while (first < pieces.length && offset == pieces[first].length) {
        first++;
        offset = 0;
      }
      if (first == pieces.length) return new Copied(total, null);
      const put = sys.sendVector(this.sysfd, list, gather(pieces, first, offset, list));
      if (put >= 0) {
        if (put == 0) return new Copied(total, errUnexpectedEOF);
        total += put;
        let left = put;
        while (left > 0) {
          const taken = min(left, pieces[first].length - offset);
          offset += taken;
          left -= taken;
          if (left > 0) {
            first++;
            offset = 0;
          }
        }
        tookTurn();
        code = pd.check(Mode.write);
        continue;
      }
      if (put == -E.INTR) continue;
      if (put != -E.AGAIN) return new Copied(total, new Errno(-put));
      code = pd.wait(Mode.write);
    }
    return new Copied(total, errorOf(code));
  }

  /** rawControl calls f with the fd's number. */
  rawControl(f: (fd: i32) => void): NetError | null {
    if (!this.mutex.incref()) return errNetClosing;
    f(this.sysfd);
    return this.done(0);
  }

  /** rawRead calls f until it answers true, and waits in between. */
  rawRead(f: (fd: i32) => bool): NetError | null {
    if (!this.mutex.rwlock(true)) return errNetClosing;
    const code = this.rawLoop(Mode.read, f);
    this.readUnlock();
    return code == PollError.none ? null : errorOf(code);
  }

  /** rawWrite calls f until it answers true, and waits in between. */
  rawWrite(f: (fd: i32) => bool): NetError | null {
    if (!this.mutex.rwlock(false)) return errNetClosing;
    const code = this.rawLoop(Mode.write, f);
    this.writeUnlock();
    return code == PollError.none ? null : errorOf(code);
  }

  private rawLoop(mode: i32, f: (fd: i32) => bool): i32 {
    let code = this.pd.check(mode);
    while (code == PollError.none && !f(this.sysfd)) code = this.pd.wait(mode);
    return code;
  }

  /** accept waits for a connection and answers its fd; −1 when `failure` says why not. */
  accept(): i32 {
    if (!this.mutex.rwlock(true)) return this.failed(errNetClosing);
    const fd = this.acceptLoop();
    this.readUnlock();
    return fd;
  }

  private acceptLoop(): i32 {
    const pd = this.pd;
    let code = pd.check(Mode.read);
    if (code == PollError.none) code = pd.waitKnown(Mode.read);
    while (code == PollError.none) {
      const fd = sys.accept(this.sysfd);
      // The caller counts the turn, once it has read who the connection is from: others may accept in between.
      if (fd >= 0) return fd;
      // The peer gave up before it was accepted: nothing to do with this listener.
      if (fd == -E.INTR || fd == -E.CONNABORTED) continue;
      if (fd != -E.AGAIN) return this.failed(new Errno(-fd));
      code = pd.wait(Mode.read);
    }
    return this.failed(errorOf(code));
  }

  /** failure is the error of the last `accept` that answered −1. */
  failure: NetError = errNetClosing;

  private failed(err: NetError): i32 {
    this.failure = err;
    return -1;
  }

  /**
   * connect connects to an address, and waits until that is done. Only its caller knows of the FD yet. An error of another call of the
   * host's than connect has its name.
   */
  connect(to: sys.SockAddr): NetError | null {
    const code = -sys.connect(this.sysfd, to);
    if (code == 0 || code == E.ISCONN) return null;
    if (code != E.INPROGRESS && code != E.ALREADY && code != E.INTR) return new Errno(code);
    while (true) {
      const waited = this.pd.wait(Mode.write);
      if (waited != PollError.none) return errorOf(waited);
      const error = sys.option(this.sysfd, sys.Level.socket, sys.Option.error);
      if (error < 0) return new SyscallError("getsockopt", new Errno(-error));
      if (error == E.ISCONN) return null;
      if (error == 0) {
        // A wake-up may be spurious: connected is who has a peer.
        if (sys.peerAddress(this.sysfd) !== null) return null;
      } else if (error != E.INPROGRESS && error != E.ALREADY && error != E.INTR) {
        return new Errno(error);
      }
    }
  }

  /** close wakes all who wait, and returns when the fd has been given back. */
  close(): NetError | null {
    if (!this.mutex.increfAndClose()) return errNetClosing;
    this.pd.evict();
    if (this.mutex.decref()) return this.destroy();
    let closers = this.closers;
    if (closers === null) {
      closers = new Queue();
      this.closers = closers;
    }
    parkIn(closers, WaitReason.ioWait);
    return null;
  }

  /** discard gives the fd of a socket back that nobody else has got to know. It waits for nobody. */
  discard(): void {
    this.pd.evict();
    this.pd.forget();
    sys.close(this.sysfd);
  }

  private destroy(): NetError | null {
    this.pd.forget();
    const code = -sys.close(this.sysfd);
    const closers = this.closers;
    if (closers !== null) {
      const closer = closers.pop();
      if (closer !== null) ready(closer);
    }
    return code == 0 ? null : new Errno(code);
  }

  /** shutdown ends one direction or both, by `sys.How`. */
  shutdown(how: i32): NetError | null {
    if (!this.mutex.incref()) return errNetClosing;
    return this.done(sys.shutdown(this.sysfd, how));
  }

  /** duplicate answers a new fd for the same socket, or an error number with its sign turned. */
  duplicate(): i32 {
    if (!this.mutex.incref()) return -E.BADF;
    const fd = sys.duplicate(this.sysfd);
    if (this.mutex.decref()) this.destroy();
    return fd;
  }

  /** setBytes sets a socket option that is no number. */
  setBytes(level: i32, name: i32, value: StaticArray<u8>): NetError | null {
    if (!this.mutex.incref()) return errNetClosing;
    return this.done(sys.setBytes(this.sysfd, level, name, value));
  }

  /** setOption sets a socket option. */
  setOption(level: i32, name: i32, value: i32): NetError | null {
    if (!this.mutex.incref()) return errNetClosing;
    return this.done(sys.setOption(this.sysfd, level, name, value));
  }

  /** hasOption tells whether a socket option can be read. */
  hasOption(level: i32, name: i32): bool {
    if (!this.mutex.incref()) return false;
    return this.done(min(sys.option(this.sysfd, level, name), 0)) === null;
  }

  /** setLinger sets SO_LINGER. */
  setLinger(on: bool, seconds: i32): NetError | null {
    if (!this.mutex.incref()) return errNetClosing;
    return this.done(sys.setLinger(this.sysfd, on, seconds));
  }

  /** setDeadline sets one direction's deadline (`Mode`), by `nanotime`; 0 for none. */
  setDeadline(mode: i32, deadline: i64): NetError | null {
    if (!this.mutex.incref()) return errNetClosing;
    this.pd.setDeadline(mode, deadline);
    return this.done(0);
  }

  /** done gives a reference back, after a call that answered code. */
  private done(code: i32): NetError | null {
    if (this.mutex.decref()) this.destroy();
    return code == 0 ? null : new Errno(-code);
  }

  private readUnlock(): void {
    if (this.mutex.rwunlock(true)) this.destroy();
  }

  private writeUnlock(): void {
    if (this.mutex.rwunlock(false)) this.destroy();
  }

  // The results are made when first used: a connection that only waits has none. Only who holds the lock may touch them.

  private readResult(): IOResult {
    let result = this.reading;
    if (result === null) {
      result = new IOResult();
      this.reading = result;
    }
    result.n = 0;
    result.err = null;
    return result;
  }

  private writeResult(): IOResult {
    let result = this.writing;
    if (result === null) {
      result = new IOResult();
      this.writing = result;
    }
    result.n = 0;
    result.err = null;
    return result;
  }
}

/** gather writes {u32 address, u32 size} of the pieces from one on, without its first bytes, and answers how many. */
function gather(pieces: Uint8Array[], first: i32, offset: i32, list: usize): i32 {
  let count = 0;
  let room = MAX_STREAM;
  for (let i = first; i < pieces.length && count < VECTOR_LIMIT && room > 0; i++) {
    const skip = i == first ? offset : 0;
    const size = min(pieces[i].length - skip, room);
    if (size == 0) continue;
    const at = list + ((<usize>count) << 3);
    store<usize>(at, pieces[i].dataStart + skip);
    store<i32>(at, size, 4);
    room -= size;
    count++;
  }
  return count;
}

function closed(): IOResult {
  const result = new IOResult();
  result.err = errNetClosing;
  return result;
}

function errorOf(code: i32): NetError {
  if (code == PollError.closing) return errNetClosing;
  return code == PollError.timeout ? errDeadlineExceeded : errNotPollable;
}
