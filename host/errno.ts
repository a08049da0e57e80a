import { getSystemErrorMap } from "node:util";

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

/** The names of all errors from 1 on: WASI's 76, and docs/ABI.md's. */
const NAMES = `
  E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY EBADF EBADMSG EBUSY ECANCELED
  ECHILD ECONNABORTED ECONNREFUSED ECONNRESET EDEADLK EDESTADDRREQ EDOM EDQUOT EEXIST EFAULT EFBIG
  EHOSTUNREACH EIDRM EILSEQ EINPROGRESS EINTR EINVAL EIO EISCONN EISDIR ELOOP EMFILE EMLINK
  EMSGSIZE EMULTIHOP ENAMETOOLONG ENETDOWN ENETRESET ENETUNREACH ENFILE ENOBUFS ENODEV ENOENT
  ENOEXEC ENOLCK ENOLINK ENOMEM ENOMSG ENOPROTOOPT ENOSPC ENOSYS ENOTCONN ENOTDIR ENOTEMPTY
  ENOTRECOVERABLE ENOTSOCK ENOTSUP ENOTTY ENXIO EOVERFLOW EOWNERDEAD EPERM EPIPE EPROTO
  EPROTONOSUPPORT EPROTOTYPE ERANGE EROFS ESPIPE ESRCH ESTALE ETIMEDOUT ETXTBSY EXDEV ENOTCAPABLE
  ESOCKTNOSUPPORT EPFNOSUPPORT ESHUTDOWN ETOOMANYREFS EHOSTDOWN
`
  .trim()
  .split(/\s+/);

/** errorText is what an embedder is told of an errno: its name, and what the system says to that. */
export function errorText(errno: number): string {
  const name = NAMES[errno - 1];
  if (name === undefined) return `errno ${errno}`;
  const text = textOf(name);
  return text === undefined ? name : `${name}, ${text}`;
}

/** textOf is what Node has to say to the name of an error, if it knows that. */
export function textOf(name: string): string | undefined {
  for (const [known, text] of getSystemErrorMap().values()) if (known === name) return text;
  return undefined;
}
