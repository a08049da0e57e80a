import { writeSync } from "node:fs";
import type { Writable } from "node:stream";
import { EIO, EPIPE } from "./errno.ts";

/**
 * Output is where a guest's standard output or error goes: this process's own, a stream, or a
 * function that gets the bytes.
 */
export type Output = "inherit" | Writable | ((bytes: Uint8Array) => void);

/**
 * inherit writes to one of this process's own streams, all of the bytes, and answers 0 or an errno.
 */
export function inherit(fd: 1 | 2, bytes: Uint8Array): number {
  let rest = bytes;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") return EPIPE;
      if (code !== "EAGAIN") return EIO;
      // Someone made the terminal or pipe non-blocking, and its reader is slow.
      Atomics.wait(PAUSE, 0, 0, 1);
    }
  }
  return 0;
}

/** forward hands bytes, which nobody changes any more, to a stream or a function. */
export function forward(output: Exclude<Output, "inherit">, bytes: Uint8Array): void {
  if (typeof output === "function") output(bytes);
  else output.write(bytes);
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));
