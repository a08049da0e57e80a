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

/**
 * forward hands bytes, which nobody changes any more, to a stream or a function. They are taken when the
 * stream has written them or is closed, or when the function has returned.
 */
export function forward(
  output: Exclude<Output, "inherit">,
  bytes: Uint8Array,
  taken: () => void,
): void {
  if (typeof output !== "function") {
    write(output, bytes, taken);
    return;
  }
  try {
    output(bytes);
  } finally {
    taken();
  }
}

/** What was handed to each stream and is not taken yet. */
const untaken = new WeakMap<Writable, Set<() => void>>();

function write(stream: Writable, bytes: Uint8Array, taken: () => void): void {
  let waiting = untaken.get(stream);
  if (waiting === undefined) {
    waiting = new Set();
    untaken.set(stream, waiting);
    // A stream that is closed calls nobody back about what it had.
    stream.once("close", () => {
      for (const done of waiting!) done();
    });
  }
  const done = (): void => {
    if (waiting.delete(done)) taken();
  };
  waiting.add(done);
  // A stream that has room has taken them; one that failed, or is replaced by a catcher, may not call back.
  if (stream.write(bytes, done) !== false || stream.errored) done();
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));
