import type { Endpoint } from "./endpoint.ts";
import type { Interface } from "./interfaces.ts";

/**
 * System is what the host needs of an operating system. The ABI above it knows no system's numbers,
 * the implementation below it knows no guest.
 *
 * - A *handle* is the system's own number of an open socket.
 * - An *address* is a place in this process's memory, as a number; whoever passes one has checked
 *   it.
 * - A result is ≥ 0, or a negated errno: WASI's, or one beyond it (nearest.ts). Nothing throws.
 * - No call waits, but PollSet.wait and Poller.wait: every socket is non-blocking, and closing one
 *   that lingers lets the system send the rest in the background.
 */
export interface System {
  /** locate answers where a buffer lies in this process's memory. */
  locate(buffer: ArrayBufferLike): number;
  /** socket opens a socket; family, type and protocol are the ABI's numbers. */
  socket(family: number, type: number, protocol: number): number;
  bind(handle: number, local: Endpoint): number;
  listen(handle: number, backlog: number): number;
  /** accept takes a connection and stores where it comes from. */
  accept(handle: number, peer: Endpoint): number;
  connect(handle: number, peer: Endpoint): number;
  /** disconnect takes from a datagram socket its peer, and the port if connecting got it that. */
  disconnect(handle: number): number;
  /** recv reads at most length bytes; flags are PEEK and WAITALL below. */
  recv(handle: number, address: number, length: number, flags: number): number;
  send(handle: number, address: number, length: number): number;
  /**
   * recvVector is recv into several places. Afterwards truncated tells whether a datagram was
   * longer.
   */
  recvVector(handle: number, vector: Vector, flags: number): number;
  sendVector(handle: number, vector: Vector): number;
  /**
   * recvFrom is recvVector that stores where a datagram comes from: family 0 when that is not known.
   */
  recvFrom(handle: number, vector: Vector, flags: number, source: Endpoint): number;
  sendTo(handle: number, vector: Vector, destination: Endpoint): number;
  /**
   * recvMessage is recvFrom that takes control data as well, at most control.length bytes. The handles
   * in it are the caller's to claim or release, who may find files among them that are no sockets.
   */
  recvMessage(
    handle: number,
    vector: Vector,
    flags: number,
    source: Endpoint,
    control: Control,
  ): number;
  /** sendMessage is sendTo, or without a destination sendVector, with control data. */
  sendMessage(
    handle: number,
    vector: Vector,
    destination: Endpoint | undefined,
    control: Control,
  ): number;
  /** truncated tells whether the last recvVector, recvFrom or recvMessage cut a datagram short. */
  readonly truncated: boolean;
  /** controlTruncated tells whether it left out control data for which there was no room. */
  readonly controlTruncated: boolean;
  /** shutdown ends reading (1), writing (2) or both (3). */
  shutdown(handle: number, how: number): number;
  /** close closes a socket that this System has opened or claimed. */
  close(handle: number): number;
  /** duplicate opens a second handle of the same open socket. */
  duplicate(handle: number): number;
  /**
   * adopt is duplicate for a handle that this process was given, which need be no socket's: the second
   * is one, and the socket does not block.
   */
  adopt(handle: number): number;
  /** claim takes a handle that came with a message into use as a socket, which does not block then. */
  claim(handle: number): number;
  /** release closes handles of which nothing is known, such as those of another System. */
  release(handles: readonly number[]): void;
  /** getsockopt stores an option's value, at most value.length bytes, and answers its length. */
  getsockopt(handle: number, level: number, name: number, value: Uint8Array): number;
  setsockopt(handle: number, level: number, name: number, value: Uint8Array): number;
  getsockname(handle: number, local: Endpoint): number;
  getpeername(handle: number, peer: Endpoint): number;
  /** handleLimit is how many handles of all kinds this process may have open. */
  handleLimit(): number;
  /** interfaces are the machine's network interfaces, or a negated errno. */
  interfaces(): readonly Interface[] | number;
  /** poller makes an edge-triggered watch over many sockets, or answers a negated errno. */
  poller(): Poller | number;
  /** pollSet makes a list of sockets to wait for once. */
  pollSet(): PollSet;
}

/** recv's flags, WASI's riflags. */
export const PEEK = 1;
export const WAITALL = 2;

/** Readiness, as the events of an attached guest carry it. */
export const READABLE = 1;
export const WRITABLE = 2;
/** FAILED: an error and nothing else. Implies the other two. */
export const FAILED = 4;
/**
 * HUNGUP: from a Poller, the peer has ended its side, an error is pending or urgent data has come, so
 * that a short read is not the last one; from a PollSet, the peer is gone. CLOSED, from a PollSet only: the handle is
 * not open.
 */
export const HUNGUP = 8;
export const CLOSED = 16;

/** Vector is a list of places in memory, as addresses and lengths; count of them are in use. */
export class Vector {
  static readonly LIMIT = 1024;
  count = 0;
  readonly addresses: Float64Array = new Float64Array(Vector.LIMIT);
  readonly lengths: Float64Array = new Float64Array(Vector.LIMIT);
}

/**
 * Control is the control data of one message, in docs/ABI.md's layout. Where the ABI has a guest's fds, a
 * System has handles.
 */
export class Control {
  static readonly LIMIT = 4096;
  readonly bytes: Uint8Array = new Uint8Array(Control.LIMIT);
  readonly view: DataView = new DataView(this.bytes.buffer);
  /** length of what is sent or was received; before, the room for what is received. */
  length = 0;
  /** truncated: there was more than room. */
  truncated = false;
}

/**
 * Poller watches sockets for edges: readiness is reported once when it arrives, and readiness that
 * was there before the watch began is reported too. Closing a socket ends its watch.
 */
export interface Poller {
  /** handle becomes readable when there are events: to be watched by someone else's event loop. */
  readonly handle: number;
  /** wakeHandle becomes readable when wake was called, until the next wait. */
  readonly wakeHandle: number;
  /** watch begins to watch a socket in both directions; its events carry the token. */
  watch(handle: number, token: number): number;
  unwatch(handle: number): number;
  /**
   * wait waits at most timeout milliseconds (-1: without limit) and stores at most capacity pairs
   * {token, readiness} in events, from index on. It answers how many, which is 0 after a wake.
   */
  wait(events: Int32Array, index: number, capacity: number, timeout: number): number;
  /**
   * rest takes back what wait has read from wakeHandle. A PollSet's user calls it when wakeHandle
   * became readable.
   */
  rest(): void;
  /** close closes both handles, or leaves wakeHandle to who may be using it in another thread. */
  close(leaveWake?: boolean): void;
}

/** PollSet waits once for a list of sockets, level-triggered: poll(2) under a neutral name. */
export interface PollSet {
  clear(): void;
  /** add appends a handle with the readiness wanted and answers its index. */
  add(handle: number, interest: number): number;
  /** forget makes a handle that was closed never ready: its number may soon be another's. */
  forget(handle: number): void;
  /** wait answers how many handles are ready within timeout milliseconds; -1: without limit. */
  wait(timeout: number): number;
  /** readiness of the handle at an index after a wait. */
  readiness(index: number): number;
}
