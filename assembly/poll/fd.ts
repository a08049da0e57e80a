/**
 * A socket, as Go's poll.FD: who uses it, when it is given back, and the calls that wait of every connection and listener. Those that
 * only some have stand beside it: packets in `message.ts`, several pieces at once in `writev.ts`, calls of the user's own in
 * `rawconn.ts`. Every loop of "try, and wait if it would block" is in one of these files.
 *
 * Each loop checks first (closed? deadline over?), then tries, and waits only after the host has said EAGAIN, or when the socket
 * is known to have nothing more: that order is what edge-triggered readiness needs. No fd is given back while a call on it is
 * under way: calls hold references, and the last one to leave a closed FD gives it back.
 */
import { ErrorString, NetError } from "../errors";
import { eof, errUnexpectedEOF, IOResult } from "../io";
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
export const MAX_STREAM: i32 = 1 << 30;

/** FD is a socket that does not block. Its lock, its PollDesc and its results are for the files of this folder alone. */
export class FD {
  readonly mutex: FdMutex = new FdMutex();
  readonly pd: PollDesc;
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
    parkIn(closers, WaitReason.semacquire);
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
  done(code: i32): NetError | null {
    if (this.mutex.decref()) this.destroy();
    return code == 0 ? null : new Errno(-code);
  }

  readUnlock(): void {
    if (this.mutex.rwunlock(true)) this.destroy();
  }

  writeUnlock(): void {
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

  writeResult(): IOResult {
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

/** closed is the result of a call on a socket that was closed. */
export function closed(): IOResult {
  const result = new IOResult();
  result.err = errNetClosing;
  return result;
}

/** errorOf is the error that a `PollError` stands for. */
export function errorOf(code: i32): NetError {
  if (code == PollError.closing) return errNetClosing;
  return code == PollError.timeout ? errDeadlineExceeded : errNotPollable;
}
