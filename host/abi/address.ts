import { Endpoint, INET4, INET6, PATH_SIZE, UNIX } from "../endpoint.ts";
import { EAFNOSUPPORT, EBADF, EFAULT, EINVAL, SUCCESS } from "../errno.ts";
import { familyOf } from "../fdtable.ts";
import type { GuestMemory } from "../memory.ts";
import { type Context, type Family, notSocket } from "./context.ts";

/*
 * An address parameter points at {u32 buf, u32 len}. What buf holds depends on len:
 *
 *     4   IPv4, network order
 *    16   IPv6
 *    20   IPv6, u32 scope id
 *   128   u16 family, address from 2 on, u32 scope id at 20; the only form of an output
 *         u16 family 3, u8[108] path, u16 length at 126: of unix sockets the only form
 */
const TAGGED = 128;
const PLACE_AT = 2;
const SCOPE_AT = 20;
const LENGTH_AT = 126;

/**
 * readFor reads an address parameter and a port for a socket; an address of another family is
 * EAFNOSUPPORT. It answers 0 or an errno.
 */
export function readFor(
  { memory, fds }: Context,
  fd: number,
  address: number,
  port: number,
  endpoint: Endpoint,
): number {
  const errno = readEndpoint(memory, address, port, endpoint);
  if (errno !== 0) return errno;
  return endpoint.family === familyOf(fds.flags(fd)) ? SUCCESS : EAFNOSUPPORT;
}

function readEndpoint(
  memory: GuestMemory,
  address: number,
  port: number,
  endpoint: Endpoint,
): number {
  if (!memory.fits(address, 8)) return EFAULT;
  const buf = memory.u32(address);
  const len = memory.u32((address >>> 0) + 4);
  if (!memory.fits(buf, len)) return EFAULT;
  if (port >>> 0 > 65535) return EINVAL;
  const { view, bytes } = memory;
  const tagged = len === TAGGED;
  if (tagged && view.getUint16(buf, true) === UNIX) return readPath(memory, buf, endpoint);
  const family = tagged ? view.getUint16(buf, true) : len === 4 ? INET4 : INET6;
  if (!tagged && len !== 4 && len !== 16 && len !== 20) return EINVAL;
  if (family !== INET4 && family !== INET6) return EINVAL;
  endpoint.any(family);
  endpoint.port = port >>> 0;
  const at = tagged ? buf + PLACE_AT : buf;
  endpoint.bytes.set(bytes.subarray(at, at + (family === INET4 ? 4 : 16)));
  if (family === INET6 && len > 16) {
    endpoint.scope = memory.u32(buf + (tagged ? SCOPE_AT : 16));
  }
  return SUCCESS;
}

/**
 * readPath reads a unix socket's tagged address. Without a length the path ends at its first NUL; with
 * one it may begin with a NUL, but a file's path has none: the kernel would stop reading there.
 */
function readPath(memory: GuestMemory, buf: number, endpoint: Endpoint): number {
  const length = memory.view.getUint16(buf + LENGTH_AT, true);
  if (length > PATH_SIZE) return EINVAL;
  const path = memory.bytes.subarray(buf + PLACE_AT, buf + PLACE_AT + (length || PATH_SIZE));
  const nul = path.indexOf(0);
  if (length > 0 && nul > 0) return EINVAL;
  endpoint.any(UNIX);
  endpoint.length = length === 0 && nul >= 0 ? nul : path.length;
  endpoint.path.set(path.subarray(0, endpoint.length));
  return SUCCESS;
}

/** checkRoom checks an address parameter and a port that a host answers in. It answers 0 or an errno. */
export function checkRoom(memory: GuestMemory, address: number, port: number): number {
  if (!memory.fits(address, 8) || !memory.fits(port, 4)) return EFAULT;
  const len = memory.u32((address >>> 0) + 4);
  if (!memory.fits(memory.u32(address), len)) return EFAULT;
  return len === TAGGED ? SUCCESS : EINVAL;
}

/** writeEndpoint writes an address and a port where checkRoom has found room at buf. */
export function writeEndpoint(
  memory: GuestMemory,
  buf: number,
  port: number,
  endpoint: Endpoint,
): void {
  const { family } = endpoint;
  memory.bytes.fill(0, buf, buf + TAGGED);
  memory.view.setUint16(buf, family, true);
  if (family === UNIX) {
    memory.bytes.set(endpoint.path.subarray(0, endpoint.length), buf + PLACE_AT);
    memory.view.setUint16(buf + LENGTH_AT, endpoint.length, true);
  } else if (family !== 0) {
    const size = family === INET4 ? 4 : 16;
    memory.bytes.set(endpoint.bytes.subarray(0, size), buf + PLACE_AT);
    if (family === INET6) memory.setU32(buf + SCOPE_AT, endpoint.scope);
  }
  memory.setU32(port, endpoint.port);
}

/** address: where a socket is and whom it talks to. */
export function address(context: Context): Family {
  const { system } = context;
  const endpoint = new Endpoint();
  const answer = (
    name: typeof system.getsockname,
    fd: number,
    address: number,
    port: number,
  ): number => {
    const { memory, fds } = context;
    memory.refresh();
    if (!fds.has(fd)) return notSocket(context, fd);
    const errno = checkRoom(memory, address, port);
    if (errno !== 0) return errno;
    const handle = fds.handle(fd);
    if (handle < 0) return EBADF;
    const result = name.call(system, handle, endpoint);
    if (result < 0) return -result;
    writeEndpoint(memory, memory.u32(address), port, endpoint);
    return SUCCESS;
  };
  return {
    sock_getlocaladdr: (fd: number, address: number, port: number) =>
      answer(system.getsockname, fd, address, port),
    sock_getpeeraddr: (fd: number, address: number, port: number) =>
      answer(system.getpeername, fd, address, port),
  };
}
