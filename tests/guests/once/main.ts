// One connection: what it says is printed, and that is the end, in the same turn.
import { listen } from "wasi-net/assembly";
import { exit, print } from "wasi-net/assembly/os";

export function main(): void {
  const ln = listen("tcp", "127.0.0.1:0").unwrap();
  const conn = ln.accept().unwrap();
  const buffer = new Uint8Array(64);
  const got = conn.read(buffer);
  print(String.UTF8.decodeUnsafe(buffer.dataStart, got.n));
  exit(0);
}
