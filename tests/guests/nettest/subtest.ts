// What the sub-tests are made of.
import { Conn, errDeadlineExceeded, NetError, OpError } from "wasi-net/assembly";
import { readFull } from "wasi-net/assembly/io";
import { go, gosched, WaitGroup } from "wasi-net/assembly/task";
import { Time } from "wasi-net/assembly/time";
import { Pair } from "./networks";

/** LONG_AGO is a deadline that is over. */
export const LONG_AGO: Time = 233_431_200_000_000_000;
/** CHUNK is how much is written at once: every network's messages may be so large. */
export const CHUNK: i32 = 1024;

/** T is one round of a sub-test, with a connection of its own. */
export class T {
  readonly c1: Conn;
  readonly c2: Conn;
  /** why is the first thing that was wrong. */
  why: string = "";
  /** helpers end when the connection is closed. */
  private readonly helpers: WaitGroup = new WaitGroup();
  private readonly workers: WaitGroup = new WaitGroup();

  constructor(
    readonly pair: Pair,
    /** round counts from 1. */
    readonly round: i32,
  ) {
    this.c1 = pair.c1;
    this.c2 = pair.c2;
  }

  fail(why: string): void {
    if (this.why == "") this.why = why;
  }

  ok(what: string, err: NetError | null): void {
    if (err !== null) this.fail(what + ": " + err.error());
  }

  /** timedOut wants the error of a deadline, as every network has it. */
  timedOut(what: string, err: NetError | null): void {
    if (err === null) this.fail(what + ": nil, want a timeout");
    else if (!err.timeout() || !err.is(errDeadlineExceeded) || err.as<OpError>() !== err) {
      this.fail(what + ": " + err.error() + ", want a timeout");
    }
  }

  /** start runs work, which the sub-test waits for by `wait`; help runs work that ends when the connection is closed. */
  start(work: (job: Job) => void, conn: Conn): void {
    begin(new Job(this, conn, work, this.workers));
  }

  help(work: (job: Job) => void, conn: Conn): void {
    begin(new Job(this, conn, work, this.helpers));
  }

  wait(): void {
    this.workers.wait();
  }

  /** end closes the connection and waits for the helpers. */
  end(): void {
    this.c1.close();
    this.c2.close();
    this.helpers.wait();
  }
}

/** Job is work that a goroutine of its own does with a connection. */
export class Job {
  constructor(
    readonly t: T,
    readonly conn: Conn,
    readonly work: (job: Job) => void,
    readonly group: WaitGroup,
  ) {}
}

function begin(job: Job): void {
  job.group.add(1);
  go<Job>((it: Job): void => {
    it.work(it);
    it.group.done();
  }, job);
}

/** echo sends everything back. */
export function echo(job: Job): void {
  const buffer = new Uint8Array(CHUNK);
  while (true) {
    const got = job.conn.read(buffer);
    if (got.err !== null) return;
    if (job.conn.write(buffer, 0, got.n).err !== null) return;
  }
}

/** discard reads on and on. */
export function discard(job: Job): void {
  const buffer = new Uint8Array(CHUNK);
  while (job.conn.read(buffer).err === null);
}

/** pour writes zeros on and on. It lets others run after each write: some networks never make it wait. */
export function pour(job: Job): void {
  const buffer = new Uint8Array(CHUNK);
  while (job.conn.write(buffer).err === null) gosched();
}

/** roundtrip writes something to a connection whose other end is an `echo`, and reads it back. */
export function roundtrip(t: T, conn: Conn): void {
  t.ok("roundtrip: setDeadline", conn.setDeadline(0));
  const text = "Hello, world!";
  const buffer = Uint8Array.wrap(String.UTF8.encode(text));
  t.ok("roundtrip: write", conn.write(buffer).err);
  buffer.fill(0);
  t.ok("roundtrip: read", readFull(conn, buffer).err);
  const got = String.UTF8.decodeUnsafe(buffer.dataStart, buffer.length);
  if (got != text) t.fail("roundtrip: read " + got);
}

const MARK: u8 = 0xff;

/** resync brings a connection in step again, whose other end is an `echo`: it reads all that is still on its way. None of that is MARK. */
export function resync(t: T, conn: Conn): void {
  conn.setDeadline(0);
  t.start((job: Job): void => {
    const mark = new Uint8Array(1);
    mark[0] = MARK;
    job.t.ok("resync: write", job.conn.write(mark).err);
  }, conn);
  const buffer = new Uint8Array(CHUNK);
  while (true) {
    const got = conn.read(buffer);
    if (got.n > 0 && buffer.subarray(0, got.n).indexOf(MARK) == got.n - 1) break;
    if (got.err === null) continue;
    t.ok("resync: read", got.err);
    break;
  }
  t.wait();
}
