import { Endpoint, UNIX } from "../endpoint.ts";
import { EACCES, EAGAIN, EBADF, EFAULT, EINVAL, SUCCESS } from "../errno.ts";
import { BOUND, DATAGRAM, familyOf, MESSAGES, RAW, UNIX_SOCKET } from "../fdtable.ts";
import { Recent } from "../recent.ts";
import { READABLE, WRITABLE } from "../system.ts";
import { checkRoom, readFor, writeEndpoint } from "./address.ts";
import { bind } from "./bind.ts";
import { type Context, type Family, notSocket } from "./context.ts";
import { Destination } from "./destination.ts";
import { Permission } from "./permission.ts";
import { crowded, notReady, RETRY } from "./ready.ts";
import { DATA_TRUNCATED, KNOWN_RIFLAGS } from "./transfer.ts";

/** datagram: receiving with the source's address, and sending to one that each call names. */
export function datagram(context: Context): Family {
  const { system, memory, fds } = context;
  const permission = new Permission(context);
  const destination = new Destination(system);
  const recent = new Recent();
  const endpoint = new Endpoint();
  const wildcard = new Endpoint();

  /** permits judges a destination. A path is judged each time: what it leads to can change. */
  const permits = (fd: number, destination: Endpoint): boolean => {
    if (fds.flags(fd) & (UNIX_SOCKET | RAW)) return permission.permits(fd, "dial", destination);
    if (recent.has(destination)) return true;
    if (!permission.permits(fd, "dial", destination)) return false;
    recent.add(destination);
    return true;
  };

  /**
   * settle gives a datagram socket its port before the kernel would: from the first datagram on it
   * could be sent to by anyone, so the policy is asked as in sock_bind. Answers 0 or an errno.
   */
  const settle = (fd: number): number => {
    const flags = fds.flags(fd);
    if (flags & (BOUND | UNIX_SOCKET | RAW) || !(flags & DATAGRAM)) return SUCCESS;
    return bind(context, permission, fd, wildcard.any(familyOf(flags)));
  };

  return {
    sock_recv_from(
      fd: number,
      iovecs: number,
      count: number,
      address: number,
      flags: number,
      port: number,
      size: number,
      roflags: number,
    ): number {
      memory.refresh();
      if (!fds.has(fd)) return notSocket(context, fd);
      if (!memory.fits(size, 4) || !memory.fits(roflags, 2)) return EFAULT;
      const room = checkRoom(memory, address, port);
      if (room !== 0) return room;
      if (flags & ~KNOWN_RIFLAGS) return EINVAL;
      const handle = fds.handle(fd);
      if (handle < 0) return EBADF;
      const bad = memory.gather(iovecs, count);
      if (bad !== 0) return bad;
      // What is received may be written over the address parameter, so it is read before.
      const buf = memory.u32(address);
      let n = system.recvFrom(handle, memory.vector, flags, endpoint);
      while (n === -EAGAIN) {
        const errno = notReady(context, fd, handle, READABLE);
        if (errno !== RETRY) return errno;
        n = system.recvFrom(handle, memory.vector, flags, endpoint);
      }
      if (n < 0) return -n;
      const kind = fds.flags(fd);
      const cut = (kind & MESSAGES) !== 0 && system.truncated;
      // A unix socket without a name leaves none; a stream's data has no source.
      if (endpoint.family === 0) endpoint.any(kind & UNIX_SOCKET ? UNIX : 0);
      writeEndpoint(memory, buf, port, endpoint);
      memory.setU32(size, n);
      memory.view.setUint16(roflags >>> 0, cut ? DATA_TRUNCATED : 0, true);
      return SUCCESS;
    },

    sock_send_to(
      fd: number,
      ciovecs: number,
      count: number,
      address: number,
      port: number,
      flags: number,
      size: number,
    ): number {
      memory.refresh();
      if (!fds.has(fd)) return notSocket(context, fd);
      if (!memory.fits(size, 4)) return EFAULT;
      const errno = readFor(context, fd, address, port, endpoint);
      if (errno !== 0) return errno;
      if (flags !== 0) return EINVAL;
      const handle = fds.handle(fd);
      if (handle < 0) return EBADF;
      const bad = memory.gather(ciovecs, count);
      if (bad !== 0) return bad;
      destination.resolve(handle, endpoint);
      if (!permits(fd, endpoint)) return EACCES;
      const settled = settle(fd);
      if (settled !== 0) return settled;
      let n = system.sendTo(handle, memory.vector, endpoint);
      const since = n === -EAGAIN ? performance.now() : 0;
      const mayCrowd = endpoint.family === UNIX && (fds.flags(fd) & DATAGRAM) !== 0;
      while (n === -EAGAIN) {
        const errno = mayCrowd
          ? crowded(context, fd, handle, since)
          : notReady(context, fd, handle, WRITABLE);
        if (errno !== RETRY) return errno;
        n = system.sendTo(handle, memory.vector, endpoint);
      }
      if (n < 0) return -n;
      memory.setU32(size, n);
      return SUCCESS;
    },
  };
}
