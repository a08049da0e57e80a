// A UDP echo server: every packet goes back to whom it came from.
//
//     wasi-net run --allow-listen=:10000 --allow-dial udp.wasm
//
// To answer is to send, so the host asks for permission to dial: here to everybody, or name the networks of your clients.
import { listenUDP, resolveUDPAddr } from "wasi-net/assembly";
import { args, exit, print, printError } from "wasi-net/assembly/os";

export function main(): void {
  const words = args();
  const address = resolveUDPAddr("udp", words.length > 1 ? words[1] : ":10000").unwrap();
  const listened = listenUDP("udp", address);
  if (listened.err) {
    printError(listened.err!.error());
    exit(1);
  }
  const conn = listened.value;
  print("listening on " + conn.localAddr()!.toString());
  const buffer = new Uint8Array(65535);
  while (true) {
    const got = conn.readFromUDPAddrPort(buffer);
    if (got.err) continue;
    const put = conn.writeToUDPAddrPort(buffer, got.addr, 0, got.n);
    if (put.err) printError(put.err!.error());
  }
}
