// A read or write that a goroutine of its own makes.
import { Conn, eof, errDeadlineExceeded, NetError } from "wasi-net/assembly";
import { errClosedPipe } from "wasi-net/assembly/io";
import { Chan, go, gosched } from "wasi-net/assembly/task";

export class Call {
  n: i32 = 0;
  err: NetError | null = null;
  done: bool = false;
  private readonly end: Chan<bool> = new Chan<bool>();

  constructor(
    readonly conn: Conn,
    readonly bytes: Uint8Array,
  ) {}

  finish(n: i32, err: NetError | null): void {
    this.n = n;
    this.err = err;
    this.done = true;
    this.end.close();
  }

  /** wait waits for the end, and answers how it ended: "3", "0 EOF", "2 closed" … */
  wait(): string {
    this.end.receiveOk();
    return ending(this.n, this.err);
  }

  /** state is how it ended, or "waits". */
  get state(): string {
    return this.done ? ending(this.n, this.err) : "waits";
  }

  /** text is what was read. */
  get text(): string {
    return String.UTF8.decodeUnsafe(this.bytes.dataStart, this.n);
  }
}

export function ending(n: i32, err: NetError | null): string {
  const text = n.toString();
  if (err === null) return text;
  if (err === eof) return text + " EOF";
  if (err === errClosedPipe) return text + " closed";
  return text + (err.is(errDeadlineExceeded) ? " timeout" : " " + err.error());
}

/** reads and writes start a call, and let it run until it waits. */
export function reads(conn: Conn, size: i32): Call {
  const call = new Call(conn, new Uint8Array(size));
  go<Call>((it: Call): void => {
    const got = it.conn.read(it.bytes);
    it.finish(got.n, got.err);
  }, call);
  settle();
  return call;
}

export function writes(conn: Conn, text: string): Call {
  const call = new Call(conn, bytesOf(text));
  go<Call>((it: Call): void => {
    const put = it.conn.write(it.bytes);
    it.finish(put.n, put.err);
  }, call);
  settle();
  return call;
}

/** settle lets every goroutine run until it waits. */
export function settle(): void {
  for (let i = 0; i < 3; i++) gosched();
}

/** read reads once: the text, or how it ended. */
export function read(conn: Conn, size: i32 = 100): string {
  const buffer = new Uint8Array(size);
  const got = conn.read(buffer);
  if (got.err !== null) return ending(got.n, got.err);
  return String.UTF8.decodeUnsafe(buffer.dataStart, got.n);
}

/** write writes once, and answers how it ended. */
export function write(conn: Conn, text: string): string {
  const put = conn.write(bytesOf(text));
  return ending(put.n, put.err);
}

export function bytesOf(text: string): Uint8Array {
  return Uint8Array.wrap(String.UTF8.encode(text));
}
