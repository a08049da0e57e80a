// An echo server: whatever a connection sends comes back. A goroutine for each connection.
import { Conn, listen } from "wasi-net/assembly";
import { args } from "wasi-net/assembly/os";
import { go } from "wasi-net/assembly/task";

export function main(): void {
  const arguments_ = args();
  const ln = listen("tcp", arguments_.length > 1 ? arguments_[1] : ":10000").unwrap();
  while (true) {
    const accepted = ln.accept();
    if (accepted.err) continue;
    go<Conn>(echo, accepted.value);
  }
}

function echo(conn: Conn): void {
  const buffer = new Uint8Array(2048);
  while (true) {
    const got = conn.read(buffer);
    if (got.err) break;
    if (conn.write(buffer, 0, got.n).err) break;
  }
  conn.close();
}
