// A server for load: the first byte of a connection says what it wants. e: an echo, s: to send for ever, ?: counters, each time.
import { Conn, eof, listen } from "wasi-net/assembly";
import { readFull, writeString } from "wasi-net/assembly/io";
import { args } from "wasi-net/assembly/os";
import { heapSize } from "wasi-net/assembly/rt/collector";
import { alive } from "wasi-net/assembly/task/goroutine";
import { waiting } from "wasi-net/assembly/task/netpoll";
import { armed } from "wasi-net/assembly/task/timer";
import { go } from "wasi-net/assembly/task";

let total: i64 = 0;

export function main(): void {
  const words = args();
  const ln = listen("tcp", words.length > 1 ? words[1] : "127.0.0.1:0").unwrap();
  while (true) {
    const accepted = ln.accept();
    if (!accepted.err) go<Conn>(serve, accepted.value);
  }
}

function serve(conn: Conn): void {
  const wish = new Uint8Array(1);
  if (readFull(conn, wish).err === null) {
    if (wish[0] == 0x65) echo(conn);
    else if (wish[0] == 0x73) sink(conn);
    else report(conn);
  }
  conn.close();
}

function echo(conn: Conn): void {
  const buffer = new Uint8Array(2048);
  while (true) {
    const got = conn.read(buffer);
    if (got.err !== null || conn.write(buffer.subarray(0, got.n)).err !== null) return;
  }
}

/** sink reads in pieces so small that there is always more: its reads never have to wait. */
function sink(conn: Conn): void {
  const buffer = new Uint8Array(256);
  while (true) {
    const got = conn.read(buffer);
    if (got.err !== null) return;
    total += got.n;
  }
}

/** report answers each byte with a line: goroutines, those that wait for sockets, timers, bytes of objects, bytes sunk. */
function report(conn: Conn): void {
  const wish = new Uint8Array(1);
  do {
    __collect();
    let line = alive.toString() + " " + waiting().toString() + " " + armed().toString();
    line += " " + heapSize().toString() + " " + total.toString();
    if (writeString(conn, line + "\n").err !== null) return;
  } while (readFull(conn, wish).err !== eof);
}
