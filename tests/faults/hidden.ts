/**
 * A System under which everything happens that Go hides from its programs: calls that a signal interrupts, sockets that are not
 * ready after all, reads and writes that move less than they could, connections that were given up before they were accepted or
 * take their time to come about, events without a cause, and events that come late.
 *
 * What it says must be what a kernel could say, above all about edges. Who hears EAGAIN, or sees a short read or write, waits for
 * an event; the real kernel, which knows nothing of this, will send none. So every such lie makes this System *owe* the socket an
 * event: it is delivered by one of the next waits, and until then the poller's wake handle is kept readable, so that no wait
 * lasts, in a thread of its own as in an event loop.
 *
 * Two lies are told only to who asks for all, as most checks rely on what loopback does: that small reads and writes are cut, which
 * Go does not hide from who reads once; and that a socket's first write finds no room.
 */
import { writeSync } from "node:fs";
import { EAGAIN, EINPROGRESS, EINTR, ENOTCONN } from "../../host/errno.ts";
import { type Poller, READABLE, type System, type Vector, WRITABLE } from "../../host/system.ts";
import { ECONNABORTED, overlay } from "./overlay.ts";

/** told counts the lies by their names, over all Systems of this thread. */
export const told: Map<string, number> = new Map();

/** Known is what is kept of a socket. */
interface Known {
  readonly stream: boolean;
  readonly connects: boolean;
  /** token of its events, once it is watched. */
  token?: number;
  /** owed: readiness that was kept back. */
  owed: number;
  /** delay: how many waits it takes until the socket is seen to be connected. */
  delay: number;
  wrote: boolean;
}

const STREAM = 2;
const SEQPACKET = 5;
const SO_TYPE = 1;
const SO_ERROR = 2;
/** Reads and writes of no more bytes than this are not cut. */
const SMALL = 1024;
const ONE = new Uint8Array(new BigUint64Array([1n]).buffer);

/** decorate makes the System that lies as the argument wants it: a seed, or a seed and " all". */
export function decorate(system: System, argument: string): System {
  const [seed, all] = argument.split(" ");
  const small = all === undefined ? SMALL : 1;
  const sockets = new Map<number, Known>();
  const chance = chances(Number(seed));
  let wake = (): void => {};

  const lie = (name: string, odds: number): boolean => {
    if (chance() >= odds) return false;
    told.set(name, (told.get(name) ?? 0) + 1);
    return true;
  };
  const learn = (handle: number, stream: boolean, connects: boolean): number => {
    if (handle >= 0) sockets.set(handle, { stream, connects, owed: 0, delay: 0, wrote: false });
    return handle;
  };
  const owe = (handle: number, readiness: number): void => {
    const known = sockets.get(handle);
    if (known === undefined) return;
    known.owed |= readiness;
    wake();
  };
  /** refuse answers the error that a call ends with before it is made, or 0. */
  const refuse = (call: string, handle: number, readiness: number): number => {
    if (lie(`${call}: EINTR`, 0.1)) return -EINTR;
    if (!lie(`${call}: EAGAIN`, 0.2)) return 0;
    owe(handle, readiness);
    return -EAGAIN;
  };
  /** cut is the length that a call on a stream is made with. */
  const cut = (call: string, handle: number, length: number): number => {
    if (length <= small || sockets.get(handle)?.stream !== true) return length;
    return lie(`${call}: short`, 0.2) ? 1 + Math.floor(chance() * (length - 1)) : length;
  };
  const sends = (call: string, handle: number, make: () => number): number => {
    const known = sockets.get(handle);
    const refused = known?.wrote || small === 1 ? refuse(call, handle, WRITABLE) : 0;
    if (refused !== 0) return refused;
    const n = make();
    if (n > 0 && known !== undefined) known.wrote = true;
    return n;
  };
  /** shortened makes a call with the first of several pieces of a stream only. */
  const shortened = (call: string, handle: number, vector: Vector, make: () => number): number => {
    const { count } = vector;
    if (count < 2 || sockets.get(handle)?.stream !== true || !lie(`${call}: short`, 0.2))
      return make();
    vector.count = 1;
    const n = make();
    vector.count = count;
    return n;
  };

  return overlay(system, {
    socket(family, type, protocol) {
      const connects = type === STREAM || type === SEQPACKET;
      return learn(system.socket(family, type, protocol), type === STREAM, connects);
    },
    accept(handle, peer) {
      if (lie("accept: ECONNABORTED", 0.1)) return -ECONNABORTED;
      const refused = refuse("accept", handle, READABLE);
      if (refused !== 0) return refused;
      return learn(system.accept(handle, peer), sockets.get(handle)?.stream ?? true, true);
    },
    duplicate(handle) {
      const known = sockets.get(handle);
      return learn(system.duplicate(handle), known?.stream ?? false, known?.connects ?? false);
    },
    claim(handle) {
      const claimed = system.claim(handle);
      if (claimed < 0) return claimed;
      const type = new Uint8Array(4);
      system.getsockopt(handle, 0, SO_TYPE, type);
      learn(handle, type[0] === STREAM, type[0] === STREAM || type[0] === SEQPACKET);
      return claimed;
    },
    connect(handle, peer) {
      const known = sockets.get(handle);
      const result = system.connect(handle, peer);
      if (!known?.connects || (result !== 0 && result !== -EINPROGRESS)) return result;
      if (lie("connect: EINTR", 0.2)) return -EINTR;
      if (!lie("connect: delay", 0.5)) return result;
      known.delay = 1 + Math.floor(chance() * 4);
      wake();
      return -EINPROGRESS;
    },
    getpeername(handle, peer) {
      return sockets.get(handle)?.delay ? -ENOTCONN : system.getpeername(handle, peer);
    },
    getsockopt(handle, level, name, value) {
      if (level !== 0 || name !== SO_ERROR || !sockets.get(handle)?.delay) {
        return system.getsockopt(handle, level, name, value);
      }
      value.fill(0);
      return 4;
    },
    recv(handle, address, length, flags) {
      const refused = refuse("recv", handle, READABLE);
      if (refused !== 0) return refused;
      const most = flags === 0 ? cut("recv", handle, length) : length;
      const n = system.recv(handle, address, most, flags);
      if (n === most && most < length) owe(handle, READABLE);
      return n;
    },
    recvVector(handle, vector, flags) {
      return refuse("recv", handle, READABLE) || system.recvVector(handle, vector, flags);
    },
    recvFrom(handle, vector, flags, source) {
      return refuse("recv", handle, READABLE) || system.recvFrom(handle, vector, flags, source);
    },
    recvMessage(handle, vector, flags, source, control) {
      const refused = refuse("recv", handle, READABLE);
      return refused || system.recvMessage(handle, vector, flags, source, control);
    },
    send(handle, address, length) {
      const most = cut("send", handle, length);
      const n = sends("send", handle, () => system.send(handle, address, most));
      if (n === most && most < length) owe(handle, WRITABLE);
      return n;
    },
    sendVector(handle, vector) {
      return shortened("send", handle, vector, () => {
        const n = sends("send", handle, () => system.sendVector(handle, vector));
        if (n >= 0) owe(handle, WRITABLE);
        return n;
      });
    },
    sendTo(handle, vector, destination) {
      return sends("send", handle, () => system.sendTo(handle, vector, destination));
    },
    sendMessage(handle, vector, destination, control) {
      return sends("send", handle, () => system.sendMessage(handle, vector, destination, control));
    },
    close(handle) {
      sockets.delete(handle);
      return system.close(handle);
    },
    poller() {
      const poller = system.poller();
      if (typeof poller === "number") return poller;
      wake = () => void writeSync(poller.wakeHandle, ONE);
      return latePoller(poller, sockets, lie, wake);
    },
  });
}

/** latePoller delivers what is owed besides what the kernel has, and now and then something that nobody has asked for. */
function latePoller(
  poller: Poller,
  sockets: Map<number, Known>,
  lie: (name: string, odds: number) => boolean,
  wake: () => void,
): Poller {
  /** due is what a socket is told in this wait; what is left is told in a later one. */
  const due = (known: Known): number => {
    if (known.delay > 0) {
      if (--known.delay > 0) return lie("wait: not connected yet", 0.5) ? WRITABLE : 0;
      known.owed |= READABLE | WRITABLE;
    }
    if (known.owed !== 0 && !lie("wait: late", 0.3)) {
      const readiness = known.owed;
      known.owed = 0;
      return readiness;
    }
    return lie("wait: spurious", 0.02) ? READABLE | WRITABLE : 0;
  };
  return {
    handle: poller.handle,
    wakeHandle: poller.wakeHandle,
    watch(handle, token) {
      const result = poller.watch(handle, token);
      const known = sockets.get(handle);
      if (result >= 0 && known !== undefined) known.token = token;
      return result;
    },
    unwatch(handle) {
      delete sockets.get(handle)?.token;
      return poller.unwatch(handle);
    },
    wait(events, index, capacity, timeout) {
      const all = [...sockets.values()];
      const owing = (): boolean => all.some(({ owed, delay }) => owed !== 0 || delay > 0);
      let n = poller.wait(events, index, capacity, owing() ? 0 : timeout);
      for (const known of all) {
        // Nobody waits for the events of a socket that is not watched.
        if (known.token === undefined) known.owed = 0;
        if (n === capacity) break;
        const readiness = due(known);
        if (known.token === undefined || readiness === 0) continue;
        events[index + 2 * n] = known.token;
        events[index + 2 * n + 1] = readiness;
        n++;
      }
      if (owing()) wake();
      return n;
    },
    rest: () => poller.rest(),
    close: (leaveWake) => poller.close(leaveWake),
  };
}

/** chances makes numbers from 0 to 1, the same for the same seed (mulberry32). */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
