import { Endpoint, INET4, INET6, UNIX } from "../endpoint.ts";
import {
  EACCES,
  EAFNOSUPPORT,
  EAGAIN,
  EBADF,
  EFAULT,
  EINPROGRESS,
  EINTR,
  EINVAL,
  EMFILE,
  EPROTONOSUPPORT,
  SUCCESS,
} from "../errno.ts";
import {
  BOUND,
  CHOSEN,
  CONNECTED,
  DATAGRAM,
  DRAINED,
  DUPLICATED,
  flagsOf,
  INET6_SOCKET,
  LISTENING,
  MESSAGES,
  NONBLOCK,
  TYPE_DATAGRAM,
  TYPE_RAW,
  TYPE_SEQPACKET,
  TYPE_STREAM,
  UNIX_SOCKET,
} from "../fdtable.ts";
import { listeningOn } from "../listening.ts";
import { READABLE, WRITABLE } from "../system.ts";
import { readFor } from "./address.ts";
import { bind, lacksPort, refuse } from "./bind.ts";
import { type Context, type Family, notSocket } from "./context.ts";
import { Destination } from "./destination.ts";
import { Permission } from "./permission.ts";
import { notReady, RETRY, watch } from "./ready.ts";
import { KNOWN_RIFLAGS, receive, roflagsOf, transmit } from "./transfer.ts";

const FD_NONBLOCK = 4;
/** The only protocol of each type of IP's, but for raw ones; others have no place in a policy. */
const PROTOCOLS: readonly number[] = [-1, 17, 6];
/** Multipath TCP, a stream to which the policy applies as to TCP. */
const IPPROTO_MPTCP = 262;
/** With this one the sender writes IP's header itself, and with it where the packet goes. */
const IPPROTO_RAW = 255;
/** What an accepted connection has from its listener. */
const INHERITED = INET6_SOCKET | UNIX_SOCKET | MESSAGES;

/** sock: from a socket's opening to its shutdown. Closing is in the fd family. */
export function sock(context: Context): Family {
  const { system, memory, fds, control, observer, waiter } = context;
  const permission = new Permission(context);
  const destination = new Destination(system);
  const endpoint = new Endpoint();
  const peer = new Endpoint();
  const place = new Endpoint();

  /**
   * permitsMove judges the port that a listener has got from the kernel: without one, or with one that
   * it still tells but lost when an earlier connecting or listening ended. Then nobody has been asked
   * for a chosen port yet.
   */
  const permitsMove = (fd: number, handle: number, wasAsked: boolean): boolean => {
    system.getsockname(handle, place);
    place.port = 0;
    const asked = wasAsked || permission.permits(fd, "listen", place);
    return asked && permission.permitsChosen(handle);
  };

  return {
    sock_open(family: number, type: number, out: number): number {
      memory.refresh();
      if (!memory.fits(out, 4)) return EFAULT;
      const kind = type & 0xff;
      const protocol = (type >>> 8) & 0xffff;
      const errno = checkKind(family, kind, protocol, type >>> 24);
      if (errno !== 0) return errno;
      if (kind === TYPE_RAW && !permission.permitsRaw(protocol)) return EACCES;
      if (fds.isFull) return EMFILE;
      const handle = system.socket(family, kind, protocol);
      return handle < 0 ? -handle : enter(context, handle, flagsOf(family, kind), out);
    },

    sock_bind(fd: number, address: number, wanted: number): number {
      memory.refresh();
      if (!fds.has(fd)) return notSocket(context, fd);
      const errno = readFor(context, fd, address, wanted, endpoint);
      return errno === 0 ? bind(context, permission, fd, endpoint) : errno;
    },

    sock_listen(fd: number, backlog: number): number {
      memory.refresh();
      if (!fds.has(fd)) return notSocket(context, fd);
      const handle = fds.handle(fd);
      if (handle < 0) return fds.flags(fd) & DRAINED ? SUCCESS : EBADF;
      const named = system.getsockname(handle, endpoint);
      if (named < 0) return -named;
      const isUnix = endpoint.family === UNIX; // whose path was judged when it was bound
      const flags = fds.flags(fd);
      // Only one fd would become a listener, and be taken away for a forbidden port.
      if (flags & DUPLICATED && !isListening(context, handle)) return EINVAL;
      const { port } = endpoint;
      const chosen = !isUnix && (port === 0 || (flags & CHOSEN) !== 0);
      if (chosen) endpoint.port = 0;
      if (!isUnix && !permission.permits(fd, "listen", endpoint)) return EACCES;
      if (chosen && port !== 0 && !permission.permitsChosen(handle)) return EACCES;
      const result = system.listen(handle, backlog);
      if (result < 0) return -result;
      const isMoved = system.getsockname(handle, endpoint) < 0 || endpoint.port !== port;
      if (isMoved && !permitsMove(fd, handle, chosen)) return refuse(context, fd);
      fds.mark(fd, isMoved ? LISTENING | CHOSEN : LISTENING);
      if (isMoved || (flags & LISTENING) === 0) observer.listening(listeningOn(endpoint));
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
        // Asked first: a connection that is not taken stays in the system's queue, for later.
        if (fds.isFull && !(listener & DRAINED)) return EMFILE;
        const accepted = listener & DRAINED ? -EAGAIN : system.accept(handle, peer);
        if (accepted >= 0) {
          if (control.attached) control.setPeer(peer);
          const inherited = CONNECTED | (listener & INHERITED);
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
      const errno = readFor(context, fd, address, port, endpoint);
      if (errno !== 0) return errno;
      const handle = fds.handle(fd);
      destination.resolve(handle, endpoint);
      if (!permission.permits(fd, "dial", endpoint)) return EACCES;
      const flags = fds.flags(fd);
      const lackedPort = lacksPort(context, fd);
      const result = system.connect(handle, endpoint);
      // A connect that a signal interrupted goes on, and must not be made again.
      if (result < 0 && result !== -EINPROGRESS && result !== -EINTR) {
        // It may have got its port and no peer, by whom alone it may be sent to.
        if (lackedPort) system.disconnect(handle);
        return -result;
      }
      fds.mark(fd, flags & DATAGRAM ? BOUND : CONNECTED);
      fds.unmark(fd, LISTENING); // as which it was shut down
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
      memory.setU32(size, n);
      memory.view.setUint16(roflags >>> 0, roflagsOf(context, fd), true);
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

/** enter gives a new socket an fd, for which there is room, and stores it at a checked pointer. */
function enter({ memory, fds }: Context, handle: number, flags: number, out: number): number {
  memory.setU32(out, fds.add(handle, flags));
  return SUCCESS;
}

/** checkKind answers 0 for a kind of socket that a guest can have, or an errno. */
function checkKind(family: number, kind: number, protocol: number, rest: number): number {
  if (family !== INET4 && family !== INET6 && family !== UNIX) return EAFNOSUPPORT;
  if (rest !== 0) return EINVAL;
  const isUnix = family === UNIX;
  if (kind === TYPE_STREAM || kind === TYPE_DATAGRAM) {
    if (protocol === 0) return SUCCESS;
    const isMultipath = kind === TYPE_STREAM && protocol === IPPROTO_MPTCP;
    return !isUnix && (protocol === PROTOCOLS[kind] || isMultipath) ? SUCCESS : EPROTONOSUPPORT;
  }
  if (kind === TYPE_SEQPACKET && isUnix) return protocol === 0 ? SUCCESS : EPROTONOSUPPORT;
  if (kind !== TYPE_RAW || isUnix) return EINVAL;
  return protocol !== 0 && protocol < IPPROTO_RAW ? SUCCESS : EPROTONOSUPPORT;
}

/** isListening asks the system, because a listener can be shut down. */
function isListening({ system }: Context, handle: number): boolean {
  const value = new Uint8Array(4);
  return system.getsockopt(handle, 0, SO_ACCEPTCONN, value) === 4 && value[0] === 1;
}

/** pendingError takes the outcome of an attempt to connect. */
function pendingError({ system }: Context, handle: number): number {
  const value = new Uint8Array(4);
  const result = system.getsockopt(handle, 0, SO_ERROR, value);
  return result < 0 ? -result : value[0]!;
}

const SO_ERROR = 2;
const SO_ACCEPTCONN = 13;
