import { Endpoint, INET4, INET6 } from "../endpoint.ts";
import {
  EACCES,
  EAFNOSUPPORT,
  EAGAIN,
  EBADF,
  EFAULT,
  EINPROGRESS,
  EINVAL,
  EPROTONOSUPPORT,
  SUCCESS,
} from "../errno.ts";
import {
  CHOSEN,
  CONNECTED,
  DATAGRAM,
  DRAINED,
  INET6_SOCKET,
  LISTENING,
  NONBLOCK,
} from "../fdtable.ts";
import type { Verb } from "../policy.ts";
import { READABLE, WRITABLE } from "../system.ts";
import { readEndpoint } from "./address.ts";
import { type Context, type Family, notSocket } from "./context.ts";
import { notReady, RETRY, watch } from "./ready.ts";
import { receive, transmit } from "./transfer.ts";

/** fdflags and the types of sock_open. */
const FD_NONBLOCK = 4;
const TYPE_DATAGRAM = 1;
const TYPE_STREAM = 2;
/** PROTOCOLS: the only protocol of each type; others have no place in a policy. */
const PROTOCOLS: readonly number[] = [-1, 17, 6];
const KNOWN_RIFLAGS = 3;
const DATA_TRUNCATED = 1;

/** sock: from a socket's opening to its shutdown. Closing is in the fd family. */
export function sock(context: Context): Family {
  const { system, memory, fds, policy, control, observer, waiter } = context;
  const endpoint = new Endpoint();
  const peer = new Endpoint();

  /** permit asks the policy and tells the observer when it refuses. */
  const permit = (verb: Verb, wanted: Endpoint): boolean => {
    const denial = policy.judge(verb, wanted);
    if (denial !== undefined) observer.denied(denial);
    return denial === undefined;
  };

  /** permitChosen asks the policy whether the port that the kernel chose for a socket is forbidden. */
  const permitChosen = (handle: number): boolean => {
    if (system.getsockname(handle, endpoint) < 0) return false;
    const denial = policy.forbids("listen", endpoint);
    if (denial !== undefined) observer.denied(denial);
    return denial === undefined;
  };

  /** readFor reads the address for a socket; one of the other family is EAFNOSUPPORT. */
  const readFor = (fd: number, address: number, port: number): number => {
    const errno = readEndpoint(memory, address, port, endpoint);
    if (errno !== 0) return errno;
    const family = fds.flags(fd) & INET6_SOCKET ? INET6 : INET4;
    return endpoint.family === family ? SUCCESS : EAFNOSUPPORT;
  };

  return {
    sock_open(family: number, type: number, out: number): number {
      memory.refresh();
      if (!memory.fits(out, 4)) return EFAULT;
      const kind = type & 0xff;
      const protocol = (type >>> 8) & 0xff;
      if (family !== INET4 && family !== INET6) return EAFNOSUPPORT;
      if ((kind !== TYPE_DATAGRAM && kind !== TYPE_STREAM) || type >>> 16 !== 0) return EINVAL;
      if (protocol !== 0 && protocol !== PROTOCOLS[kind]) return EPROTONOSUPPORT;
      const handle = system.socket(family, kind, protocol);
      if (handle < 0) return -handle;
      const flags = (kind === TYPE_DATAGRAM ? DATAGRAM : 0) | (family === INET6 ? INET6_SOCKET : 0);
      return enter(context, handle, flags, out);
    },

    /**
     * sock_bind asks the policy for a given port at once. A stream that leaves the port to the
     * kernel may yet dial, so for it the question is put in sock_listen.
     */
    sock_bind(fd: number, address: number, wanted: number): number {
      memory.refresh();
      if (!fds.has(fd)) return notSocket(context, fd);
      const errno = readFor(fd, address, wanted);
      if (errno !== 0) return errno;
      const { port } = endpoint;
      const datagram = (fds.flags(fd) & DATAGRAM) !== 0;
      if ((port !== 0 || datagram) && !permit("listen", endpoint)) return EACCES;
      const handle = fds.handle(fd);
      const result = system.bind(handle, endpoint);
      if (result < 0) return -result;
      if (port !== 0) return SUCCESS;
      fds.mark(fd, CHOSEN);
      return datagram && !permitChosen(handle) ? refuse(context, fd) : SUCCESS;
    },

    sock_listen(fd: number, backlog: number): number {
      memory.refresh();
      if (!fds.has(fd)) return notSocket(context, fd);
      const handle = fds.handle(fd);
      if (handle < 0) return fds.flags(fd) & DRAINED ? SUCCESS : EBADF;
      const named = system.getsockname(handle, endpoint);
      if (named < 0) return -named;
      // A socket that was not bound gets its port from the kernel now.
      if (endpoint.port === 0) fds.mark(fd, CHOSEN);
      const bound = endpoint.port !== 0;
      const chosen = (fds.flags(fd) & CHOSEN) !== 0;
      if (chosen) endpoint.port = 0;
      if (!permit("listen", endpoint)) return EACCES;
      if (chosen && bound && !permitChosen(handle)) return EACCES;
      const result = system.listen(handle, backlog);
      if (result < 0) return -result;
      if (!bound && !permitChosen(handle)) return refuse(context, fd);
      const first = (fds.flags(fd) & LISTENING) === 0;
      fds.mark(fd, LISTENING);
      system.getsockname(handle, endpoint);
      if (first) observer.listening(addressInfo(endpoint));
      if (waiter.draining) waiter.drain();
      return SUCCESS;
    },

    sock_accept(fd: number, flags: number, out: number): number {
      memory.refresh();
      if (!fds.has(fd)) return notSocket(context, fd);
      if (!memory.fits(out, 4)) return EFAULT;
      if (flags & ~FD_NONBLOCK) return EINVAL;
      for (;;) {
        const listener = fds.flags(fd);
        const handle = fds.handle(fd);
        const accepted = listener & DRAINED ? -EAGAIN : system.accept(handle, peer);
        if (accepted >= 0) {
          if (control.attached) control.setPeer(peer);
          const inherited = CONNECTED | (listener & INET6_SOCKET);
          return enter(context, accepted, inherited | (flags === 0 ? 0 : NONBLOCK), out);
        }
        if (accepted !== -EAGAIN) return -accepted;
        const errno = notReady(context, fd, handle, READABLE);
        if (errno !== RETRY) return errno;
      }
    },

    sock_connect(fd: number, address: number, port: number): number {
      memory.refresh();
      if (!fds.has(fd)) return notSocket(context, fd);
      const errno = readFor(fd, address, port);
      if (errno !== 0) return errno;
      if (!permit("dial", endpoint)) return EACCES;
      const handle = fds.handle(fd);
      const flags = fds.flags(fd);
      const result = system.connect(handle, endpoint);
      if (result < 0 && result !== -EINPROGRESS) return -result;
      if ((flags & DATAGRAM) === 0) fds.mark(fd, CONNECTED);
      if (result === 0) return SUCCESS;
      if (flags & NONBLOCK) return watch(context, fd, handle, EINPROGRESS);
      const waited = waiter.socket(handle, WRITABLE, -1);
      return waited === 0 ? pendingError(context, handle) : waited;
    },

    sock_recv(
      fd: number,
      iovecs: number,
      count: number,
      flags: number,
      size: number,
      roflags: number,
    ): number {
      memory.refresh();
      if (!fds.has(fd)) return notSocket(context, fd);
      if (!memory.fits(size, 4) || !memory.fits(roflags, 2)) return EFAULT;
      if (flags & ~KNOWN_RIFLAGS) return EINVAL;
      const n = receive(context, fd, iovecs, count, flags);
      if (n < 0) return -n;
      const cut = (fds.flags(fd) & DATAGRAM) !== 0 && system.truncated;
      memory.setU32(size, n);
      memory.view.setUint16(roflags >>> 0, cut ? DATA_TRUNCATED : 0, true);
      return SUCCESS;
    },

    sock_send(fd: number, ciovecs: number, count: number, flags: number, size: number): number {
      memory.refresh();
      if (!fds.has(fd)) return notSocket(context, fd);
      if (!memory.fits(size, 4)) return EFAULT;
      if (flags !== 0) return EINVAL;
      const n = transmit(context, fd, ciovecs, count);
      if (n < 0) return -n;
      memory.setU32(size, n);
      return SUCCESS;
    },

    sock_shutdown(fd: number, how: number): number {
      if (!fds.has(fd)) return notSocket(context, fd);
      if (how < 1 || how > 3) return EINVAL;
      const result = system.shutdown(fds.handle(fd), how);
      return result < 0 ? -result : SUCCESS;
    },
  };
}

/** enter gives a new socket an fd and stores it at a checked pointer. */
function enter(
  { system, memory, fds }: Context,
  handle: number,
  flags: number,
  out: number,
): number {
  const fd = fds.add(handle, flags);
  if (fd < 0) {
    system.close(handle);
    return -fd;
  }
  memory.setU32(out, fd);
  return SUCCESS;
}

/** refuse closes a socket that has got a forbidden port. Its fd stays until the guest closes it. */
function refuse({ system, fds }: Context, fd: number): number {
  system.close(fds.forfeit(fd));
  return EACCES;
}

/** pendingError takes the outcome of an attempt to connect. */
function pendingError({ system }: Context, handle: number): number {
  const value = new Uint8Array(4);
  const result = system.getsockopt(handle, 0, SO_ERROR, value);
  return result < 0 ? -result : value[0]!;
}

const SO_ERROR = 2;

function addressInfo({ address, port, family }: Endpoint): {
  address: string;
  port: number;
  family: string;
} {
  return { address, port, family: family === INET4 ? "IPv4" : "IPv6" };
}
