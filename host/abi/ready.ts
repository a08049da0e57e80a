import { EAGAIN } from "../errno.ts";
import { NONBLOCK, WATCHED } from "../fdtable.ts";
import { READABLE, WRITABLE } from "../system.ts";
import type { Context } from "./context.ts";

/** RETRY: the socket has become ready, try again. */
export const RETRY = 0;

/**
 * notReady is called when a socket was not ready for an operation. It answers the guest's errno:
 * EAGAIN, or what went wrong in waiting. When the guest had left the socket blocking it waits
 * itself and answers RETRY.
 */
export function notReady(context: Context, fd: number, handle: number, interest: number): number {
  if (context.fds.flags(fd) & NONBLOCK) return watch(context, fd, handle, EAGAIN);
  return context.waiter.socket(handle, interest, patience(context, handle, interest));
}

/**
 * crowded is notReady for a unix datagram that its receiver has no room for. Linux calls the sender
 * writable all the same when it is not connected, so it is to try again after a pause. since is when
 * the call began, in milliseconds of performance.now().
 */
export function crowded(context: Context, fd: number, handle: number, since: number): number {
  if (context.fds.flags(fd) & NONBLOCK) return watch(context, fd, handle, EAGAIN);
  const most = patience(context, handle, WRITABLE);
  const left = most < 0 ? PAUSE : Math.min(PAUSE, since + most - performance.now());
  return left <= 0 ? EAGAIN : context.waiter.pause(left);
}

/** PAUSE is between two tries, in milliseconds: short for people, and long for a processor. */
const PAUSE = 5;

/**
 * watch begins to watch a socket of an attached guest, which it does from the first errno on that
 * means "wait". Watching no earlier loses no edge, because what arrived in between is reported too,
 * and a connection that never has to wait costs nothing.
 */
export function watch(
  { fds, control, waiter }: Context,
  fd: number,
  handle: number,
  errno: number,
): number {
  if (!control.attached || fds.flags(fd) & WATCHED || handle < 0) return errno;
  const result = waiter.poller.watch(handle, fd);
  if (result < 0) return -result;
  fds.mark(fd, WATCHED);
  return errno;
}

/**
 * patience is the socket's RCVTIMEO or SNDTIMEO in milliseconds, -1 for none: the kernel applies it
 * to blocking sockets.
 */
function patience({ system }: Context, handle: number, interest: number): number {
  const timeval = new Uint8Array(16);
  const name = interest === READABLE ? RCVTIMEO : SNDTIMEO;
  if (system.getsockopt(handle, 0, name, timeval) !== 16) return -1;
  const view = new DataView(timeval.buffer);
  const milliseconds = view.getUint32(0, true) * 1000 + view.getUint32(8, true) / 1000;
  return milliseconds === 0 ? -1 : milliseconds;
}

const RCVTIMEO = 11;
const SNDTIMEO = 12;
