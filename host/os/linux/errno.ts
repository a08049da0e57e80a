/**
 * The one mapping from Linux's error numbers, which are the same on x64 and arm64, to those of
 * WASI, and of docs/ABI.md from 77 on.
 */

const EIO = 29;

/** Pairs of Linux errno and the ABI's errno. */
const PAIRS: readonly (readonly [linux: number, abi: number])[] = [
  [1, 63], // EPERM
  [2, 44], // ENOENT
  [3, 71], // ESRCH
  [4, 27], // EINTR
  [5, 29], // EIO
  [6, 60], // ENXIO
  [7, 1], // E2BIG
  [9, 8], // EBADF
  [11, 6], // EAGAIN
  [12, 48], // ENOMEM
  [13, 2], // EACCES
  [14, 21], // EFAULT
  [16, 10], // EBUSY
  [17, 20], // EEXIST
  [19, 43], // ENODEV
  [20, 54], // ENOTDIR
  [21, 31], // EISDIR
  [22, 28], // EINVAL
  [23, 41], // ENFILE
  [24, 33], // EMFILE
  [25, 59], // ENOTTY
  [27, 22], // EFBIG
  [28, 51], // ENOSPC
  [29, 70], // ESPIPE
  [30, 69], // EROFS
  [32, 64], // EPIPE
  [33, 18], // EDOM
  [34, 68], // ERANGE
  [36, 37], // ENAMETOOLONG
  [38, 52], // ENOSYS
  [40, 32], // ELOOP
  [71, 65], // EPROTO
  [75, 61], // EOVERFLOW
  [88, 57], // ENOTSOCK
  [89, 17], // EDESTADDRREQ
  [90, 35], // EMSGSIZE
  [91, 67], // EPROTOTYPE
  [92, 50], // ENOPROTOOPT
  [93, 66], // EPROTONOSUPPORT
  [94, 77], // ESOCKTNOSUPPORT
  [95, 58], // EOPNOTSUPP
  [96, 78], // EPFNOSUPPORT
  [97, 5], // EAFNOSUPPORT
  [98, 3], // EADDRINUSE
  [99, 4], // EADDRNOTAVAIL
  [100, 38], // ENETDOWN
  [101, 40], // ENETUNREACH
  [102, 39], // ENETRESET
  [103, 13], // ECONNABORTED
  [104, 15], // ECONNRESET
  [105, 42], // ENOBUFS
  [106, 30], // EISCONN
  [107, 53], // ENOTCONN
  [108, 79], // ESHUTDOWN
  [109, 80], // ETOOMANYREFS
  [110, 73], // ETIMEDOUT
  [111, 14], // ECONNREFUSED
  [112, 81], // EHOSTDOWN
  [113, 23], // EHOSTUNREACH
  [114, 7], // EALREADY
  [115, 26], // EINPROGRESS
  [116, 72], // ESTALE
  [125, 11], // ECANCELED
];

const TABLE = new Uint8Array(256).fill(EIO);
TABLE[0] = 0;
for (const [linux, abi] of PAIRS) TABLE[linux] = abi;

/** fromLinux translates an errno; what the ABI has no number for is EIO. */
export function fromLinux(errno: number): number {
  return TABLE[errno] ?? EIO;
}
