// Calls to make files, which the library has no need of. The file is named like the module that it imports from.

export declare function fd_write(fd: i32, ciovecs: usize, count: i32, size: usize): i32;

export declare function path_create_directory(dir: i32, path: usize, length: i32): i32;

export declare function path_open(
  dir: i32,
  lookup: i32,
  path: usize,
  length: i32,
  oflags: i32,
  rights: u64,
  inheriting: u64,
  fdflags: i32,
  fd: usize,
): i32;
