// ping: asks a host whether it is there, four times, over a raw socket. That takes privileges, of the host program and of the guest:
//
//     sudo wasi-net run --allow-raw=icmp ping.wasm 127.0.0.1
import { dialIP, IPConn, resolveIPAddr } from "wasi-net/assembly";
import { args, exit, print, printError } from "wasi-net/assembly/os";
import { sleep } from "wasi-net/assembly/task";
import { millisecond, now, second } from "wasi-net/assembly/time";

// An ICMP message: u8 type   u8 code   u16 checksum   u16 identifier   u16 number   data. All in network order.
const REQUEST: u8 = 8;
const REPLY: u8 = 0;
const SIZE: i32 = 56;

export function main(): void {
  const words = args();
  const host = words.length > 1 ? words[1] : "127.0.0.1";
  const resolved = resolveIPAddr("ip4", host);
  if (resolved.err) fail(resolved.err!.error());
  const dialed = dialIP("ip4:icmp", null, resolved.value);
  if (dialed.err) fail(dialed.err!.error());
  const conn = dialed.value;
  const identifier = <u16>(now() / millisecond);
  let answers = 0;
  for (let number: u16 = 1; number <= 4; number++) {
    if (number > 1) sleep(200 * millisecond);
    const begin = now();
    if (ask(conn, identifier, number)) {
      answers++;
      print(`answer ${number} from ${host} after ${(now() - begin) / 1000} us`);
    } else {
      print(`no answer ${number} from ${host}`);
    }
  }
  conn.close();
  if (answers == 0) exit(1);
}

/** ask sends one request and waits a second for its answer. */
function ask(conn: IPConn, identifier: u16, number: u16): bool {
  const message = new Uint8Array(SIZE);
  const at = message.dataStart;
  store<u8>(at, REQUEST);
  store<u16>(at, bswap(identifier), 4);
  store<u16>(at, bswap(number), 6);
  store<u16>(at, checksum(message), 2);
  const put = conn.write(message);
  if (put.err) fail(put.err!.error());
  conn.setReadDeadline(now() + second);
  const buffer = new Uint8Array(1500);
  while (true) {
    const got = conn.readFrom(buffer);
    if (got.err) return false;
    // The socket gets every ICMP message of that host: those of others, and on the loopback our own requests.
    const answer = buffer.dataStart;
    if (got.n < 8 || load<u8>(answer) != REPLY) continue;
    if (bswap(load<u16>(answer, 4)) == identifier && bswap(load<u16>(answer, 6)) == number) {
      return true;
    }
  }
}

/** checksum is the Internet checksum of a message whose own is 0, as it stands in memory. */
function checksum(message: Uint8Array): u16 {
  let sum: u32 = 0;
  for (let i = 0; i < message.length; i += 2) sum += load<u16>(message.dataStart + i);
  while (sum >>> 16) sum = (sum & 0xffff) + (sum >>> 16);
  return ~(<u16>sum);
}

function fail(text: string): void {
  printError(text);
  exit(1);
}
