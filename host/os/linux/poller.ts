import {
  CLOSED,
  FAILED,
  HUNGUP,
  type Poller,
  type PollSet,
  READABLE,
  WRITABLE,
} from "../../system.ts";
import { fromLinux } from "./errno.ts";
import * as libc from "./libc.ts";

const EPOLLIN = 0x1;
/** EPOLLPRI: urgent data has arrived. */
const EPOLLPRI = 0x2;
const EPOLLOUT = 0x4;
const EPOLLERR = 0x8;
const EPOLLHUP = 0x10;
const EPOLLRDHUP = 0x2000;
/** EPOLLET, bit 31, as a signed number. */
const EPOLLET = -0x80000000;
const POLLNVAL = 0x20;
/**
 * Behind these flags stands an end of file or an error, whatever else can be read first; or an
 * urgent mark, where a read stops short though there is more.
 */
const ENDING = EPOLLERR | EPOLLHUP | EPOLLRDHUP | EPOLLPRI;
const CTL_ADD = 1;
const CTL_DEL = 2;
const CLOEXEC = 0o2000000;
const NONBLOCK = 0o4000;

/**
 * epoll_event is packed on x64 only:
 *   x64    0 u32 events,  4 u64 data            12 bytes
 *   arm64  0 u32 events,  8 u64 data            16 bytes
 */
const STRIDE = process.arch === "x64" ? 3 : 4;
const DATA = process.arch === "x64" ? 1 : 2;

/** Events taken from the kernel at once. More stay there for the next wait. */
const BATCH = 1024;
/** The wake handle's token. Tokens of sockets are not negative. */
const WAKE = -1;

/** EpollPoller is epoll and an eventfd that interrupts it. */
export class EpollPoller implements Poller {
  readonly handle: number;
  readonly wakeHandle: number;
  readonly #block = new libc.Block(BATCH * STRIDE * 4);
  readonly #words = new Int32Array(this.#block.bytes.buffer);

  private constructor(handle: number, wakeHandle: number) {
    this.handle = handle;
    this.wakeHandle = wakeHandle;
    this.#add(wakeHandle, WAKE, EPOLLIN);
  }

  /** open answers a poller, or a negated errno. */
  static open(): EpollPoller | number {
    const handle = libc.epoll_create1(CLOEXEC);
    if (handle < 0) return -fromLinux(libc.errno());
    const wake = libc.eventfd(0, CLOEXEC | NONBLOCK);
    if (wake >= 0) return new EpollPoller(handle, wake);
    const errno = fromLinux(libc.errno());
    libc.close(handle);
    return -errno;
  }

  watch(handle: number, token: number): number {
    return this.#add(handle, token, EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP | EPOLLET);
  }

  unwatch(handle: number): number {
    const result = libc.epoll_ctl(this.handle, CTL_DEL, handle, this.#block.address);
    return result < 0 ? -fromLinux(libc.errno()) : 0;
  }

  wait(events: Int32Array, index: number, capacity: number, timeout: number): number {
    const { address } = this.#block;
    const most = Math.min(capacity, BATCH);
    const n = libc.epoll_wait(this.handle, address, most, timeout);
    if (n <= 0) return 0; // the time is over, or a signal came
    const words = this.#words;
    let at = index;
    for (let i = 0, word = 0; i < n; i++, word += STRIDE) {
      const token = words[word + DATA]!;
      if (token === WAKE) {
        this.rest();
        continue;
      }
      events[at] = token;
      const flags = words[word]!;
      events[at + 1] = readiness(flags) | (flags & ENDING ? HUNGUP : 0);
      at += 2;
    }
    return (at - index) >> 1;
  }

  rest(): void {
    libc.read(this.wakeHandle, this.#block.address, 8);
  }

  close(leaveWake = false): void {
    if (!leaveWake) libc.close(this.wakeHandle);
    libc.close(this.handle);
  }

  #add(handle: number, token: number, events: number): number {
    const words = this.#words;
    words[0] = events;
    words[DATA] = token;
    words[DATA + 1] = 0;
    const result = libc.epoll_ctl(this.handle, CTL_ADD, handle, this.#block.address);
    return result < 0 ? -fromLinux(libc.errno()) : 0;
  }
}

/** LinuxPollSet is an array of struct pollfd: {i32 fd, i16 events, i16 revents}. */
export class LinuxPollSet implements PollSet {
  #block = new libc.Block(64 * 8);
  #count = 0;

  clear(): void {
    this.#count = 0;
  }

  add(handle: number, interest: number): number {
    const index = this.#count++;
    if (index * 8 >= this.#block.bytes.length) this.#grow();
    const events =
      (interest & READABLE ? EPOLLIN | EPOLLRDHUP : 0) | (interest & WRITABLE ? EPOLLOUT : 0);
    this.#block.view.setInt32(index * 8, handle, true);
    this.#block.view.setUint32(index * 8 + 4, events, true);
    return index;
  }

  forget(handle: number): void {
    const { view } = this.#block;
    for (let at = 0; at < this.#count * 8; at += 8) {
      if (view.getInt32(at, true) === handle) view.setInt32(at, -1, true); // which poll passes over
    }
  }

  wait(timeout: number): number {
    const n = libc.poll(this.#block.address, this.#count, timeout);
    if (n >= 0) return n;
    // After a failed call the kernel's answers are the old ones, and a signal is no event.
    for (let i = 0; i < this.#count; i++) this.#block.view.setUint16(i * 8 + 6, 0, true);
    return 0;
  }

  readiness(index: number): number {
    const events = this.#block.view.getUint16(index * 8 + 6, true);
    if (events === 0) return 0;
    if (events & POLLNVAL) return CLOSED;
    return readiness(events) | (events & EPOLLHUP ? HUNGUP : 0);
  }

  #grow(): void {
    const larger = new libc.Block(this.#block.bytes.length * 2);
    larger.bytes.set(this.#block.bytes);
    this.#block = larger;
  }
}

/** readiness is Go's reading of epoll's flags (netpoll_epoll.go). */
function readiness(events: number): number {
  return (
    (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR) ? READABLE : 0) |
    (events & (EPOLLOUT | EPOLLHUP | EPOLLERR) ? WRITABLE : 0) |
    (events === EPOLLERR ? FAILED : 0)
  );
}
