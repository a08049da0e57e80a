/**
 * Go's io package, the part that connections need. An interface cannot extend two others here, so Conn is no Reader and no Writer by
 * its type; the functions below take anything that has the method.
 */
import { Buffers } from "./buffers";
import { ErrorString, NetError } from "./errors";

/** eof is the error of a read at the end. It is returned as it is, and inside another error only by reads of packets. */
export const eof: NetError = new ErrorString("EOF");
/** errUnexpectedEOF is the error of an end in the middle of something. */
export const errUnexpectedEOF: NetError = new ErrorString("unexpected EOF");
/** errClosedPipe is the error of a read or write on a pipe that was closed. */
export const errClosedPipe: NetError = new ErrorString("io: read/write on closed pipe");

/**
 * IOResult is what a read or write did. Reads and writes allocate nothing: a connection keeps one result for each direction, so
 * this is valid until the next call in that direction on that connection.
 */
export class IOResult {
  /** n is the number of bytes that were moved, also where err is not null. */
  n: i32 = 0;
  err: NetError | null = null;
}

/** Reader is something to read from. */
export interface Reader {
  /** read waits for bytes and puts at most buffer.length of them into buffer. At the end: n 0 and err `eof`. */
  read(buffer: Uint8Array): IOResult;
}

/** Writer is something to write to. */
export interface Writer {
  /**
   * write writes the bytes of data from start up to end, all of them unless told otherwise: Go's `Write(data[start:end])`, without
   * an object for the slice. An end behind the last byte is the last byte. Where n is less than asked, err is not null.
   */
  write(data: Uint8Array, start: i32 = 0, end: i32 = i32.MAX_VALUE): IOResult;
}

/** BuffersWriter is a writer that can write several runs of bytes at once; `Buffers.writeTo` makes use of it. */
export interface BuffersWriter {
  /** writeBuffers writes everything and takes from the buffers, by `consume`, what it wrote; or fails. */
  writeBuffers(buffers: Buffers): Copied;
}

/** writeString writes a text in UTF-8. */
export function writeString<W>(to: W, text: string): IOResult {
  return to.write(Uint8Array.wrap(String.UTF8.encode(text)));
}

/** readFull fills the buffer. err is `eof` when there was nothing, `errUnexpectedEOF` when there was too little. */
export function readFull<R>(from: R, buffer: Uint8Array): IOResult {
  let filled = 0;
  let result = from.read(buffer);
  while (result.err === null && filled + result.n < buffer.length) {
    filled += result.n;
    result = from.read(buffer.subarray(filled));
  }
  filled += result.n;
  if (filled == buffer.length) result.err = null;
  else if (filled > 0 && result.err === eof) result.err = errUnexpectedEOF;
  result.n = filled;
  return result;
}

/** Copied is what `copy` did. */
export class Copied {
  constructor(
    /** n is the number of bytes written. */
    readonly n: i64,
    /** err is what ended it, but null for the end of the source. */
    readonly err: NetError | null,
  ) {}
}

/** copy copies from one to the other until the end, through a buffer of 16 KiB. */
export function copy<W, R>(to: W, from: R): Copied {
  const buffer = new Uint8Array(16384);
  let total: i64 = 0;
  while (true) {
    const got = from.read(buffer);
    const end = got.err;
    if (got.n > 0) {
      const put = to.write(buffer, 0, got.n);
      total += put.n;
      if (put.err !== null) return new Copied(total, put.err);
    }
    if (end !== null) return new Copied(total, end === eof ? null : end);
  }
}
