/**
 * The only imports: WASI preview1 and the WasmEdge socket extension in its second version. The file is named like the
 * module that it imports from, which is how the compiler knows. docs/ABI.md has layouts and numbers.
 */

/** An address in memory. */
type ptr = usize;
/** A WASI error number; 0 is success. */
type errno = i32;

export declare function args_get(
  /** Output: address of each argument. */ argv: ptr,
  /** Output: the arguments, each ended by a NUL. */ buffer: ptr,
): errno;

export declare function args_sizes_get(
  /** Output: u32 number of arguments. */ count: ptr,
  /** Output: u32 bytes of all arguments. */ size: ptr,
): errno;

export declare function environ_get(
  /** Output: address of each NAME=VALUE. */ environ: ptr,
  /** Output: the texts, each ended by a NUL. */ buffer: ptr,
): errno;

export declare function environ_sizes_get(
  /** Output: u32 number of variables. */ count: ptr,
  /** Output: u32 bytes of all variables. */ size: ptr,
): errno;

export declare function clock_time_get(
  /** Input: 0 realtime, 1 monotonic. */ clock: i32,
  /** Input: precision asked for, in nanoseconds. */ precision: u64,
  /** Output: u64 nanoseconds. */ time: ptr,
): errno;

export declare function fd_close(fd: i32): errno;

export declare function fd_fdstat_get(
  fd: i32,
  /** Output: {u8 filetype, u16 flags at 2, u64 rights at 8, u64 inheriting}. */ stat: ptr,
): errno;

export declare function fd_fdstat_set_flags(
  fd: i32,
  /** Input: APPEND 1, NONBLOCK 4. */ flags: i32,
): errno;

export declare function fd_prestat_get(
  fd: i32,
  /** Output: {u8 tag, u32 name's length}. */ prestat: ptr,
): errno;

export declare function fd_prestat_dir_name(fd: i32, path: ptr, length: i32): errno;

export declare function fd_read(
  fd: i32,
  iovecs: ptr,
  count: i32,
  /** Output: u32 bytes. */ size: ptr,
): errno;

export declare function fd_write(
  fd: i32,
  ciovecs: ptr,
  count: i32,
  /** Output: u32 bytes. */ size: ptr,
): errno;

export declare function path_open(
  dir: i32,
  lookup: i32,
  path: ptr,
  length: i32,
  oflags: i32,
  rights: u64,
  inheriting: u64,
  fdflags: i32,
  /** Output: u32 fd. */ fd: ptr,
): errno;

export declare function poll_oneoff(
  /** Input: subscriptions of 48 bytes. */ subscriptions: ptr,
  /** Output: events of 32 bytes. */ events: ptr,
  count: i32,
  /** Output: u32 number of events. */ size: ptr,
): errno;

export declare function proc_exit(code: i32): void;

export declare function random_get(buffer: ptr, length: i32): errno;

export declare function sock_open(family: i32, type: i32, /** Output: u32 fd. */ fd: ptr): errno;

export declare function sock_bind(
  fd: i32,
  /** Input: {u32 buf, u32 len}. */ address: ptr,
  port: i32,
): errno;

export declare function sock_listen(fd: i32, backlog: i32): errno;

export declare function sock_accept(
  fd: i32,
  flags: i32,
  /** Output: u32 fd. */ accepted: ptr,
): errno;

export declare function sock_connect(
  fd: i32,
  /** Input: {u32 buf, u32 len}. */ address: ptr,
  port: i32,
): errno;

export declare function sock_recv(
  fd: i32,
  iovecs: ptr,
  count: i32,
  /** Input: PEEK 1, WAITALL 2. */ flags: i32,
  /** Output: u32 bytes. */ size: ptr,
  /** Output: u16, DATA_TRUNCATED 1. */ roflags: ptr,
): errno;

export declare function sock_send(
  fd: i32,
  ciovecs: ptr,
  count: i32,
  /** Input: 0. */ flags: i32,
  /** Output: u32 bytes. */ size: ptr,
): errno;

export declare function sock_recv_from(
  fd: i32,
  iovecs: ptr,
  count: i32,
  /** Input: {u32 buf, u32 len = 128}; the buffer is output. */ address: ptr,
  /** Input: PEEK 1, WAITALL 2. */ flags: i32,
  /** Output: u32 port. */ port: ptr,
  /** Output: u32 bytes. */ size: ptr,
  /** Output: u16, DATA_TRUNCATED 1. */ roflags: ptr,
): errno;

export declare function sock_send_to(
  fd: i32,
  ciovecs: ptr,
  count: i32,
  /** Input: {u32 buf, u32 len}. */ address: ptr,
  port: i32,
  /** Input: 0. */ flags: i32,
  /** Output: u32 bytes. */ size: ptr,
): errno;

export declare function sock_shutdown(
  fd: i32,
  /** Input: 1 read, 2 write, 3 both. */ how: i32,
): errno;

export declare function sock_getsockopt(
  fd: i32,
  level: i32,
  name: i32,
  value: ptr,
  size: i32,
): errno;

export declare function sock_setsockopt(
  fd: i32,
  level: i32,
  name: i32,
  value: ptr,
  size: i32,
): errno;

export declare function sock_getlocaladdr(
  fd: i32,
  /** Input: {u32 buf, u32 len = 128}; the buffer is output. */ address: ptr,
  /** Output: u32 port. */ port: ptr,
): errno;

export declare function sock_getpeeraddr(
  fd: i32,
  /** Input: {u32 buf, u32 len = 128}; the buffer is output. */ address: ptr,
  /** Output: u32 port. */ port: ptr,
): errno;
