import { EBADF, EFAULT, EINVAL, ENOTSUP, SUCCESS } from "../errno.ts";
import { CLOSED, HUNGUP, type PollSet, READABLE, WRITABLE } from "../system.ts";
import { waitAttached } from "./attach.ts";
import type { Context, Family } from "./context.ts";

/*
 * subscription, 48 bytes            event, 32 bytes
 *    0  u64 userdata                   0  u64 userdata
 *    8  u8 tag                         8  u16 errno
 *   16  u32 fd, or clock id           10  u8 type, the tag
 *   24  u64 timeout                   16  u64 bytes, 0: unknown
 *   32  u64 precision                 24  u16 flags: 1 hang-up
 *   40  u16 flags: 1 absolute
 */
const SUBSCRIPTION_SIZE = 48;
const EVENT_SIZE = 32;
const CLOCK = 0;
const FD_READ = 1;
const FD_WRITE = 2;
const REALTIME = 0;
const MONOTONIC = 1;
const ABSTIME = 1;
const EVENT_HANGUP = 1;

/**
 * The most subscriptions in one call: two for each socket that there can be at once on most
 * systems.
 */
const MOST = 1 << 17;

/** Subscription is one that waits, or one that is over before the wait. */
interface Subscription {
  readonly low: number;
  readonly high: number;
  readonly tag: number;
  /** Index in the poll set; -1 for a clock, or when errno or ready says how it ended. */
  readonly index: number;
  /** When a clock fires, in milliseconds of performance.now(). */
  readonly end: number;
  readonly errno: number;
  readonly ready: boolean;
}

/**
 * poll: the wait of guests that have not attached, over poll(2); for the others, the wait of
 * attach.ts.
 */
export function poll(context: Context): Family {
  const { memory, waiter, system } = context;
  const set = system.pollSet();
  return {
    poll_oneoff(subscriptions: number, events: number, count: number, size: number): number {
      memory.refresh();
      if (count === 0) return waitAttached(context, size);
      const n = count >>> 0;
      if (n > MOST) return EINVAL;
      if (!memory.fits(subscriptions, n * SUBSCRIPTION_SIZE)) return EFAULT;
      if (!memory.fits(events, n * EVENT_SIZE) || !memory.fits(size, 4)) return EFAULT;
      set.clear();
      const waiting: Subscription[] = [];
      for (let i = 0; i < n; i++) {
        const at = (subscriptions >>> 0) + i * SUBSCRIPTION_SIZE;
        const subscription = subscribe(context, set, at);
        if (subscription === undefined) return EINVAL;
        waiting.push(subscription);
      }
      const result = waiter.set(set, timeout(waiting));
      if (result < 0) return -result;
      memory.setU32(size, report(context, set, waiting, events >>> 0));
      return SUCCESS;
    },
  };
}

function subscribe(context: Context, set: PollSet, at: number): Subscription | undefined {
  const { memory, fds, base } = context;
  const low = memory.u32(at);
  const high = memory.u32(at + 4);
  const tag = memory.bytes[at + 8]!;
  const over = { low, high, tag, index: -1, end: Number.POSITIVE_INFINITY, errno: 0, ready: false };
  if (tag === CLOCK) {
    const id = memory.u32(at + 16);
    if (id !== REALTIME && id !== MONOTONIC) return { ...over, errno: ENOTSUP };
    return { ...over, end: expiry(context, at, id) };
  }
  if (tag !== FD_READ && tag !== FD_WRITE) return undefined;
  const fd = memory.view.getInt32(at + 16, true);
  if (fds.has(fd)) {
    const interest = tag === FD_READ ? READABLE : WRITABLE;
    return { ...over, index: set.add(fds.handle(fd), interest) };
  }
  // Files in memory never wait.
  return base.isOpen(fd) ? { ...over, ready: true } : { ...over, errno: EBADF };
}

/** expiry answers when a clock subscription fires, in milliseconds of performance.now(). */
function expiry({ memory }: Context, at: number, id: number): number {
  const milliseconds = Number(memory.view.getBigUint64(at + 24, true)) / 1e6;
  const now = performance.now();
  if ((memory.view.getUint16(at + 40, true) & ABSTIME) === 0) return now + milliseconds;
  return id === MONOTONIC ? milliseconds : now + milliseconds - Date.now();
}

/**
 * timeout answers the milliseconds to wait: none when something is over already, -1 for no limit.
 */
function timeout(waiting: readonly Subscription[]): number {
  let end = Number.POSITIVE_INFINITY;
  for (const subscription of waiting) {
    if (subscription.ready || subscription.errno !== 0) return 0;
    if (subscription.end < end) end = subscription.end;
  }
  return end === Number.POSITIVE_INFINITY ? -1 : Math.max(0, end - performance.now());
}

/** report writes the events of all that is over, packed, and answers their number. */
function report(
  { memory }: Context,
  set: PollSet,
  waiting: readonly Subscription[],
  events: number,
): number {
  const now = performance.now();
  let at = events;
  for (const { low, high, tag, index, end, errno, ready } of waiting) {
    const state = index < 0 ? 0 : set.readiness(index);
    const wanted = tag === FD_WRITE ? WRITABLE : READABLE;
    if (!(ready || errno !== 0 || end <= now || state & (wanted | CLOSED))) continue;
    memory.bytes.fill(0, at, at + EVENT_SIZE);
    memory.setU32(at, low);
    memory.setU32(at + 4, high);
    memory.view.setUint16(at + 8, state & CLOSED ? EBADF : errno, true);
    memory.bytes[at + 10] = tag;
    memory.view.setUint16(at + 24, state & HUNGUP ? EVENT_HANGUP : 0, true);
    at += EVENT_SIZE;
  }
  return (at - events) / EVENT_SIZE;
}
