import { Endpoint, UNIX } from "../endpoint.ts";
import { EACCES, EINVAL, SUCCESS } from "../errno.ts";
import {
  BOUND,
  CHOSEN,
  DATAGRAM,
  DUPLICATED,
  RAW,
  SHARED,
  UNIX_SOCKET,
  WATCHED,
} from "../fdtable.ts";
import { absolute, realPath, toPath } from "../realpath.ts";
import { socketFile } from "../socketfile.ts";
import type { Context } from "./context.ts";
import type { Permission } from "./permission.ts";

/**
 * bind gives a socket an address, after asking the policy. A stream that leaves the port to the kernel
 * may yet dial, so for it the question is put in sock_listen. What the kernel chooses is known, and can
 * be found to be forbidden, only afterwards: so it chooses for no socket with two fds, of which one
 * would be taken away and the other stay.
 */
export function bind(
  context: Context,
  permission: Permission,
  fd: number,
  local: Endpoint,
): number {
  const { system, fds } = context;
  const flags = fds.flags(fd);
  const isUnix = local.family === UNIX;
  const asksLater = !isUnix && local.port === 0 && (flags & DATAGRAM) === 0;
  if (!asksLater && !permission.permits(fd, "listen", local)) return EACCES;
  const chosen = isUnix ? local.length === 0 : local.port === 0 && (flags & RAW) === 0;
  if (chosen && !asksLater && flags & DUPLICATED) return EINVAL;
  const handle = fds.handle(fd);
  const result = system.bind(handle, local);
  if (result < 0) return -result;
  fds.mark(fd, BOUND);
  if (isUnix && !local.isAbstract) keepFile(context, fd, local);
  if (!chosen) return SUCCESS;
  fds.mark(fd, CHOSEN);
  return asksLater || permission.permitsChosen(handle) ? SUCCESS : refuse(context, fd);
}

/**
 * lacksPort tells whether a datagram socket has no port yet. The kernel gives it one before it sees
 * whether it can send or connect, and from then on anyone can send to it.
 */
export function lacksPort({ system, fds }: Context, fd: number): boolean {
  if ((fds.flags(fd) & (DATAGRAM | UNIX_SOCKET | RAW | BOUND)) !== DATAGRAM) return false;
  const local = new Endpoint();
  if (system.getsockname(fds.handle(fd), local) < 0 || local.port === 0) return true;
  fds.mark(fd, BOUND); // by somebody else who has the socket
  return false;
}

/** keepFile notes which file a unix socket has just made, so that the guest can remove it. */
function keepFile({ fds }: Context, fd: number, { path, length }: Endpoint): void {
  const file = socketFile(realPath(absolute(toPath(path.subarray(0, length)))));
  if (file !== undefined) fds.keepFile(fd, file);
}

/**
 * refuse closes a socket that has got a forbidden port or name. Its fd stays until the guest closes it.
 */
export function refuse({ system, fds, waiter }: Context, fd: number): number {
  const flags = fds.flags(fd);
  const handle = fds.forfeit(fd);
  if (flags & SHARED && flags & WATCHED) waiter.poller.unwatch(handle);
  system.close(handle);
  return EACCES;
}
