import { dial, dialUnix, listenPacket, listenUnixgram, UnixAddr } from "wasi-net/assembly";
import { millisecond, now, second } from "wasi-net/assembly/time";
import {
  bytes,
  check,
  inFolder,
  NONE,
  Op,
  PAST,
  settle,
  startReceive,
  startWrite,
  T,
  textOf,
} from "./check";
import { gram, stream, tell } from "./unixpair";

export function unixgram(): void {
  check("unixgram: names", (t: T) => {
    const server = listenUnixgram("unixgram", gram("gram-names")).value;
    t.log(tell(server.localAddr()) + " " + tell(server.remoteAddr()));
    for (let named = 0; named < 2; named++) {
      const from: UnixAddr | null = named == 0 ? null : gram("gram-names-from");
      const client = dialUnix("unixgram", from, gram("gram-names")).value;
      t.log(tell(client.localAddr()) + " " + tell(client.remoteAddr()));
      client.write(bytes("abc"));
      t.received("from", server);
      client.close();
    }
    server.close();
  });

  check("unixgram: a server", (t: T) => {
    const server = listenPacket("unixgram", inFolder("gram-server")).value;
    const client = listenPacket("unixgram", inFolder("gram-client")).value;
    for (let i = 0; i < 3; i++) {
      client.writeTo(bytes("ping"), server.localAddr());
      const buffer = new Uint8Array(10);
      const got = server.readFrom(buffer);
      t.packet("server", textOf(buffer, got.n), got.addr, got.err);
      server.writeTo(bytes("pong"), got.addr);
      t.received("client", client);
    }
    client.close();
    server.close();
  });

  check("unixgram: of nothing", (t: T) => {
    const server = listenUnixgram("unixgram", gram("gram-nothing")).value;
    const client = dial("unixgram", inFolder("gram-nothing")).value;
    t.failed("write", client.write(NONE).err);
    t.received("readFrom", server);
    client.write(NONE);
    const got = server.read(new Uint8Array(1));
    t.op("read", got.n, got.err, null);
    client.write(bytes("lost"));
    t.received("nothing of it", server, 0);
    client.write(bytes("kept"));
    const none = server.read(NONE);
    t.op("read", none.n, none.err, null);
    t.received("readFrom", server);
    client.close();
    server.close();
  });

  check("unixgram: longer than the buffer", (t: T) => {
    const server = listenUnixgram("unixgram", gram("gram-long")).value;
    const client = dial("unixgram", inFolder("gram-long")).value;
    for (let i = 0; i < 3; i++) client.write(bytes("abcdef"));
    t.received("readFrom", server, 5);
    const buffer = new Uint8Array(4);
    const got = server.readMsgUnix(buffer, NONE);
    t.log(textOf(buffer, got.n) + " " + tell(got.addr) + " flags " + got.flags.toString());
    t.log("whole: flags " + server.readMsgUnix(new Uint8Array(6), NONE).flags.toString());
    client.close();
    server.close();
  });

  check("unixgram: writes to one peer", (t: T) => {
    const server = listenUnixgram("unixgram", gram("gram-one")).value;
    const conn = dialUnix("unixgram", null, gram("gram-one")).value;
    const to = gram("gram-one");
    t.failed("writeToUnix", conn.writeToUnix(bytes("one"), to).err);
    t.failed("writeTo", conn.writeTo(bytes("two"), to).err);
    t.failed("writeMsgUnix", conn.writeMsgUnix(bytes("three"), NONE, to).err);
    t.failed("writeMsgUnix nil", conn.writeMsgUnix(bytes("four"), NONE, null).err);
    t.failed("write", conn.write(bytes("five")).err);
    t.received("server", server);
    conn.close();
    server.close();
  });

  check("unixgram: writes to everybody", (t: T) => {
    const server = listenUnixgram("unixgram", gram("gram-all")).value;
    const conn = listenUnixgram("unixgram", gram("gram-all-from")).value;
    const to = gram("gram-all");
    t.failed("writeToUnix", conn.writeToUnix(bytes("one"), to).err);
    t.failed("writeTo", conn.writeTo(bytes("two"), to).err);
    t.failed("writeMsgUnix", conn.writeMsgUnix(bytes("three"), NONE, to).err);
    for (let i = 0; i < 3; i++) t.received("server", server);
    t.failed("write", conn.write(bytes("four")).err);
    t.failed("writeToUnix nil", conn.writeToUnix(bytes("five"), null).err);
    t.failed("writeMsgUnix nil", conn.writeMsgUnix(bytes("six"), NONE, null).err);
    t.failed("of unix", conn.writeTo(bytes("seven"), stream("gram-all")).err);
    t.failed("nobody", conn.writeTo(bytes("eight"), gram("gram-nobody")).err);
    server.close();
    t.failed("closed", conn.writeTo(bytes("nine"), to).err);
    conn.close();
  });

  check("unixgram: every method", (t: T) => {
    const one = dialUnix("unixgram", gram("every-one"), null).value;
    const two = dialUnix("unixgram", gram("every-two"), null).value;
    const three = listenUnixgram("unixgram", gram("every-three")).value;
    t.log(tell(one.localAddr()) + " " + tell(one.remoteAddr()));
    t.failed("setDeadline", one.setDeadline(now() + 3600 * second));
    t.failed("setReadBuffer", one.setReadBuffer(2048));
    t.failed("setWriteBuffer", one.setWriteBuffer(2048));
    const buffer = new Uint8Array(100);
    t.failed("write", one.writeMsgUnix(bytes("1 to 2"), NONE, gram("every-two")).err);
    const message = two.readMsgUnix(buffer, NONE);
    t.packet("two", textOf(buffer, message.n), message.addr, message.err);
    t.failed("write", two.writeToUnix(bytes("2 to 1"), gram("every-one")).err);
    t.received("one", one);
    t.failed("write", three.writeToUnix(bytes("3 to 1"), gram("every-one")).err);
    const typed = one.readFromUnix(buffer);
    t.packet("one", textOf(buffer, typed.n), typed.addr, typed.err);
    t.failed("write", two.writeToUnix(bytes("2 to 3"), gram("every-three")).err);
    t.received("three", three);
    t.failed("nil", one.writeToUnix(bytes("abc"), null).err);
    t.failed("nil", one.writeMsgUnix(bytes("abc"), NONE, null).err);
    t.failed("nil", three.writeToUnix(bytes("abc"), null).err);
    one.close();
    two.close();
    three.close();
  });

  check("unixgram: a write waits for the reader", (t: T) => {
    const server = listenUnixgram("unixgram", gram("gram-full")).value;
    const client = dial("unixgram", inFolder("gram-full")).value;
    let sent = 0;
    let op: Op | null = null;
    while (op === null || op.done) {
      client.setWriteDeadline(now() + 50 * millisecond);
      let put = client.write(bytes("abc"));
      for (; put.err === null; sent++) put = client.write(bytes("abc"));
      if (op === null) t.failed("full", put.err);
      client.setWriteDeadline(0);
      // Where all is slow the time was over before there was no room: then this one does not wait either.
      op = startWrite(client, bytes("last"));
      if (op.done) sent++;
    }
    t.ok("waits", !op.done);
    const buffer = new Uint8Array(10);
    let text = "";
    for (let i = 0; i < sent + 1; i++) text = textOf(buffer, server.readFrom(buffer).n);
    t.log(text);
    t.op("write", op.wait().n, op.err, null);
    client.close();
    server.close();
  });

  check("unixgram: close while a read waits", (t: T) => {
    const conn = listenUnixgram("unixgram", gram("gram-close")).value;
    const op = startReceive(conn, 10);
    t.ok("waits", !op.done);
    t.failed("close", conn.close());
    t.packet("read", op.wait().text, op.from, op.err);
    t.received("later", conn);
    t.failed("writeTo", conn.writeTo(bytes("abc"), gram("gram-close")).err);
    t.failed("setDeadline", conn.setDeadline(PAST));
    t.failed("close", conn.close());
    settle();
  });
}
