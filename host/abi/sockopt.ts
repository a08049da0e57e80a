import { Endpoint, INET4, INET6 } from "../endpoint.ts";
import { EACCES, EBADF, EFAULT, EINVAL, SUCCESS } from "../errno.ts";
import { type Context, type Family, notSocket } from "./context.ts";
import { Messages } from "./message.ts";
import { getOwn, OWN_LEVEL, setOwn } from "./ownopt.ts";
import { Permission } from "./permission.ts";

/** The largest value of any option. */
const LARGEST = 128;

/** The options that join a group, whose address is the first thing in their values. */
const IPV4_LEVEL = 4;
const IPV4_JOIN = 35;
const IPV6_LEVEL = 41;
const IPV6_JOIN = 20;

/**
 * sockopt: a socket's options. Which there are and what they are called below is the system's
 * matter.
 */
export function sockopt(context: Context): Family {
  const { system, memory, fds } = context;
  const permission = new Permission(context);
  const messages = new Messages(context);
  const group = new Endpoint();

  /** joins tells whether an option joins a group, which is then in group, as far as value has it. */
  const joins = (level: number, name: number, value: Uint8Array): boolean => {
    const isIPv4 = level === IPV4_LEVEL && name === IPV4_JOIN;
    if (!isIPv4 && !(level === IPV6_LEVEL && name === IPV6_JOIN)) return false;
    group.any(isIPv4 ? INET4 : INET6).bytes.set(value.subarray(0, isIPv4 ? 4 : 16));
    return true;
  };

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
      if (level === OWN_LEVEL) {
        if (room < 4) return EINVAL;
        const answer = getOwn(context, fd, name);
        if (answer < 0) return -answer;
        memory.setU32(value, answer);
        if (!byValue) memory.setU32(size, 4);
        return SUCCESS;
      }
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
      if (level === OWN_LEVEL) return setOwn(context, messages, fd, name, value, size);
      const end = (value >>> 0) + Math.min(size >>> 0, LARGEST);
      const bytes = memory.bytes.subarray(value >>> 0, end);
      if (joins(level, name, bytes) && !permission.permitsGroup(fd, group)) return EACCES;
      const result = system.setsockopt(handle, level, name, bytes);
      return result < 0 ? -result : SUCCESS;
    },
  };
}
