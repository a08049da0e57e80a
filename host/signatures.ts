/** WASI preview1's own functions, in the form of SIGNATURES. */
export const PREVIEW1: Readonly<Record<string, string>> = {
  args_get: "ii",
  args_sizes_get: "ii",
  clock_res_get: "ii",
  clock_time_get: "iIi",
  environ_get: "ii",
  environ_sizes_get: "ii",
  fd_advise: "iIIi",
  fd_allocate: "iII",
  fd_close: "i",
  fd_datasync: "i",
  fd_fdstat_get: "ii",
  fd_fdstat_set_flags: "ii",
  fd_fdstat_set_rights: "iII",
  fd_filestat_get: "ii",
  fd_filestat_set_size: "iI",
  fd_filestat_set_times: "iIIi",
  fd_pread: "iiiIi",
  fd_prestat_dir_name: "iii",
  fd_prestat_get: "ii",
  fd_pwrite: "iiiIi",
  fd_read: "iiii",
  fd_readdir: "iiiIi",
  fd_renumber: "ii",
  fd_seek: "iIii",
  fd_sync: "i",
  fd_tell: "ii",
  fd_write: "iiii",
  path_create_directory: "iii",
  path_filestat_get: "iiiii",
  path_filestat_set_times: "iiiiIIi",
  path_link: "iiiiiii",
  path_open: "iiiiiIIii",
  path_readlink: "iiiiii",
  path_remove_directory: "iii",
  path_rename: "iiiiii",
  path_symlink: "iiiii",
  path_unlink_file: "iii",
  poll_oneoff: "iiii",
  proc_exit: "i",
  proc_raise: "i",
  random_get: "ii",
  sched_yield: "",
  sock_accept: "iii",
  sock_recv: "iiiiii",
  sock_send: "iiiii",
  sock_shutdown: "ii",
};

/** What the WasmEdge socket extension adds. */
const EXTENSION: Readonly<Record<string, string>> = {
  sock_bind: "iii",
  sock_connect: "iii",
  sock_getlocaladdr: "iii",
  sock_getpeeraddr: "iii",
  sock_getsockopt: "iiiii",
  sock_listen: "ii",
  sock_open: "iii",
  sock_recv_from: "iiiiiiii",
  sock_send_to: "iiiiiii",
  sock_setsockopt: "iiiii",
};

/**
 * The functions a guest can import from wasi_snapshot_preview1, with their parameters: i is i32, I
 * is i64. All return an i32 errno, but for proc_exit, which returns nothing.
 */
export const SIGNATURES: Readonly<Record<string, string>> = { ...PREVIEW1, ...EXTENSION };

/** The shapes that these functions had in the first version of the WasmEdge socket extension. */
export const OLD_SIGNATURES: Readonly<Record<string, string>> = {
  sock_accept: "ii",
  sock_getlocaladdr: "iiii",
  sock_getpeeraddr: "iiii",
  sock_recv_from: "iiiiiii",
};
