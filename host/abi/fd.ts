import { ROOT } from "../base.ts";
import { EBADF, EFAULT, EINTR, ENOTSUP, SUCCESS } from "../errno.ts";
import { DATAGRAM, NONBLOCK, SHARED, WATCHED } from "../fdtable.ts";
import type { Context, Family } from "./context.ts";
import { receive, transmit } from "./transfer.ts";

/*
 * fdstat, 24 bytes                  filestat, 64 bytes
 *    0  u8 filetype                    0  u64 device, 8 u64 inode
 *    2  u16 fdflags                   16  u8 filetype
 *    8  u64 rights                    24  u64 links, 32 u64 size
 *   16  u64 inheriting                40  u64 times: access, modification, change
 */
const FDSTAT_SIZE = 24;
const FILESTAT_SIZE = 64;
const SOCKET_DGRAM = 5;
const SOCKET_STREAM = 6;
const FD_NONBLOCK = 4;
/** Bytes of several places that are put together when a guest writes them at once. */
const MOST_WHOLE = 1 << 16;

/**
 * fd_read 1, fdstat_set_flags 3, fd_write 6, filestat_get 21, poll 27, sock_shutdown 28,
 * sock_accept 29, as bits.
 */
const RIGHTS = (1 << 1) | (1 << 3) | (1 << 6) | (1 << 21) | (1 << 27) | (1 << 28) | (1 << 29);

/**
 * fd: what programs do with any fd. Sockets are ours, standard output streams through, files are
 * the base's.
 */
export function fd(context: Context): Family {
  const { system, memory, fds, base, waiter } = context;
  const files = base.imports;
  /** The fds that are still the standard streams: 1 output, 2 error. */
  const streams = new Set([1, 2]);

  const filetype = (fd: number): number =>
    fds.flags(fd) & DATAGRAM ? SOCKET_DGRAM : SOCKET_STREAM;

  /** close closes a socket's handle; a watch that others keep alive is ended first. */
  const close = (handle: number, flags: number): void => {
    if (flags & SHARED && flags & WATCHED) waiter.poller.unwatch(handle);
    system.close(handle);
  };

  return {
    fd_read(fd: number, iovecs: number, count: number, size: number): number {
      if (!fds.has(fd)) return files.fd_read(fd, iovecs, count, size);
      memory.refresh();
      if (!memory.fits(size, 4)) return EFAULT;
      const n = receive(context, fd, iovecs, count, 0);
      if (n < 0) return -n;
      memory.setU32(size, n);
      return SUCCESS;
    },

    fd_write(fd: number, ciovecs: number, count: number, size: number): number {
      const isSocket = fds.has(fd);
      if (!isSocket && !streams.has(fd)) return files.fd_write(fd, ciovecs, count, size);
      memory.refresh();
      if (!memory.fits(size, 4)) return EFAULT;
      const n = isSocket
        ? transmit(context, fd, ciovecs, count)
        : print(context, fd as 1 | 2, ciovecs, count);
      if (n < 0) return -n;
      memory.setU32(size, n);
      return SUCCESS;
    },

    fd_close(fd: number): number {
      const flags = fds.flags(fd);
      if (flags === 0) {
        streams.delete(fd);
        return files.fd_close(fd);
      }
      const handle = fds.remove(fd);
      if (handle >= 0) close(handle, flags);
      return SUCCESS;
    },

    fd_fdstat_get(fd: number, stat: number): number {
      if (!fds.has(fd)) return files.fd_fdstat_get(fd, stat);
      memory.refresh();
      if (!memory.fits(stat, FDSTAT_SIZE)) return EFAULT;
      const at = stat >>> 0;
      memory.bytes.fill(0, at, at + FDSTAT_SIZE);
      memory.bytes[at] = filetype(fd);
      memory.view.setUint16(at + 2, fds.flags(fd) & NONBLOCK ? FD_NONBLOCK : 0, true);
      memory.setU32(at + 8, RIGHTS);
      memory.setU32(at + 16, RIGHTS);
      return SUCCESS;
    },

    fd_fdstat_set_flags(fd: number, flags: number): number {
      if (!fds.has(fd)) {
        // Programs make their standard streams non-blocking, which the base refuses.
        if (fd >= 0 && fd <= 2) return base.isOpen(fd) ? SUCCESS : EBADF;
        return files.fd_fdstat_set_flags(fd, flags);
      }
      if (flags & FD_NONBLOCK) fds.mark(fd, NONBLOCK);
      else fds.unmark(fd, NONBLOCK);
      return SUCCESS;
    },

    fd_filestat_get(fd: number, stat: number): number {
      if (!fds.has(fd)) return files.fd_filestat_get(fd, stat);
      memory.refresh();
      if (!memory.fits(stat, FILESTAT_SIZE)) return EFAULT;
      const at = stat >>> 0;
      memory.bytes.fill(0, at, at + FILESTAT_SIZE);
      memory.bytes[at + 16] = filetype(fd);
      return SUCCESS;
    },

    fd_renumber(from: number, to: number): number {
      if (!fds.has(from) && !fds.has(to)) {
        streams.delete(to);
        return files.fd_renumber(from, to);
      }
      if (!fds.has(from) || !fds.has(to))
        return base.isOpen(from) || base.isOpen(to) ? ENOTSUP : EBADF;
      if (from === to) return SUCCESS;
      const watched = (fds.flags(from) & WATCHED) !== 0;
      const flags = fds.flags(to);
      const replaced = fds.move(from, to);
      if (replaced >= 0) close(replaced, flags);
      if (!watched) return SUCCESS;
      const handle = fds.handle(to);
      waiter.poller.unwatch(handle); // its events carry the old number
      const result = waiter.poller.watch(handle, to);
      return result < 0 ? -result : SUCCESS;
    },

    /**
     * fd_prestat_get answers EBADF for sockets: wasi-libc takes any other errno for a reason to end
     * the program.
     */
    fd_prestat_get(fd: number, prestat: number): number {
      return fds.has(fd) ? EBADF : files.fd_prestat_get(fd, prestat);
    },

    /**
     * fd_prestat_dir_name calls the root "/": the base says ".", where C programs look for no
     * absolute path.
     */
    fd_prestat_dir_name(fd: number, path: number, length: number): number {
      if (fds.has(fd)) return EBADF;
      const errno = files.fd_prestat_dir_name(fd, path, length);
      memory.refresh();
      if (errno === SUCCESS && fd === ROOT && memory.fits(path, 1) && length !== 0) {
        memory.bytes[path >>> 0] = "/".charCodeAt(0);
      }
      return errno;
    },
  };
}

/** print hands iovecs to a standard stream. It answers the number of bytes, or a negated errno. */
function print(
  { memory, observer, waiter }: Context,
  stream: 1 | 2,
  ciovecs: number,
  count: number,
): number {
  const bad = memory.gather(ciovecs, count);
  if (bad !== 0) return -bad;
  const { vector, base, bytes } = memory;
  const pieces: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const at = vector.addresses[i]! - base;
    pieces.push(bytes.subarray(at, at + vector.lengths[i]!));
  }
  // What is written in one call is one piece of text, which nobody else's shall come into.
  const size = pieces.reduce((sum, { length }) => sum + length, 0);
  const whole = count > 1 && size <= MOST_WHOLE ? [joined(pieces, size)] : pieces;
  let sum = 0;
  for (const piece of whole) {
    const errno = observer.write(stream, piece);
    if (errno === EINTR) waiter.obey(false); // The guest shall stop, and nobody takes what it writes.
    if (errno !== 0) return -errno;
    sum += piece.length;
  }
  return sum;
}

/** joined is pieces in memory of their own: Buffer.concat's is a part of what Node shares. */
function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
