/**
 * Waiting for sockets: without subscriptions where the host is attached, with one for each waiting direction elsewhere.
 *
 *   subscription, 48 bytes:  0 u64 userdata   8 u8 tag (0 clock, 1 read, 2 write)
 *                            clock: 16 u32 id   24 u64 timeout   32 u64 precision   40 u16 flags     read, write: 16 u32 fd
 *   event, 32 bytes:         0 u64 userdata   8 u16 errno   10 u8 type   16 u64 bytes   24 u16 flags (1 hang-up)
 */
import { decimal } from "../decimal";
import { attached, EVENT, events, setTimeout } from "./attach";
import { fatal } from "./panic";
import { poll_oneoff } from "./wasi_snapshot_preview1";

/** What an event says of a socket; bits. */
export namespace Readiness {
  export const read: u32 = 1;
  export const write: u32 = 2;
  /** error: an error and nothing else. */
  export const error: u32 = 4;
  /** hangUp: end of file or an error stands behind what can be read. */
  export const hangUp: u32 = 8;
}

const SUBSCRIPTION: usize = 48;
const SUBSCRIBED_EVENT: usize = 32;
const MONOTONIC: u32 = 1;
/** The clock's userdata; no fd and direction gives it. */
const CLOCK: u64 = u64.MAX_VALUE;

const count = memory.data(4, 4);

/** fd is the socket of the event that `nextEvent` came to. */
export let fd: i32 = 0;
/** readiness is what that event says. */
export let readiness: u32 = 0;

/** The events of the last wait that have not been looked at: [at, end), of the host's own form or of poll_oneoff's. */
let at: usize = 0;
let end: usize = 0;

/** pollAttached waits for at most limit nanoseconds (−1: no limit) for any of the sockets that the host watches. */
export function pollAttached(limit: i64): void {
  setTimeout(limit);
  const errno = poll_oneoff(0, 0, 0, count);
  if (errno != 0) fatal("poll_oneoff: errno " + decimal(errno));
  at = events;
  end = events + <usize>load<u32>(count) * EVENT;
}

/** nextEvent goes on to the next event of the last wait; false when there is none. */
export function nextEvent(): bool {
  if (attached) {
    if (at == end) return false;
    fd = load<i32>(at);
    readiness = load<u32>(at, 4);
    at += EVENT;
    return true;
  }
  for (; at != end; at += SUBSCRIBED_EVENT) {
    const userdata = load<u64>(at);
    if (userdata == CLOCK) continue;
    // Whatever the event says beyond readiness, an error too, the next try will meet: both directions have a look.
    const doubtful = load<u16>(at, 8) != 0 || (load<u16>(at, 24) & 1) != 0;
    const direction = (userdata & 1) != 0 ? Readiness.write : Readiness.read;
    readiness = doubtful ? Readiness.read | Readiness.write | Readiness.hangUp : direction;
    fd = <i32>(userdata >> 1);
    at += SUBSCRIBED_EVENT;
    return true;
  }
  return false;
}

/** subscribe adds a socket's direction to the next `pollSubscribed`. */
export function subscribe(fd: i32, writing: bool): void {
  const slot = next();
  store<u64>(slot, ((<u64>(<u32>fd)) << 1) | (writing ? 1 : 0));
  store<u8>(slot, writing ? 2 : 1, 8);
  store<i32>(slot, fd, 16);
}

/** pollSubscribed waits as `pollAttached`, for the directions that were subscribed since the last call. */
export function pollSubscribed(limit: i64): void {
  if (limit >= 0) {
    const slot = next();
    store<u64>(slot, CLOCK);
    store<u32>(slot, MONOTONIC, 16);
    store<i64>(slot, limit, 24);
  }
  const total = subscribed;
  subscribed = 0;
  at = subscriptions + room * SUBSCRIPTION;
  end = at;
  const errno = poll_oneoff(subscriptions, at, total, count);
  if (errno == INTR) return;
  if (errno != 0) fatal("poll_oneoff: errno " + decimal(errno));
  end = at + <usize>load<u32>(count) * SUBSCRIBED_EVENT;
}

const INTR: i32 = 27;

/** The subscriptions of the next call, and behind them room for as many events. */
let subscriptions: usize = 0;
let subscribed: i32 = 0;
let room: usize = 0;

/** next is the address of one more subscription, empty. */
function next(): usize {
  if (<usize>subscribed == room) {
    const larger: usize = room == 0 ? 64 : room << 1;
    const moved = heap.alloc(larger * (SUBSCRIPTION + SUBSCRIBED_EVENT));
    if (room != 0) {
      memory.copy(moved, subscriptions, room * SUBSCRIPTION);
      heap.free(subscriptions);
    }
    subscriptions = moved;
    room = larger;
  }
  const slot = subscriptions + <usize>subscribed * SUBSCRIPTION;
  subscribed++;
  memory.fill(slot, 0, SUBSCRIPTION);
  return slot;
}
