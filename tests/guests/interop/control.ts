// The control connection: it carries addresses, and it says when a side has done what the other waits for.
import { Conn, dial, listen, TCPAddr } from "wasi-net/assembly";
import { writeString } from "wasi-net/assembly/io";
import { print } from "wasi-net/assembly/os";
import { panic } from "wasi-net/assembly/sys/panic";
import { after, millisecond, second, Time } from "wasi-net/assembly/time";
import { scene } from "./transcript";

let control: Conn | null = null;
/** controlPort is where the control connection was awaited. */
export let controlPort: i32 = 0;
/** What has been read of the connection and not been heard yet. */
let heard: string = "";
const buffer = new Uint8Array(4096);

export function awaitPeer(): void {
  const ln = listen("tcp", "127.0.0.1:0").unwrap();
  print(ln.addr().toString());
  controlPort = (<TCPAddr>ln.addr()).port;
  control = ln.accept().unwrap();
}

export function goToPeer(address: string): void {
  const conn = dial("tcp", address).unwrap();
  controlPort = (<TCPAddr>conn.remoteAddr()!).port;
  control = conn;
}

/** tell sends a line to the peer. */
export function tell(text: string): void {
  const err = writeString(control!, text + "\n").err;
  if (err !== null) panic(scene + ": " + err.error());
}

/** hear waits for the peer's next line. A peer that hangs is waited for no longer than the calls of a scene last. */
export function hear(): string {
  const conn = control!;
  conn.setReadDeadline(after(8 * second));
  while (!heard.includes("\n")) {
    const got = conn.read(buffer);
    const err = got.err;
    if (err !== null) panic(scene + ": no word from the peer: " + err.error());
    heard += String.UTF8.decodeUnsafe(buffer.dataStart, got.n);
  }
  const end = heard.indexOf("\n");
  const line = heard.substring(0, end);
  heard = heard.substring(end + 1);
  return line;
}

/** swap sends a line and answers the peer's. */
export function swap(text: string): string {
  tell(text);
  return hear();
}

/** meet lets both sides come to the same point. */
export function meet(): void {
  swap("");
}

/** soon is a deadline that no call meets that does not hang. */
export function soon(): Time {
  return after(4 * second);
}

/** briefly is a deadline that passes. */
export function briefly(times: i64 = 1): Time {
  return after(times * 20 * millisecond);
}

/** past is a deadline that is over. */
export const past: Time = second;
