/**
 * The error numbers of WASI preview1 that this host answers. Every operating system's numbers are
 * translated to these.
 */

export const SUCCESS = 0;
export const EACCES = 2;
export const EAFNOSUPPORT = 5;
export const EAGAIN = 6;
export const EBADF = 8;
export const EBUSY = 10;
export const EDESTADDRREQ = 17;
export const EFAULT = 21;
export const EHOSTUNREACH = 23;
export const EINPROGRESS = 26;
export const EINTR = 27;
export const EINVAL = 28;
export const EIO = 29;
export const EMFILE = 33;
export const ENOBUFS = 42;
export const ENOENT = 44;
export const ENOPROTOOPT = 50;
export const ENOSYS = 52;
export const ENOTCONN = 53;
export const ENOTSOCK = 57;
export const ENOTSUP = 58;
export const EPERM = 63;
export const EPIPE = 64;
export const EPROTONOSUPPORT = 66;
export const EROFS = 69;
