import { Endpoint, INET4, INET6 } from "../endpoint.ts";
import { EBADF, EFAULT, EINVAL, SUCCESS } from "../errno.ts";
import type { GuestMemory } from "../memory.ts";
import { type Context, type Family, notSocket } from "./context.ts";

/*
 * An address parameter points at {u32 buf, u32 len}. What buf holds depends on len:
 *
 *     4   IPv4, network order
 *    16   IPv6
 *    20   IPv6, u32 scope id
 *   128   u16 family, address from 2 on, u32 scope id at 20; the only form of an output
 */
const TAGGED = 128;
const SCOPE_AT = 20;

/** readEndpoint reads an address parameter and a port. It answers 0 or an errno. */
export function readEndpoint(
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
  const family = tagged ? view.getUint16(buf, true) : len === 4 ? INET4 : INET6;
  if (!tagged && len !== 4 && len !== 16 && len !== 20) return EINVAL;
  if (family !== INET4 && family !== INET6) return EINVAL;
  endpoint.any(family);
  endpoint.port = port >>> 0;
  const at = tagged ? buf + 2 : buf;
  endpoint.bytes.set(bytes.subarray(at, at + (family === INET4 ? 4 : 16)));
  if (family === INET6 && len > 16) {
    endpoint.scope = memory.u32(buf + (tagged ? SCOPE_AT : 16));
  }
  return SUCCESS;
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
    if (!memory.fits(address, 8) || !memory.fits(port, 4)) return EFAULT;
    const buf = memory.u32(address);
    const len = memory.u32((address >>> 0) + 4);
    if (!memory.fits(buf, len)) return EFAULT;
    if (len !== TAGGED) return EINVAL;
    const handle = fds.handle(fd);
    if (handle < 0) return EBADF;
    const result = name.call(system, handle, endpoint);
    if (result < 0) return -result;
    memory.bytes.fill(0, buf, buf + TAGGED);
    memory.view.setUint16(buf, endpoint.family, true);
    const size = endpoint.family === INET4 ? 4 : 16;
    memory.bytes.set(endpoint.bytes.subarray(0, size), buf + 2);
    if (endpoint.family === INET6) memory.setU32(buf + SCOPE_AT, endpoint.scope);
    memory.setU32(port, endpoint.port);
    return SUCCESS;
  };
  return {
    sock_getlocaladdr: (fd: number, address: number, port: number) =>
      answer(system.getsockname, fd, address, port),
    sock_getpeeraddr: (fd: number, address: number, port: number) =>
      answer(system.getpeername, fd, address, port),
  };
}
