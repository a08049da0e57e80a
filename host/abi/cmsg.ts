import { EBADF, EINVAL, ENOTSUP, SUCCESS } from "../errno.ts";
import { DUPLICATED, isSettled, SHARED } from "../fdtable.ts";
import { admit, announce } from "../inherit.ts";
import type { Control } from "../system.ts";
import type { Context } from "./context.ts";

/*
 * Control messages stand one behind the other, as Linux lays them out on 64 bits:
 *    0  u64 length, of these 16 bytes too
 *    8  i32 level, 12 i32 type
 *   16  the value; the next is at a multiple of 8
 */
const HEADER = 16;
const SOL_SOCKET = 1;
const IPPROTO_IP = 0;
const IPPROTO_IPV6 = 41;
/** Its value is a list of fds, 4 bytes each. */
const SCM_RIGHTS = 1;
/** Its value is an fd of the sender's process. */
const SCM_PIDFD = 4;

/** What a guest may send besides its sockets: what it could also set by options of its socket. */
const SENT = new Set([
  kind(IPPROTO_IP, 1), // TOS
  kind(IPPROTO_IP, 2), // TTL
  kind(IPPROTO_IPV6, 52), // HOPLIMIT
  kind(IPPROTO_IPV6, 67), // TCLASS
]);

/** What a guest gets besides sockets, if it has asked for it by an option. */
const RECEIVED = new Set([
  ...SENT,
  kind(IPPROTO_IP, 8), // PKTINFO
  kind(IPPROTO_IPV6, 50), // PKTINFO
]);

/** What both fds of a socket have that was sent to somebody, who may be the guest itself. */
const SENT_AWAY = SHARED | DUPLICATED;

/**
 * outgoing puts handles in the place of the guest's fds, which it appends to sent. It answers 0 or an
 * errno. What is wrong in the kernel's eyes is left for the kernel to say, but for lengths.
 */
export function outgoing({ fds }: Context, control: Control, sent: number[]): number {
  const { view, length: end } = control;
  for (let at = 0; at + HEADER <= end; ) {
    const length = view.getUint32(at, true);
    if (view.getUint32(at + 4, true) !== 0 || length < HEADER || length > end - at) return EINVAL;
    const level = view.getInt32(at + 8, true);
    const type = view.getInt32(at + 12, true);
    const isRights = level === SOL_SOCKET && type === SCM_RIGHTS;
    if (!isRights && !SENT.has(kind(level, type))) return ENOTSUP;
    for (let i = at + HEADER; isRights && i + 4 <= at + length; i += 4) {
      const fd = view.getInt32(i, true);
      if (fds.handle(fd) < 0) return EBADF;
      if (!isSettled(fds.flags(fd))) return EINVAL;
      view.setInt32(i, fds.handle(fd), true);
      sent.push(fd);
    }
    at += aligned(length);
  }
  return SUCCESS;
}

/** markSent notes of sockets that somebody else may have them from now on. */
export function markSent({ fds }: Context, sent: readonly number[]): void {
  for (const fd of sent) fds.mark(fd, SENT_AWAY);
}

/**
 * incoming leaves in control data what the guest may have of it, with the guest's fds in the place of
 * handles. room is what the guest has for it.
 */
export function incoming(context: Context, control: Control, room: number): void {
  const { bytes, view, length: end } = control;
  let to = 0;
  for (let at = 0; at + HEADER <= end; ) {
    const length = view.getUint32(at, true);
    const level = view.getInt32(at + 8, true);
    const type = view.getInt32(at + 12, true);
    let kept = 0;
    if (level === SOL_SOCKET && type === SCM_RIGHTS) {
      const count = take(context, control, at + HEADER, Math.floor((length - HEADER) / 4));
      if (count > 0) kept = HEADER + count * 4;
    } else if (level === SOL_SOCKET && type === SCM_PIDFD) {
      context.system.release([view.getInt32(at + HEADER, true)]);
    } else if (RECEIVED.has(kind(level, type))) kept = length;
    if (kept > 0) {
      view.setUint32(at, kept, true);
      bytes.copyWithin(to, at, at + kept);
      const next = Math.min(to + aligned(kept), room);
      bytes.fill(0, to + kept, next); // where old bytes stand, and handles
      to = next;
    }
    at += aligned(length);
  }
  control.length = to;
}

/**
 * take gives the guest the sockets whose handles stand at a place, and writes its fds there. It answers
 * how many: as in the kernel the list ends with the first that cannot be given, because it is no socket
 * or one too many, and the control data counts as truncated. What is not given is closed.
 */
function take(context: Context, control: Control, place: number, count: number): number {
  const { system, fds, observer, waiter } = context;
  const { view } = control;
  const given: number[] = [];
  for (let i = 0; i < count; i++) {
    const handle = view.getInt32(place + i * 4, true);
    if (given.length < i || system.claim(handle) < 0) {
      system.release([handle]);
      continue;
    }
    const fd = admit(system, fds, handle, SENT_AWAY);
    if (fd < 0) continue;
    view.setInt32(place + i * 4, fd, true);
    given.push(fd);
  }
  if (given.length < count) control.truncated = true;
  if (waiter.draining) waiter.drain();
  for (const fd of given) announce(system, fds, observer, fd);
  return given.length;
}

function kind(level: number, type: number): number {
  return level * 0x1_0000_0000 + type;
}

function aligned(length: number): number {
  return (length + 7) & ~7;
}
