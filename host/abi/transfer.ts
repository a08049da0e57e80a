import { EAGAIN, EBADF, EDESTADDRREQ } from "../errno.ts";
import { MESSAGES, UNIX_SOCKET } from "../fdtable.ts";
import { READABLE, WRITABLE } from "../system.ts";
import { lacksPort } from "./bind.ts";
import type { Context } from "./context.ts";
import { notReady, RETRY } from "./ready.ts";

/** The flags of a receive that a guest may give, and those of one that was cut short. */
export const KNOWN_RIFLAGS = 3;
export const DATA_TRUNCATED = 1;
export const CONTROL_TRUNCATED = 2;

/**
 * receive reads from a socket into a guest's iovecs. It answers the number of bytes or a negated
 * errno. One iovec on a stream, the usual case, is one plain call; a message needs the other one
 * to tell whether it was cut short, and a unix socket to tell whether control data was left out.
 */
export function receive(
  context: Context,
  fd: number,
  iovecs: number,
  count: number,
  flags: number,
): number {
  const { system, memory, fds } = context;
  const bad = memory.gather(iovecs, count);
  if (bad !== 0) return -bad;
  const { vector } = memory;
  const plain = count === 1 && (fds.flags(fd) & (MESSAGES | UNIX_SOCKET)) === 0;
  for (;;) {
    const handle = fds.handle(fd); // each time: a drain may have closed it while it waited
    if (handle < 0) return -EBADF;
    const n = plain
      ? system.recv(handle, vector.addresses[0]!, vector.lengths[0]!, flags)
      : system.recvVector(handle, vector, flags);
    if (n !== -EAGAIN) return n;
    const errno = notReady(context, fd, handle, READABLE);
    if (errno !== RETRY) return -errno;
  }
}

/** roflagsOf tells what is missing of what was received last, by recvVector, recvFrom or recvMessage. */
export function roflagsOf({ system, fds }: Context, fd: number): number {
  const kind = fds.flags(fd);
  const cut = (kind & MESSAGES) !== 0 && system.truncated ? DATA_TRUNCATED : 0;
  return (kind & UNIX_SOCKET) !== 0 && system.controlTruncated ? cut | CONTROL_TRUNCATED : cut;
}

/**
 * transmit writes a guest's ciovecs to a socket. It answers the number of bytes, or a negated
 * errno.
 */
export function transmit(context: Context, fd: number, ciovecs: number, count: number): number {
  const { system, memory, fds } = context;
  const bad = memory.gather(ciovecs, count);
  if (bad !== 0) return -bad;
  if (lacksPort(context, fd)) return -EDESTADDRREQ;
  const { vector } = memory;
  for (;;) {
    const handle = fds.handle(fd);
    if (handle < 0) return -EBADF;
    const n =
      count === 1
        ? system.send(handle, vector.addresses[0]!, vector.lengths[0]!)
        : system.sendVector(handle, vector);
    if (n !== -EAGAIN) return n;
    const errno = notReady(context, fd, handle, WRITABLE);
    if (errno !== RETRY) return -errno;
  }
}
