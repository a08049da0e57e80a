import { EBADF, EINVAL, ENOPROTOOPT, SUCCESS } from "../errno.ts";
import { BOUND, CONNECTED, DATAGRAM, DUPLICATED, LISTENING, SHARED, WATCHED } from "../fdtable.ts";
import { removeFile } from "../socketfile.ts";
import type { Context } from "./context.ts";

/** The level of options that are this project's own: above every protocol's number. */
export const OWN_LEVEL = 256;
const UNLINK = 1;
const DUP = 2;

/** setOwn sets an option of our own; value is its word, undefined when it is shorter. */
export function setOwn(
  context: Context,
  fd: number,
  name: number,
  value: number | undefined,
): number {
  if (name !== UNLINK) return ENOPROTOOPT;
  return value === 1 ? unlink(context, fd) : EINVAL;
}

/** getOwn answers an option of our own, or a negated errno. */
export function getOwn(context: Context, fd: number, name: number): number {
  return name === DUP ? duplicate(context, fd) : -ENOPROTOOPT;
}

/** unlink removes the file that a unix socket made when it was bound, if that is still the one there. */
function unlink({ fds }: Context, fd: number): number {
  if (fds.handle(fd) < 0) return EBADF;
  const file = fds.file(fd);
  if (file === undefined) return EINVAL;
  const errno = removeFile(file);
  if (errno === SUCCESS) fds.forgetFile(fd);
  return errno;
}

/**
 * duplicate gives an open socket a second fd. It is only for sockets that have come to what they will
 * be, a listener, a connection or a datagram socket with its address: what is known of a socket is
 * known of each of its fds, and what the policy refuses later would have to be taken from all.
 */
function duplicate({ system, fds }: Context, fd: number): number {
  const flags = fds.flags(fd);
  const handle = fds.handle(fd);
  if (handle < 0) return -EBADF;
  const isSettled = flags & (LISTENING | CONNECTED) || (flags & DATAGRAM && flags & BOUND);
  if (!isSettled) return -EINVAL;
  const second = system.duplicate(handle);
  if (second < 0) return second;
  const made = fds.add(second, (flags | TWIN) & KEPT);
  if (made < 0) {
    system.close(second);
    return made;
  }
  fds.mark(fd, TWIN);
  const file = fds.file(fd);
  if (file !== undefined) fds.keepFile(made, file);
  return made;
}

/** What both fds have from then on. */
const TWIN = SHARED | DUPLICATED;
/** What a second fd has from the first: all but its watch. */
const KEPT = ~WATCHED;
