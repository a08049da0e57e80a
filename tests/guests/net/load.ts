// Load, by a program that dials: load ADDRESS:PORT, what, numbers.
//
//   storm N at-once     N times connect, one exchange, close
//   crowd N messages    N connections at once, each with so many exchanges, all of them connected before the first message
//   flood N             N connections that never stop sending
import { Conn, dial } from "wasi-net/assembly";
import { readFull } from "wasi-net/assembly/io";
import { args, exit, print } from "wasi-net/assembly/os";
import { go, WaitGroup } from "wasi-net/assembly/task";

const running = new WaitGroup();
let host = "";
let port = "";
let left: i32 = 0;
let messages: i32 = 0;
let errors: i32 = 0;
let done: i32 = 0;

export function main(): void {
  const words = args();
  const colon = words[1].lastIndexOf(":");
  host = words[1].substring(0, colon);
  port = words[1].substring(colon);
  const count = I32.parseInt(words[3]);
  if (words[2] == "storm") storm(count, I32.parseInt(words[4]));
  else if (words[2] == "crowd") crowd(count, I32.parseInt(words[4]));
  else flood(count);
  print(done.toString() + " done, " + errors.toString() + " errors");
  exit(errors > 0 ? 1 : 0);
}

function storm(count: i32, atOnce: i32): void {
  left = count;
  running.add(atOnce);
  for (let i = 0; i < atOnce; i++) go<i32>(connectAgain, i);
  running.wait();
}

/** Each goes to an address of its own on the loopback, so that there are enough ports for all who came and went. */
function connectAgain(id: i32): void {
  const address = "127.0.0." + (1 + (id & 15)).toString() + port;
  const message = new Uint8Array(64).fill(<u8>id);
  const buffer = new Uint8Array(64);
  while (left > 0) {
    left--;
    const dialed = dial("tcp", address);
    if (dialed.err !== null) {
      failed(dialed.err!.error());
      continue;
    }
    begin(dialed.value);
    exchange(dialed.value, message, buffer);
    dialed.value.close();
    done++;
  }
  running.done();
}

function crowd(count: i32, each: i32): void {
  messages = each;
  running.add(count);
  const conns = new Array<Conn>();
  for (let i = 0; i < count; i++) {
    const dialed = dial("tcp", host + port);
    if (dialed.err !== null) failed(dialed.err!.error());
    else conns.push(dialed.value);
  }
  for (let i = 0; i < conns.length; i++) go<Conn>(talk, conns[i]);
  running.wait();
}

let serial: u32 = 0;

function talk(conn: Conn): void {
  const message = new Uint8Array(64);
  const buffer = new Uint8Array(64);
  begin(conn);
  for (let i = 0; i < messages; i++) {
    serial++;
    for (let at = 0; at < 64; at += 4) store<u32>(message.dataStart + at, serial * <u32>(at + 1));
    exchange(conn, message, buffer);
    done++;
  }
  conn.close();
  running.done();
}

function begin(conn: Conn): void {
  const wish = new Uint8Array(1).fill(0x65);
  conn.write(wish);
}

function exchange(conn: Conn, message: Uint8Array, buffer: Uint8Array): void {
  const put = conn.write(message);
  if (put.err !== null) return failed(put.err!.error());
  const got = readFull(conn, buffer);
  if (got.err !== null) return failed(got.err!.error());
  if (memory.compare(buffer.dataStart, message.dataStart, 64) != 0) failed("other bytes came back");
}

function failed(why: string): void {
  if (errors++ < 5) print(why);
}

function flood(count: i32): void {
  running.add(count);
  for (let i = 0; i < count; i++) go<Conn>(pour, dial("tcp", host + port).value);
  running.wait();
}

function pour(conn: Conn): void {
  const data = new Uint8Array(1 << 20).fill(0x73);
  while (conn.write(data).err === null) done++;
  running.done();
}
