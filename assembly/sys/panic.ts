/**
 * The three ways a program dies by itself: Go's panic, Go's fatal error, and the compiler's abort (a failed assertion or bounds
 * check), which is a panic here. All write to standard error and end the process with code 2.
 */
import { decimal, digits, digitsEnd } from "../decimal";
import { fd_write, proc_exit } from "./wasi_snapshot_preview1";

/** Bytes of text written at once. */
const ROOM: i32 = 1020;
/** {u32 address, u32 length}, u32 bytes written; then the room. */
const area = memory.data(12 + ROOM, 4);

/** writeError writes text to standard error. It allocates nothing, for it may be called when the heap is damaged. */
export function writeError(text: string): void {
  const start = changetype<usize>(text);
  writeUnits(start, start + ((<usize>text.length) << 1));
}

/** writeNumber writes a number to standard error, and allocates nothing either. */
export function writeNumber(n: i32): void {
  writeUnits(digits(n), digitsEnd);
}

function writeUnits(start: usize, end: usize): void {
  const piece: usize = (ROOM / 3) << 1; // UTF-16 to UTF-8 makes at most three bytes of a unit.
  for (let at = start; at < end; at += piece) {
    const units = <i32>(min(piece, end - at) >> 1);
    const bytes = String.UTF8.encodeUnsafe(at, units, area + 12);
    store<usize>(area, area + 12);
    store<i32>(area, <i32>bytes, 4);
    fd_write(2, area, 1, area + 8);
  }
}

/** panic ends the program as a Go panic does. */
export function panic(text: string): void {
  writeError("panic: ");
  writeError(text);
  writeError("\n");
  proc_exit(2);
}

/** fatal ends the program for a reason that no recover could have caught. */
export function fatal(text: string): void {
  writeError("fatal error: ");
  writeError(text);
  writeError("\n");
  proc_exit(2);
}

/** overflow ends the program because a goroutine's stack grew too large. Objects may be damaged by then: nothing is allocated. */
export function overflow(): void {
  writeError("runtime: goroutine stack exceeds 1048576-byte limit\n");
  fatal("stack overflow");
}

/** outOfMemory ends the program because the memory could not grow. The compiler's allocator calls it (host/build/library.ts). */
export function outOfMemory(): void {
  fatal("out of memory");
}

/** abort is what the compiler calls when an assertion fails: an index out of range, a null where there must be none. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  const text = message !== null ? message : "assertion failed";
  const at = file !== null ? "\n\t" + file + ":" + decimal(line) + ":" + decimal(column) : "";
  panic(text + at);
}
