// A client: dials, writes a line, prints what comes back, until the server ends the connection.
//
//     wasi-net run --allow-dial=127.0.0.1:10000 client.wasm 127.0.0.1:10000 "hello"
import { dialTimeout, eof } from "wasi-net/assembly";
import { writeString } from "wasi-net/assembly/io";
import { args, exit, print, printError } from "wasi-net/assembly/os";
import { second } from "wasi-net/assembly/time";
import { TCPConn } from "wasi-net/assembly/tcpsock";

export function main(): void {
  const words = args();
  const address = words.length > 1 ? words[1] : "127.0.0.1:10000";
  const line = words.length > 2 ? words[2] : "hello";

  const dialed = dialTimeout("tcp", address, 5 * second);
  if (dialed.err) fail(dialed.err!.error());
  const conn = dialed.value;
  const sent = writeString(conn, line + "\n");
  if (sent.err) fail(sent.err!.error());
  // Nothing more from here: an echo server answers, reads the end, and ends the connection too.
  (<TCPConn>conn).closeWrite();

  const buffer = new Uint8Array(4096);
  let got = conn.read(buffer);
  while (!got.err) {
    print(String.UTF8.decodeUnsafe(buffer.dataStart, got.n).trimEnd());
    got = conn.read(buffer);
  }
  if (got.err !== eof) fail(got.err!.error());
  conn.close();
}

function fail(text: string): void {
  printError(text);
  exit(1);
}
