// Faults that messages meet which have control data.
import { dialUnix, listenUnix, UnixAddr, UnixConn } from "wasi-net/assembly";
import { E } from "wasi-net/assembly/sys/errno";
import * as sys from "wasi-net/assembly/sys/socket";
import { parseSocketControlMessage, parseUnixRights, unixRights } from "wasi-net/assembly/syscall";
import { exchange, Pair, T } from "./check";
import { Also, Call, check, fail } from "./orders";

export function messages(): void {
  check("messages", (t: T) => {
    const ln = listenUnix("unix", new UnixAddr("", "unix")).unwrap();
    const client = dialUnix("unix", null, <UnixAddr>ln.addr()).unwrap();
    const server = ln.acceptUnix().unwrap();
    ln.close();
    const pair = new Pair();
    const given = unixRights([
      pair.client.file().value.release(),
      pair.server.file().value.release(),
    ]);
    fail(Call.sendMessage, Also.NOBUFS);
    trySend(t, client, given);
    fail(Call.sendMessage, E.INTR, 2);
    trySend(t, client, given);
    fail(Call.recvMessage, Also.NOMEM);
    tryTake(t, server);
    fail(Call.recvMessage, E.INTR, 2);
    tryTake(t, server);
    fail(Call.claim, Also.NOBUFS);
    trySend(t, client, given);
    tryTake(t, server);
    const numbers = parseUnixRights(parseSocketControlMessage(given).value[0]).value;
    for (let i = 0; i < numbers.length; i++) sys.close(numbers[i]);
    t.ok("works", exchange(client, server) && exchange(pair.client, pair.server));
    pair.close();
    client.close();
    server.close();
  });
}

function trySend(t: T, conn: UnixConn, oob: Uint8Array): void {
  const put = conn.writeMsgUnix(new Uint8Array(1), oob, null);
  t.op("write", put.n, put.err, conn);
}

/** tryTake reads a message, and closes the sockets that come with it. */
function tryTake(t: T, conn: UnixConn): void {
  const oob = new Uint8Array(100);
  const got = conn.readMsgUnix(new Uint8Array(1), oob);
  t.op("read", got.n, got.err, conn);
  if (got.err !== null) return;
  t.log(got.oobn.toString() + " flags " + got.flags.toString(16));
  const messages = parseSocketControlMessage(oob.subarray(0, got.oobn)).value;
  for (let i = 0; i < messages.length; i++) {
    const numbers = parseUnixRights(messages[i]).value;
    for (let j = 0; j < numbers.length; j++) sys.close(numbers[j]);
  }
}
