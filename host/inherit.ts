import type { Observer } from "./abi/context.ts";
import { flagsOf } from "./abi/sock.ts";
import { Endpoint } from "./endpoint.ts";
import { EBADF } from "./errno.ts";
import { WasiNetError } from "./errors.ts";
import { BOUND, CONNECTED, DATAGRAM, type FdTable, LISTENING, RAW, SHARED } from "./fdtable.ts";
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
    // A number beyond 31 bits would be cut off, and mean another.
    const handle = (number | 0) === number ? system.adopt(number) : -EBADF;
    if (handle < 0) throw bad(number, handle);
    const fd = fds.add(handle, SHARED);
    if (fd < 0) {
      system.close(handle);
      throw bad(number, fd);
    }
    describe(system, fds, observer, number, fd);
    return fd;
  });
}

/** describe finds out what kind of socket it is that has come. */
function describe(
  system: System,
  fds: FdTable,
  observer: Observer,
  number: number,
  fd: number,
): void {
  const handle = fds.handle(fd);
  const endpoint = new Endpoint();
  const option = (name: number): number => {
    const value = new Uint8Array(4);
    const result = system.getsockopt(handle, 0, name, value);
    return result === 4 ? new DataView(value.buffer).getInt32(0, true) : -1;
  };
  const family = option(DOMAIN);
  const type = option(TYPE);
  const flags = family < 1 || type < 1 ? 0 : flagsOf(family, type);
  // By that protocol the sender writes where a packet goes, and no policy sees it.
  const isOfNoGuest = family < 1 || type < 1 || (flags & RAW && option(PROTOCOL) === IPPROTO_RAW);
  if (isOfNoGuest)
    throw new WasiNetError(
      "WASI_NET_BAD_SOCKET",
      `socket ${number} is of a kind that no guest can have`,
    );
  fds.mark(fd, flags);
  if (system.getpeername(handle, endpoint) >= 0) {
    fds.mark(fd, fds.flags(fd) & DATAGRAM ? BOUND : CONNECTED);
  }
  if (system.getsockname(handle, endpoint) < 0) return;
  if (endpoint.port !== 0 || endpoint.length !== 0) fds.mark(fd, BOUND);
  if (option(ACCEPTCONN) !== 1) return;
  fds.mark(fd, LISTENING);
  observer.listening(listeningOn(endpoint));
}

function bad(number: number, errno: number): WasiNetError {
  return new WasiNetError(
    "WASI_NET_BAD_SOCKET",
    `${number} is no open socket of this process that a guest could have: errno ${-errno}`,
  );
}
