/** Several runs of bytes that are written as one. */
import { NetError } from "./errors";
import { any, BuffersWriter, Copied, eof, IOResult, Reader } from "./io";

/** Buffers is runs of bytes to write. It holds the array itself and takes out of it what is read or written; it changes no byte. */
export class Buffers implements Reader {
  private readonly reading: IOResult = new IOResult();

  constructor(
    /** list is what is left: no run of it is done, but one in the beginning may have lost its first bytes. */
    readonly list: Uint8Array[],
  ) {}

  /** read takes bytes out. err is `eof` as soon as nothing is left, also with the last bytes. The result is valid until the next read. */
  read(buffer: Uint8Array): IOResult {
    const result = this.reading;
    const list = this.list;
    const room = buffer.length;
    let n = 0;
    while (n < room && list.length > 0) {
      const first = list[0];
      const size = min(room - n, first.length);
      memory.copy(buffer.dataStart + n, first.dataStart, size);
      this.consume(size);
      n += size;
    }
    result.n = n;
    result.err = list.length == 0 ? eof : null;
    return result;
  }

  /**
   * writeTo writes everything to a writer, and takes out what was written. A writer that is a `BuffersWriter` gets it at once, any
   * other one run by run.
   */
  writeTo<W>(to: W): Copied {
    if (any<W>(to) instanceof BuffersWriter)
      return changetype<BuffersWriter>(to).writeBuffers(this);
    const list = this.list;
    let total: i64 = 0;
    let err: NetError | null = null;
    for (let i = 0; i < list.length && err === null; i++) {
      const put = to.write(list[i]);
      total += put.n;
      err = put.err;
    }
    this.consume(total);
    return new Copied(total, err);
  }

  /** consume takes the first n bytes out, and every run that is done. A `BuffersWriter` calls it with what it has written. */
  consume(n: i64): void {
    const list = this.list;
    let done = 0;
    while (done < list.length && n >= list[done].length) n -= list[done++].length;
    list.splice(0, done);
    if (n > 0 && list.length > 0) list[0] = list[0].subarray(<i32>n);
  }
}
