import { EBADF, EINVAL, EMFILE, ENOPROTOOPT, SUCCESS } from "../errno.ts";
import { DUPLICATED, isSettled, SHARED, WATCHED } from "../fdtable.ts";
import { removeFile } from "../socketfile.ts";
import type { Context } from "./context.ts";
import type { Messages } from "./message.ts";

/** The level of options that are this project's own: above every protocol's number. */
export const OWN_LEVEL = 256;
const UNLINK = 1;
const DUP = 2;
/**
 * SENDMSG and RECVMSG are calls: their value is the list of the arguments, a word each, in which a host
 * that has no such import would have got them.
 */
const SENDMSG = 3;
const SENDMSG_ARGUMENTS = 7;
const RECVMSG = 4;
const RECVMSG_ARGUMENTS = 8;

/** setOwn sets an option of our own to a checked value. It answers an errno. */
export function setOwn(
  context: Context,
  messages: Messages,
  fd: number,
  name: number,
  value: number,
  size: number,
): number {
  const { memory } = context;
  const count = name === SENDMSG ? SENDMSG_ARGUMENTS : name === RECVMSG ? RECVMSG_ARGUMENTS : 1;
  if (name !== UNLINK && name !== SENDMSG && name !== RECVMSG) return ENOPROTOOPT;
  if (size >>> 0 < count * 4) return EINVAL;
  const at = value >>> 0;
  const word = (index: number): number => memory.u32(at + index * 4);
  if (name === UNLINK) return word(0) === 1 ? unlink(context, fd) : EINVAL;
  if (name === SENDMSG) {
    const to = word(2) === 0 ? undefined : word(2);
    return messages.send(fd, word(0), word(1), to, word(3), word(4), word(5), word(6));
  }
  const [iovecs, pieces] = [word(0), word(1)];
  return messages.receive(fd, iovecs, pieces, word(2), word(3), word(4), word(5), word(6), word(7));
}

/** getOwn answers an option of our own, or a negated errno. Of the calls it tells that they are there. */
export function getOwn(context: Context, fd: number, name: number): number {
  if (name === DUP) return duplicate(context, fd);
  return name === SENDMSG || name === RECVMSG ? 1 : -ENOPROTOOPT;
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

/** duplicate gives an open socket a second fd, if it is one that has come to what it will be. */
function duplicate({ system, fds }: Context, fd: number): number {
  const flags = fds.flags(fd);
  const handle = fds.handle(fd);
  if (handle < 0) return -EBADF;
  if (!isSettled(flags)) return -EINVAL;
  if (fds.isFull) return -EMFILE;
  const second = system.duplicate(handle);
  if (second < 0) return second;
  const made = fds.add(second, (flags | TWIN) & KEPT);
  fds.mark(fd, TWIN);
  const file = fds.file(fd);
  if (file !== undefined) fds.keepFile(made, file);
  return made;
}

/** What both fds have from then on. */
const TWIN = SHARED | DUPLICATED;
/** What a second fd has from the first: all but its watch. */
const KEPT = ~WATCHED;
