/**
 * Reads all that its peers send and, at the end of each connection, answers how many bytes that were, in decimal.
 *
 * usage: sink HOST:PORT BUFFER    prints "listening HOST:PORT"
 */
import { Conn, eof, listen } from "wasi-net/assembly";
import { writeString } from "wasi-net/assembly/io";
import { args, printError } from "wasi-net/assembly/os";
import { go } from "wasi-net/assembly/task";

let bufferSize = 0;

export function main(): void {
  const words = args();
  bufferSize = I32.parseInt(words[2]);
  const ln = listen("tcp", words[1]).unwrap();
  printError("listening " + ln.addr().toString());
  while (true) {
    go<Conn>(sink, ln.accept().unwrap());
  }
}

function sink(conn: Conn): void {
  const buffer = new Uint8Array(bufferSize);
  let total: i64 = 0;
  let got = conn.read(buffer);
  while (got.err === null) {
    total += got.n;
    got = conn.read(buffer);
  }
  if (got.err === eof) writeString(conn, total.toString());
  conn.close();
}
