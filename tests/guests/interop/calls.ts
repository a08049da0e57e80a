// Single calls, noted.
import { Conn } from "wasi-net/assembly";
import { go, gosched, WaitGroup } from "wasi-net/assembly/task";
import { NetError } from "wasi-net/assembly";
import { past, soon } from "./control";
import { failed, moved, note } from "./transcript";

export function bytesOf(text: string): Uint8Array {
  return Uint8Array.wrap(String.UTF8.encode(text));
}

/** once reads once. */
export function once(step: string, conn: Conn, size: i32): void {
  const buffer = new Uint8Array(size);
  const got = conn.read(buffer);
  moved(step, buffer, got.n, got.err);
}

/** put writes once. */
export function put(step: string, conn: Conn, text: string): void {
  putBytes(step, conn, bytesOf(text));
}

export function putBytes(step: string, conn: Conn, data: Uint8Array): bool {
  const written = conn.write(data);
  moved(step, data, written.n, written.err);
  return written.err === null;
}

/** writeOn writes until that fails: a first write may succeed that the peer never reads. */
export function writeOn(conn: Conn): NetError {
  const data = bytesOf("x");
  while (true) {
    const err = conn.write(data).err;
    if (err !== null) return err;
  }
}

/** afterClose is what a closed connection answers. */
export function afterClose(conn: Conn): void {
  once("read", conn, 100);
  once("read nothing", conn, 0);
  put("write", conn, "abc");
  put("write nothing", conn, "");
  failed("close again", conn.close());
  failed("setDeadline", conn.setDeadline(soon()));
  failed("setReadDeadline", conn.setReadDeadline(past));
  failed("setWriteDeadline", conn.setWriteDeadline(past));
  note("local address", conn.localAddr()!.toString());
}

class Reading {
  readonly buffer: Uint8Array = new Uint8Array(100);
  readonly end: WaitGroup = new WaitGroup();
  n: i32 = 0;
  err: NetError | null = null;

  constructor(readonly conn: Conn) {}
}

/** closeUnder closes a connection that another goroutine reads. */
export function closeUnder(conn: Conn): void {
  const reading = new Reading(conn);
  reading.end.add(1);
  go<Reading>((it: Reading): void => {
    const got = it.conn.read(it.buffer);
    it.n = got.n;
    it.err = got.err;
    it.end.done();
  }, reading);
  gosched();
  failed("close", conn.close());
  reading.end.wait();
  moved("read", reading.buffer, reading.n, reading.err);
}

/** fill writes a piece again and again until that fails, and answers how much before. */
export function fill(conn: Conn, piece: Uint8Array): i32 {
  let total = 0;
  let err: NetError | null = null;
  while (err === null && total < 64 << 20) {
    const written = conn.write(piece);
    total += written.n;
    err = written.err;
  }
  failed("write", err);
  return total;
}
