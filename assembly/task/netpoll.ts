/**
 * The network poller: which goroutine waits for which socket, and until when.
 */
import { attached } from "../sys/attach";
import { nanotime } from "../sys/clock";
import * as sys from "../sys/poll";
import { Descriptors } from "./descriptors";
import { Goroutine, WaitReason } from "./goroutine";
import { current, park, ready } from "./scheduler";
import { Timer } from "./timer";

/** The two directions of a socket. */
export namespace Mode {
  export const read = 0;
  export const write = 1;
}

/** What waiting can end with. */
export namespace PollError {
  export const none = 0;
  /** closing: the socket is being closed. */
  export const closing = 1;
  /** timeout: the deadline is over. */
  export const timeout = 2;
  /** notPollable: the poller reported nothing but an error. */
  export const notPollable = 3;
}

/** Deadline values that are no time. */
const NONE: i64 = 0;
const OVER: i64 = -1;

/** Half is one direction of a socket. At most one goroutine waits in it: poll.FD's locks see to that. */
export class Half {
  /** maybe is false only while the socket is known to have nothing to read, or no room to write. */
  maybe: bool = true;
  waiter: Goroutine | null = null;
  /** deadline by `nanotime`, or NONE, or OVER. */
  deadline: i64 = NONE;
  private timer: DeadlineTimer | null = null;

  /** wake lets the waiter run, to look for itself why. */
  wake(): void {
    const waiter = this.waiter;
    if (waiter === null) return;
    this.waiter = null;
    ready(waiter);
  }

  /**
   * setDeadline takes a time by `nanotime`, NONE, or OVER, which wakes the waiter. A deadline that moves into the future leaves the
   * timer where it is: it finds the new one when it fires, so that extending a deadline again and again costs nothing.
   */
  setDeadline(deadline: i64): void {
    this.deadline = deadline;
    let timer = this.timer;
    if (deadline <= 0) {
      if (timer !== null) timer.stop();
      if (deadline == OVER) this.wake();
      return;
    }
    if (timer === null) {
      timer = new DeadlineTimer(this);
      this.timer = timer;
    }
    if (timer.slot < 0 || timer.when > deadline) timer.set(deadline);
  }
}

class DeadlineTimer extends Timer {
  constructor(private half: Half) {
    super();
  }

  fire(): void {
    const half = this.half;
    if (half.deadline > this.when) {
      this.set(half.deadline);
      return;
    }
    half.deadline = OVER;
    half.wake();
  }
}

/** PollDesc is what the poller knows of a socket. */
export class PollDesc {
  /** following links the sockets of one bucket of the table. */
  following: PollDesc | null = null;
  readonly reader: Half = new Half();
  readonly writer: Half = new Half();
  private closing: bool = false;
  private failed: bool = false;
  /** watched: the socket has had its first EAGAIN, so every change of readiness is reported from now on. */
  private watched: bool = false;
  /** hungUp: the peer has ended its side, so that a short read is not the last one. */
  private hungUp: bool = false;

  constructor(readonly fd: i32) {}

  half(mode: i32): Half {
    return mode == Mode.read ? this.reader : this.writer;
  }

  /** check answers why a call in this direction must not even be tried. */
  check(mode: i32): i32 {
    if (this.closing) return PollError.closing;
    if (this.half(mode).deadline == OVER) return PollError.timeout;
    if (mode == Mode.read && this.failed) return PollError.notPollable;
    return PollError.none;
  }

  /** wait parks the calling goroutine until a new try is worth while. The last try must have ended with EAGAIN or EINPROGRESS. */
  wait(mode: i32): i32 {
    const half = this.half(mode);
    half.maybe = false;
    this.watch();
    return this.await(half, mode);
  }

  /** waitKnown waits too, without a try before, when the socket is known to be drained; otherwise it returns at once. */
  waitKnown(mode: i32): i32 {
    const half = this.half(mode);
    return half.maybe ? PollError.none : this.await(half, mode);
  }

  /**
   * partial notes that a call moved less than it could have: the socket is drained (or full), and the next try can wait for an
   * event. That holds only when events are reported, and only while no end of file can stand behind the last byte.
   */
  partial(mode: i32): void {
    if (this.watched && !this.hungUp) this.half(mode).maybe = false;
  }

  private await(half: Half, mode: i32): i32 {
    let error = this.check(mode);
    if (error != PollError.none) return error;
    while (!half.maybe) {
      half.waiter = current;
      waiters++;
      park(WaitReason.ioWait);
      waiters--;
      if (half.maybe) break;
      // The deadline may have been moved on after it woke us and before we ran: then go on waiting.
      error = this.check(mode);
      if (error != PollError.none) return error;
    }
    return PollError.none;
  }

  private watch(): void {
    if (this.watched) return;
    this.watched = true;
    descriptors.add(this);
  }

  /** report takes in what the host says about the socket. */
  report(readiness: u32): void {
    if ((readiness & sys.Readiness.hangUp) != 0) this.hungUp = true;
    this.failed = (readiness & sys.Readiness.error) != 0;
    if ((readiness & (sys.Readiness.read | sys.Readiness.error)) != 0) {
      this.reader.maybe = true;
      this.reader.wake();
    }
    if ((readiness & (sys.Readiness.write | sys.Readiness.error)) != 0) {
      this.writer.maybe = true;
      this.writer.wake();
    }
  }

  /** evict wakes everybody: from now on every wait ends with `closing`. */
  evict(): void {
    this.closing = true;
    this.reader.wake();
    this.writer.wake();
    this.reader.setDeadline(NONE);
    this.writer.setDeadline(NONE);
  }

  /** forget must be called just before the fd's number is given back. */
  forget(): void {
    if (this.watched) descriptors.remove(this);
  }

  /** setDeadline sets one direction's: a time by `nanotime`, 0 for none; a time that is over wakes the waiter. */
  setDeadline(mode: i32, deadline: i64): void {
    this.half(mode).setDeadline(deadline != NONE && deadline <= nanotime() ? OVER : deadline);
  }
}

/** The sockets that have had to wait. */
const descriptors = new Descriptors();
let waiters: i32 = 0;

/** waiting is the number of goroutines that wait for sockets. */
export function waiting(): i32 {
  return waiters;
}

/** netpoll waits for sockets for at most the time (nanoseconds, 0 to look only, −1 for no limit) and makes their waiters ready. */
export function netpoll(limit: i64): void {
  if (attached) {
    sys.pollAttached(limit);
  } else {
    if (limit == 0 && waiters == 0) return;
    subscribeWaiting();
    sys.pollSubscribed(limit);
  }
  while (sys.nextEvent()) {
    const pd = descriptors.find(sys.fd);
    if (pd !== null) pd.report(sys.readiness);
  }
}

function subscribeWaiting(): void {
  let pd = descriptors.first();
  while (pd !== null) {
    if (pd.reader.waiter !== null) sys.subscribe(pd.fd, false);
    if (pd.writer.waiter !== null) sys.subscribe(pd.fd, true);
    pd = descriptors.after(pd);
  }
}
