/**
 * Asyncify's intrinsics. They look like imports from a module `asyncify` (the file's name says so); the build replaces them
 * by code, and nothing is imported in the end.
 */

export declare function start_unwind(
  /** {u32 top, u32 end, bytes…}, written upwards from top. */ data: usize,
): void;
export declare function stop_unwind(): void;
export declare function start_rewind(/** The same, read downwards from top. */ data: usize): void;
export declare function stop_rewind(): void;
