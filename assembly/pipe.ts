/**
 * A connection inside of the program: two ends, and no buffer between them. A write ends when readers have taken all of it.
 *
 *      first end                                     second end
 *      write ───────────────▶  Lane  ───────────────▶ read
 *       read ◀───────────────  Lane  ◀─────────────── write
 */
import { Addr } from "./addr";
import { NetError } from "./errors";
import { eof, errClosedPipe, IOResult, Reader, Writer } from "./io";
import { Conn, OpError } from "./net";
import { errDeadlineExceeded } from "./os";
import { nanotime } from "./sys/clock";
import { panic } from "./sys/panic";
import { Goroutine, WaitReason } from "./task/goroutine";
import { park, ready, running, tookTurn } from "./task/scheduler";
import { Mutex } from "./task/sync";
import { Timer } from "./task/timer";
import { monotonic, Time } from "./time";

/** Pipe is the two ends that `pipe` makes. They are alike; the names only tell them apart. */
export class Pipe {
  constructor(
    readonly client: PipeConn,
    readonly server: PipeConn,
  ) {}
}

/** pipe makes a connection inside of the program: Go's `client, server := net.Pipe()`. */
export function pipe(): Pipe {
  const there = new Lane();
  const back = new Lane();
  return new Pipe(new PipeConn(back, there), new PipeConn(there, back));
}

/**
 * PipeConn is one end of a pipe. When this end is closed, every call fails with `errClosedPipe`; when the other one is, reads end with
 * `eof` and all else fails with `errClosedPipe`. Both come as they are, not in an OpError.
 */
export class PipeConn implements Conn, Reader, Writer {
  private readonly reading: IOResult = new IOResult();
  private readonly writing: IOResult = new IOResult();

  constructor(
    private readonly incoming: Lane,
    private readonly outgoing: Lane,
  ) {}

  /** read waits for a write at the other end and takes what fits; a buffer without room waits as well, and takes nothing. */
  read(buffer: Uint8Array): IOResult {
    const lane = this.incoming;
    let n = 0;
    let err = lane.readError();
    if (err === null) {
      const writer = lane.writer;
      if (writer !== null) {
        n = writer.moveTo(buffer);
        if (writer.empty) lane.endWriter(null);
        tookTurn();
      } else {
        const reader = new Waiting(buffer, 0, buffer.length);
        lane.readers.push(reader);
        park(WaitReason.select);
        n = reader.at;
        err = reader.err;
      }
    }
    return answer(this.reading, "read", n, err);
  }

  /** write waits until all is read at the other end; without a byte to write, until somebody reads. */
  write(data: Uint8Array, start: i32 = 0, end: i32 = i32.MAX_VALUE): IOResult {
    const stop = min(end, data.length);
    if (start < 0 || start > stop) panic("slice bounds out of range");
    const lane = this.outgoing;
    let n = 0;
    let err = lane.writeError();
    if (err === null) {
      // One after the other, so that the bytes of two writes do not mix.
      lane.turn.lock();
      const writer = new Waiting(data, start, stop);
      err = lane.send(writer);
      n = writer.at - start;
      lane.turn.unlock();
    }
    return answer(this.writing, "write", n, err);
  }

  /** close ends the connection for both ends. It never fails. */
  close(): NetError | null {
    this.incoming.close(errClosedPipe);
    this.outgoing.close(eof);
    return null;
  }

  /** localAddr is an address that prints as "pipe". */
  localAddr(): Addr | null {
    return new PipeAddr();
  }

  /** remoteAddr is an address that prints as "pipe". */
  remoteAddr(): Addr | null {
    return new PipeAddr();
  }

  setDeadline(t: Time): NetError | null {
    const err = this.setReadDeadline(t);
    return err !== null ? err : this.setWriteDeadline(t);
  }

  setReadDeadline(t: Time): NetError | null {
    if (this.incoming.closed) return errClosedPipe;
    this.incoming.readDeadline.move(t);
    return null;
  }

  setWriteDeadline(t: Time): NetError | null {
    if (this.outgoing.closed) return errClosedPipe;
    this.outgoing.writeDeadline.move(t);
    return null;
  }
}

class PipeAddr extends Addr {
  network(): string {
    return "pipe";
  }

  toString(): string {
    return "pipe";
  }
}

function answer(result: IOResult, op: string, n: i32, err: NetError | null): IOResult {
  result.n = n;
  result.err =
    err === errDeadlineExceeded ? new OpError(op, "pipe", null, null, errDeadlineExceeded) : err;
  return result;
}

/** Waiting is a read or write under way: the bytes of data from `at` up to `end` are still to be moved. */
class Waiting {
  readonly goroutine: Goroutine = running();
  err: NetError | null = null;

  constructor(
    readonly data: Uint8Array,
    public at: i32,
    readonly end: i32,
  ) {}

  get empty(): bool {
    return this.at == this.end;
  }

  /** moveTo copies as much as fits to the start of a buffer, and answers how much. */
  moveTo(buffer: Uint8Array): i32 {
    const n = min(this.end - this.at, buffer.length);
    memory.copy(buffer.dataStart, this.data.dataStart + this.at, n);
    this.at += n;
    return n;
  }

  /** finish ends its waiting. */
  finish(err: NetError | null): void {
    this.err = err;
    ready(this.goroutine);
  }
}

/** Lane is one direction. Readers and a writer never wait in it at once: who comes second moves the bytes. */
class Lane {
  readonly readers: Waiting[] = [];
  /** writer is the one whose turn it is, where it has to wait. */
  writer: Waiting | null = null;
  readonly turn: Mutex = new Mutex();
  readonly readDeadline: Deadline = new Deadline(this, true);
  readonly writeDeadline: Deadline = new Deadline(this, false);
  /** ended is what reads fail with once an end is closed: `errClosedPipe` if it is theirs, which counts first, otherwise `eof`. */
  private ended: NetError | null = null;

  get closed(): bool {
    return this.ended !== null;
  }

  readError(): NetError | null {
    if (this.ended !== null) return this.ended;
    return this.readDeadline.over ? errDeadlineExceeded : null;
  }

  writeError(): NetError | null {
    if (this.ended !== null) return errClosedPipe;
    return this.writeDeadline.over ? errDeadlineExceeded : null;
  }

  /** send hands the bytes to readers; it is the writer's turn. */
  send(writer: Waiting): NetError | null {
    const err = this.writeError();
    if (err !== null) return err;
    while (this.readers.length > 0) {
      const reader = this.readers.shift();
      reader.at = writer.moveTo(reader.data);
      reader.finish(null);
      if (!writer.empty) continue;
      tookTurn();
      return null;
    }
    this.writer = writer;
    park(WaitReason.select);
    return writer.err;
  }

  /** close ends the lane; reads fail with reason from now on. */
  close(reason: NetError): void {
    if (this.ended !== errClosedPipe) this.ended = reason;
    this.readDeadline.stop();
    this.writeDeadline.stop();
    this.endReaders(reason);
    this.endWriter(errClosedPipe);
  }

  endReaders(err: NetError): void {
    while (this.readers.length > 0) this.readers.shift().finish(err);
  }

  endWriter(err: NetError | null): void {
    const writer = this.writer;
    if (writer === null) return;
    this.writer = null;
    writer.finish(err);
  }
}

/** Deadline is a lane's, for its reads or its writes. */
class Deadline extends Timer {
  /** over tells whether the time has come. */
  over: bool = false;

  constructor(
    private readonly lane: Lane,
    private readonly reads: bool,
  ) {
    super();
  }

  /** move sets the time to t; 0 for never. */
  move(t: Time): void {
    const when = monotonic(t);
    if (t != 0 && when > nanotime()) {
      this.over = false;
      this.set(when);
      return;
    }
    this.stop();
    if (t != 0) this.fire();
    else this.over = false;
  }

  fire(): void {
    this.over = true;
    if (this.reads) this.lane.endReaders(errDeadlineExceeded);
    else this.lane.endWriter(errDeadlineExceeded);
  }
}
