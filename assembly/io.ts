/**
 * Go's io package, the part that connections need. An interface cannot extend two others here, so Conn is no Reader and no Writer by
 * its type; the functions below take anything that has the method.
 */
import { Buffers } from "./buffers";
import { ErrorString, NetError } from "./errors";
import { panic } from "./sys/panic";

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

/** ShortWriteError is the error of a write that took less than it was given and did not say why: Go's `io.ErrShortWrite`. */
export class ShortWriteError extends NetError {
  error(): string {
    return "short write";
  }
}

/** WriterTo is a source that can write itself to a writer, until its end. */
export interface WriterTo {
  writeTo(w: Writer): Copied;
}

/** ReaderFrom is a destination that can read by itself, until the end of the source. */
export interface ReaderFrom {
  readFrom(r: Reader): Copied;
}

/** Bytes that `copy` moves at once. */
const ROOM: i32 = 32 * 1024;

/**
 * copy copies from one to the other until the end. Where the source is a `WriterTo` or the destination a `ReaderFrom`, they do it in
 * their own way; otherwise the bytes go through a buffer of 32 KiB.
 */
export function copy<W, R>(to: W, from: R): Copied {
  return copyThrough<W, R>(to, from, null);
}

/** copyBuffer is `copy` with a buffer of the caller's, where one is needed. */
export function copyBuffer<W, R>(to: W, from: R, buffer: Uint8Array): Copied {
  if (buffer.length == 0) panic("empty buffer in CopyBuffer");
  return copyThrough<W, R>(to, from, buffer);
}

/** copyN copies n bytes, or fails: err is null only where all were copied, and `eof` where the source ended before. */
export function copyN<W, R>(to: W, from: R, n: i64): Copied {
  const copied = copy<W, LimitedReader>(to, limitReader<R>(from, n));
  if (copied.n == n) return new Copied(n, null);
  return copied.n < n && copied.err === null ? new Copied(copied.n, eof) : copied;
}

function copyThrough<W, R>(to: W, from: R, buffer: Uint8Array | null): Copied {
  // Buffers take any class of writer, and so cannot be WriterTo by their type.
  if (from instanceof Buffers) return changetype<Buffers>(from).writeTo<W>(to);
  if (any<R>(from) instanceof WriterTo) {
    return changetype<WriterTo>(from).writeTo(asWriter<W>(to));
  }
  if (any<W>(to) instanceof ReaderFrom) {
    return changetype<ReaderFrom>(to).readFrom(asReader<R>(from));
  }
  return transfer<W, R>(to, from, buffer !== null ? buffer : new Uint8Array(roomFor<R>(from)));
}

function roomFor<R>(from: R): i32 {
  if (!(from instanceof LimitedReader)) return ROOM;
  return <i32>max<i64>(min<i64>(changetype<LimitedReader>(from).n, ROOM), 1);
}

/** transfer reads and writes until the end, whatever else the two could do. */
export function transfer<W, R>(to: W, from: R, buffer: Uint8Array): Copied {
  let total: i64 = 0;
  while (true) {
    const got = from.read(buffer);
    const n = got.n;
    const end = got.err;
    if (n > 0) {
      const put = to.write(buffer, 0, n);
      const valid = put.n >= 0 && put.n <= n;
      const written = valid ? put.n : 0;
      total += written;
      if (put.err !== null) return new Copied(total, put.err);
      if (!valid) return new Copied(total, new ErrorString("invalid write result"));
      if (written < n) return new Copied(total, new ShortWriteError());
    }
    if (end !== null) return new Copied(total, end === eof ? null : end);
  }
}

/** limitReader reads from another reader, but no more than n bytes. */
export function limitReader<R>(from: R, n: i64): LimitedReader {
  return new LimitedReader(asReader<R>(from), n);
}

/** LimitedReader ends with its source, or after a number of bytes. */
export class LimitedReader implements Reader {
  private readonly ended: IOResult = new IOResult();

  constructor(
    /** r is what it reads from. */
    public r: Reader,
    /** n is how many bytes may still be read. */
    public n: i64,
  ) {}

  read(buffer: Uint8Array): IOResult {
    if (this.n <= 0) {
      this.ended.err = eof;
      return this.ended;
    }
    const got = this.r.read(buffer.length > this.n ? buffer.subarray(0, <i32>this.n) : buffer);
    this.n -= got.n;
    return got;
  }
}

/** asReader is a reader as one by its type: itself, where its class says that it is one. */
function asReader<R>(from: R): Reader {
  return any<R>(from) instanceof Reader ? changetype<Reader>(from) : new AsReader<R>(from);
}

/** asWriter is a writer as one by its type: itself, where its class says that it is one. */
function asWriter<W>(to: W): Writer {
  return any<W>(to) instanceof Writer ? changetype<Writer>(to) : new AsWriter<W>(to);
}

class AsReader<R> implements Reader {
  constructor(private readonly from: R) {}

  read(buffer: Uint8Array): IOResult {
    return this.from.read(buffer);
  }
}

class AsWriter<W> implements Writer {
  constructor(private readonly to: W) {}

  write(data: Uint8Array, start: i32 = 0, end: i32 = i32.MAX_VALUE): IOResult {
    return this.to.write(data, start, end);
  }
}

/**
 * any is an object of which the compiler knows nothing, so that it is asked for an interface when the program runs. By its type the
 * compiler would decide it, and say no where it has not read a class yet that is of both: that depends on what a program calls first.
 */
export function any<T>(value: T): Anything {
  return changetype<Anything>(changetype<Everything>(value));
}

interface Anything {}

/** Everything is never made: it tells the compiler that one class can be all of these. */
abstract class Everything implements Anything, Reader, Writer, BuffersWriter, WriterTo, ReaderFrom {
  abstract read(buffer: Uint8Array): IOResult;
  abstract write(data: Uint8Array, start: i32, end: i32): IOResult;
  abstract writeBuffers(buffers: Buffers): Copied;
  abstract writeTo(w: Writer): Copied;
  abstract readFrom(r: Reader): Copied;
}
