import { EAGAIN } from "../errno.ts";
import { NONBLOCK, WATCHED } from "../fdtable.ts";
import { READABLE } from "../system.ts";
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
