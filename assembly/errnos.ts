/**
 * The errors of the host that sockets meet, by their names: Go's `errors.Is(err, syscall.ECONNREFUSED)` is `err.is(ECONNREFUSED)`.
 * They are made when a program starts, and no other program should pay for them.
 */
import { Errno } from "./sys/errno";

export const EACCES = new Errno(2);
export const EADDRINUSE = new Errno(3);
export const EADDRNOTAVAIL = new Errno(4);
export const EAFNOSUPPORT = new Errno(5);
export const EAGAIN = new Errno(6);
export const EBADF = new Errno(8);
export const ECONNABORTED = new Errno(13);
export const ECONNREFUSED = new Errno(14);
export const ECONNRESET = new Errno(15);
export const EDESTADDRREQ = new Errno(17);
export const EHOSTUNREACH = new Errno(23);
export const EINVAL = new Errno(28);
export const EISCONN = new Errno(30);
export const EMFILE = new Errno(33);
export const EMSGSIZE = new Errno(35);
export const ENETUNREACH = new Errno(40);
export const ENFILE = new Errno(41);
export const ENOBUFS = new Errno(42);
export const ENOENT = new Errno(44);
export const ENOPROTOOPT = new Errno(50);
export const ENOTCONN = new Errno(53);
export const ENOTSOCK = new Errno(57);
export const ENOTSUP = new Errno(58);
export const EPERM = new Errno(63);
export const EPIPE = new Errno(64);
export const EPROTONOSUPPORT = new Errno(66);
export const EPROTOTYPE = new Errno(67);
export const ETIMEDOUT = new Errno(73);
