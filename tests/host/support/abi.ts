/**
 * Numbers of the import ABI, from WASI and docs/ABI.md and not from the host, so that one which it has wrong is seen.
 */

/** WASI's error numbers. */
export const EACCES = 2;
export const EADDRINUSE = 3;
export const EAFNOSUPPORT = 5;
export const EAGAIN = 6;
export const EBADF = 8;
export const ECONNREFUSED = 14;
export const ECONNRESET = 15;
export const EFAULT = 21;
export const EINPROGRESS = 26;
export const EINVAL = 28;
export const ELOOP = 32;
export const EMFILE = 33;
export const EMSGSIZE = 35;
export const ENOBUFS = 42;
export const ENOENT = 44;
export const ENOPROTOOPT = 50;
export const ENOTCONN = 53;
export const ENOTSOCK = 57;
export const ENOTSUP = 58;
export const EPERM = 63;
export const EPROTONOSUPPORT = 66;

/** The level of this project's own options, and those options. */
export const OWN = 256;
export const UNLINK = 1;
export const DUP = 2;
export const SENDMSG = 3;
export const RECVMSG = 4;

/** What roflags tell of a receive that was cut short. */
export const DATA_TRUNCATED = 1;
export const CONTROL_TRUNCATED = 2;
