/**
 * examples/echo.ts with the size of the read buffer as an argument, so that all servers have the same.
 *
 * usage: echo HOST:PORT BUFFER    prints "listening HOST:PORT"
 */
import { Conn, listen } from "wasi-net/assembly";
import { args, printError } from "wasi-net/assembly/os";
import { go } from "wasi-net/assembly/task";

let bufferSize = 0;

export function main(): void {
  const words = args();
  bufferSize = I32.parseInt(words[2]);
  const ln = listen("tcp", words[1]).unwrap();
  printError("listening " + ln.addr().toString());
  while (true) {
    go<Conn>(echo, ln.accept().unwrap());
  }
}

function echo(conn: Conn): void {
  const buffer = new Uint8Array(bufferSize);
  while (true) {
    const got = conn.read(buffer);
    if (got.err) break;
    if (conn.write(buffer, 0, got.n).err) break;
  }
  conn.close();
}
