import { EBADF, EFAULT, SUCCESS } from "../errno.ts";
import { type Context, type Family, notSocket } from "./context.ts";

/** The largest value of any option. */
const LARGEST = 128;

/**
 * sockopt: a socket's options. Which there are and what they are called below is the system's
 * matter.
 */
export function sockopt(context: Context): Family {
  const { system, memory, fds } = context;
  return {
    /**
     * sock_getsockopt's last parameter is a size on some hosts and a pointer to one on others, and
     * guests are written for either: 4 is taken as the size, anything else as a pointer, whose word
     * gets the size that was stored.
     */
    sock_getsockopt(fd: number, level: number, name: number, value: number, size: number): number {
      memory.refresh();
      if (!fds.has(fd)) return notSocket(context, fd);
      const byValue = size === 4;
      if (!byValue && !memory.fits(size, 4)) return EFAULT;
      const room = byValue ? 4 : memory.u32(size);
      if (!memory.fits(value, room)) return EFAULT;
      const handle = fds.handle(fd);
      if (handle < 0) return EBADF;
      const place = memory.bytes.subarray(value >>> 0, (value >>> 0) + Math.min(room, LARGEST));
      const stored = system.getsockopt(handle, level, name, place);
      if (stored < 0) return -stored;
      if (!byValue) memory.setU32(size, stored);
      return SUCCESS;
    },

    sock_setsockopt(fd: number, level: number, name: number, value: number, size: number): number {
      memory.refresh();
      if (!fds.has(fd)) return notSocket(context, fd);
      if (!memory.fits(value, size)) return EFAULT;
      const handle = fds.handle(fd);
      if (handle < 0) return EBADF;
      const end = (value >>> 0) + Math.min(size >>> 0, LARGEST);
      const result = system.setsockopt(
        handle,
        level,
        name,
        memory.bytes.subarray(value >>> 0, end),
      );
      return result < 0 ? -result : SUCCESS;
    },
  };
}
