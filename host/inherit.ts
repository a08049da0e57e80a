import type { Observer } from "./abi/context.ts";
import { Endpoint } from "./endpoint.ts";
import { EAFNOSUPPORT, errorText } from "./errno.ts";
import { WasiNetError } from "./errors.ts";
import {
  BOUND,
  CONNECTED,
  DATAGRAM,
  type FdTable,
  flagsOf,
  LISTENING,
  RAW,
  SHARED,
} from "./fdtable.ts";
import { listeningOn } from "./listening.ts";
import type { System } from "./system.ts";

/** FDS is the environment variable in which a guest finds its fds of the sockets that it was given. */
export const FDS = "WASI_NET_FDS";

/** Options of sockets: what they are. */
const TYPE = 1;
const ACCEPTCONN = 13;
const PROTOCOL = 16;
const DOMAIN = 17;
const IPPROTO_RAW = 255;

/**
 * inherit gives a guest open sockets of this process, and answers its fds of them. The process keeps
 * its own handles.
 */
export function inherit(
  system: System,
  fds: FdTable,
  observer: Observer,
  sockets: readonly number[],
): number[] {
  return sockets.map((number) => {
    if (fds.isFull) {
      throw new WasiNetError(
        "WASI_NET_BAD_LIMIT",
        `${sockets.length} sockets are given to a guest that may not have as many open`,
      );
    }
    const handle = system.adopt(number);
    const fd = handle < 0 ? handle : admit(system, fds, handle, SHARED);
    if (fd >= 0) {
      announce(system, fds, observer, fd);
      return fd;
    }
    throw new WasiNetError(
      "WASI_NET_BAD_SOCKET",
      fd === -EAFNOSUPPORT
        ? `socket ${number} is of a kind that no guest can have`
        : `${number} is no open socket of this process that a guest could have: ${errorText(-fd)}`,
    );
  });
}

/**
 * admit gives a guest an open socket that somebody else has made: what it is is found out, and marks
 * are added. It answers the guest's fd; or a negated errno, and then the handle is closed.
 */
export function admit(system: System, fds: FdTable, handle: number, marks: number): number {
  const option = (name: number): number => {
    const value = new Uint8Array(4);
    const result = system.getsockopt(handle, 0, name, value);
    return result === 4 ? new DataView(value.buffer).getInt32(0, true) : -1;
  };
  const family = option(DOMAIN);
  const type = option(TYPE);
  const kind = family < 1 || type < 1 ? -1 : flagsOf(family, type);
  // By that protocol the sender writes where a packet goes, and no policy sees it.
  const isOfNoGuest = kind < 0 || (kind & RAW && option(PROTOCOL) === IPPROTO_RAW);
  const fd = isOfNoGuest ? -EAFNOSUPPORT : fds.add(handle, kind | marks);
  if (fd < 0) {
    system.close(handle);
    return fd;
  }
  const endpoint = new Endpoint();
  const hasPeer = system.getpeername(handle, endpoint) >= 0;
  if (hasPeer) fds.mark(fd, kind & DATAGRAM ? BOUND : CONNECTED);
  const hasName = system.getsockname(handle, endpoint) >= 0;
  if (hasName && (endpoint.port !== 0 || endpoint.length !== 0)) fds.mark(fd, BOUND);
  if (option(ACCEPTCONN) === 1) fds.mark(fd, LISTENING);
  return fd;
}

/** announce tells the observer of a socket that was admitted, if it listens. */
export function announce(system: System, fds: FdTable, observer: Observer, fd: number): void {
  const endpoint = new Endpoint();
  const listens = (fds.flags(fd) & LISTENING) !== 0;
  if (listens && system.getsockname(fds.handle(fd), endpoint) >= 0) {
    observer.listening(listeningOn(endpoint));
  }
}
