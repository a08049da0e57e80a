import { INET4, INET6, UNIX } from "./endpoint.ts";
import { EMFILE } from "./errno.ts";
import { CONNECTIONS, LISTENERS, Shared } from "./shared.ts";
import type { SocketFile } from "./socketfile.ts";

/** A guest's sockets are numbered from here on. Below are the numbers of the base's files. */
export const FIRST_SOCKET: number = 1 << 20;

/** The types of sockets, as sock_open has them. */
export const TYPE_DATAGRAM = 1;
export const TYPE_STREAM = 2;
export const TYPE_RAW = 3;
export const TYPE_SEQPACKET = 5;

/** What is known about a socket, bits of its flags. */
export const NONBLOCK = 1;
/** WATCHED: the poller watches it. */
export const WATCHED = 2;
export const DATAGRAM = 4;
export const INET6_SOCKET = 8;
export const LISTENING = 16;
/** CONNECTED: a stream that was accepted, or whose connecting began. */
export const CONNECTED = 32;
/** DRAINED: a listener that the host closed under the guest's hands. */
export const DRAINED = 64;
/** CHOSEN: bound to port 0, so that the kernel chose the port. */
export const CHOSEN = 128;
const OPEN = 256;
export const UNIX_SOCKET = 512;
/** MESSAGES: what is received keeps its bounds, and can be cut short. */
export const MESSAGES = 1024;
export const RAW = 2048;
/** BOUND: has an address of its own, by bind or connect. */
export const BOUND = 4096;
/** SHARED: others have the same open socket, so that closing this handle ends no watch. */
export const SHARED = 8192;
/** DUPLICATED: the guest has, or had, another fd of the same open socket. */
export const DUPLICATED = 32768;
/** FILE: made a file when it was bound, which the table knows. */
const FILE = 16384;

/**
 * isSettled tells whether a socket has come to what it will be: a listener, a connection or a datagram
 * socket with its address. Only then it may get another fd: what is known of a socket is known of each
 * of its fds, and what the policy refuses later would have to be taken from all.
 */
export function isSettled(flags: number): boolean {
  return (
    (flags & (LISTENING | CONNECTED)) !== 0 || ((flags & DATAGRAM) !== 0 && (flags & BOUND) !== 0)
  );
}

/** flagsOf is what is known of a kind of socket. */
export function flagsOf(family: number, kind: number): number {
  const place = family === UNIX ? UNIX_SOCKET : family === INET6 ? INET6_SOCKET : 0;
  if (kind === TYPE_STREAM) return place;
  if (kind === TYPE_SEQPACKET) return place | MESSAGES;
  return place | MESSAGES | DATAGRAM | (kind === TYPE_RAW ? RAW : 0);
}

/** familyOf is the family that a socket's flags tell. */
export function familyOf(flags: number): number {
  if (flags & UNIX_SOCKET) return UNIX;
  return flags & INET6_SOCKET ? INET6 : INET4;
}

/**
 * FdTable holds a guest's sockets under the guest's own numbers. A guest never sees and never names
 * a number of the operating system: what is not in the table is EBADF.
 */
export class FdTable {
  readonly #shared: Shared;
  readonly #limit: number;
  readonly #handles: Int32Array;
  #flags = new Uint16Array(64);
  /** Slots that were in use and are free again. */
  readonly #free: number[] = [];
  #size = 0;
  /** The files of unix sockets that have one, by fd. */
  readonly #files = new Map<number, SocketFile>();

  /** limit is how many sockets the guest may have open at once. */
  constructor(shared: Shared, limit: number) {
    this.#shared = shared;
    this.#limit = limit;
    this.#handles = shared.handles;
  }

  /** handle answers the system's handle of a guest's fd, or -1. A drained listener has none. */
  handle(fd: number): number {
    const slot = (fd - FIRST_SOCKET) >>> 0;
    return slot < this.#size ? this.#handles[slot]! - 1 : -1;
  }

  /** has tells whether an fd is a socket of this table. */
  has(fd: number): boolean {
    return this.flags(fd) !== 0;
  }

  /** flags of an fd, 0 when it is no socket of this table. */
  flags(fd: number): number {
    const slot = (fd - FIRST_SOCKET) >>> 0;
    return slot < this.#size ? this.#flags[slot]! : 0;
  }

  /** isFull tells whether the guest has as many sockets open as it may: the next is EMFILE. */
  get isFull(): boolean {
    return this.#size - this.#free.length >= this.#limit;
  }

  /** add enters a handle and answers its fd, or -EMFILE. */
  add(handle: number, flags: number): number {
    if (this.isFull) return -EMFILE;
    const slot = this.#free.pop() ?? this.#size;
    if (slot === this.#size) this.#size++;
    if (slot >= this.#flags.length) this.#grow();
    this.#handles[slot] = handle + 1;
    this.#flags[slot] = OPEN;
    this.mark(FIRST_SOCKET + slot, flags);
    return FIRST_SOCKET + slot;
  }

  /** mark sets flags. The shared counts of connections and listeners follow. */
  mark(fd: number, flags: number): void {
    const slot = (fd - FIRST_SOCKET) >>> 0;
    const fresh = flags & ~this.#flags[slot]!;
    if (fresh & CONNECTED) this.#shared.count(CONNECTIONS, 1);
    if (fresh & LISTENING) this.#shared.count(LISTENERS, 1);
    this.#flags[slot] = this.#flags[slot]! | flags;
  }

  /** unmark takes flags back. */
  unmark(fd: number, flags: number): void {
    const slot = (fd - FIRST_SOCKET) >>> 0;
    const gone = flags & this.#flags[slot]!;
    if (gone & CONNECTED) this.#shared.count(CONNECTIONS, -1);
    if (gone & LISTENING) this.#shared.count(LISTENERS, -1);
    this.#flags[slot] = this.#flags[slot]! & ~flags;
  }

  /**
   * remove forgets an fd and answers its handle, which the caller closes; -1 for a drained
   * listener.
   */
  remove(fd: number): number {
    const slot = (fd - FIRST_SOCKET) >>> 0;
    const handle = this.#handles[slot]! - 1;
    if (this.#flags[slot]! & FILE) this.#files.delete(fd);
    this.unmark(fd, ~0);
    this.#handles[slot] = 0;
    this.#free.push(slot);
    return handle;
  }

  /**
   * move gives a socket another socket's number, as dup2 and close do, and answers the handle that
   * had it.
   */
  move(from: number, to: number): number {
    const flags = this.flags(from);
    const file = this.file(from);
    const slot = (to - FIRST_SOCKET) >>> 0;
    const before = this.#handles[slot]! - 1;
    this.unmark(to, ~0);
    this.#files.delete(to);
    this.#handles[slot] = this.remove(from) + 1;
    this.#flags[slot] = OPEN;
    this.mark(to, flags);
    if (file !== undefined) this.keepFile(to, file);
    return before;
  }

  /** file is the one that a unix socket made when it was bound. */
  file(fd: number): SocketFile | undefined {
    return this.#files.get(fd);
  }

  keepFile(fd: number, file: SocketFile): void {
    this.mark(fd, FILE);
    this.#files.set(fd, file);
  }

  forgetFile(fd: number): void {
    this.unmark(fd, FILE);
    this.#files.delete(fd);
  }

  /** forfeit takes an fd's handle away and answers it, for the caller to close. */
  forfeit(fd: number): number {
    const handle = this.handle(fd);
    this.#handles[(fd - FIRST_SOCKET) >>> 0] = 0;
    this.unmark(fd, LISTENING | WATCHED);
    return handle;
  }

  /** drain takes the handles of all listeners away and answers them, for the caller to close. */
  drain(): number[] {
    const handles: number[] = [];
    for (let slot = 0; slot < this.#size; slot++) {
      if ((this.#flags[slot]! & LISTENING) === 0) continue;
      handles.push(this.#handles[slot]! - 1);
      this.#handles[slot] = 0;
      this.unmark(FIRST_SOCKET + slot, LISTENING | WATCHED);
      this.mark(FIRST_SOCKET + slot, DRAINED);
    }
    return handles;
  }

  /** clear forgets everything and answers the handles, for the caller to close. */
  clear(): number[] {
    const handles: number[] = [];
    for (let slot = 0; slot < this.#size; slot++) {
      if (this.#flags[slot] === 0) continue;
      const handle = this.remove(FIRST_SOCKET + slot);
      if (handle >= 0) handles.push(handle);
    }
    return handles;
  }

  #grow(): void {
    const larger = new Uint16Array(Math.min(this.#flags.length * 4, Shared.SLOTS));
    larger.set(this.#flags);
    this.#flags = larger;
  }
}
