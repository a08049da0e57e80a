import {
  Conn,
  dial,
  Dialer,
  dialUnix,
  listen,
  listenPacket,
  listenUnix,
  listenUnixgram,
  resolveTCPAddr,
  UnixAddr,
} from "wasi-net/assembly";
import { millisecond, now } from "wasi-net/assembly/time";
import {
  bytes,
  check,
  exchange,
  inFolder,
  NONE,
  PAST,
  read,
  startAccept,
  startDrain,
  startRead,
  startWrite,
  T,
  textOf,
  write,
} from "./check";
import { LARGE } from "./halfclose";
import { gram, stream, tell, UnixPair } from "./unixpair";
import { unixgram } from "./unixgram";

export function unix(): void {
  connections();
  halves();
  unixgram();
  failures();
}

function connections(): void {
  check("unix: names", (t: T) => {
    const networks: string[] = ["unix", "unixpacket"];
    for (let i = 0; i < networks.length; i++) {
      const network = networks[i];
      const at = new UnixAddr(inFolder("names-" + network), network);
      const ln = listenUnix(network, at).value;
      t.log(tell(ln.addr()));
      for (let named = 0; named < 2; named++) {
        const from = new UnixAddr(named == 0 ? "" : at.name + "-from", network);
        const client = dialUnix(network, from, at).value;
        const server = ln.acceptUnix().value;
        t.log(tell(client.localAddr()) + " " + tell(client.remoteAddr()));
        t.log(tell(server.localAddr()) + " " + tell(server.remoteAddr()));
        t.ok("works", exchange(client, server));
        client.close();
        server.close();
      }
      ln.close();
    }
  });

  check("unix: a Dialer from a name", (t: T) => {
    const ln = listen("unix", inFolder("dialer")).value;
    const dialer = new Dialer();
    dialer.localAddr = stream("dialer-from");
    const conn = dialer.dial("unix", inFolder("dialer")).value;
    t.log(tell(conn.localAddr()) + " " + tell(ln.accept().value.remoteAddr()));
    dialer.localAddr = gram("dialer-from");
    t.failed("unixgram", dialer.dial("unix", inFolder("dialer")).err);
    dialer.localAddr = resolveTCPAddr("tcp", "127.0.0.1:0").value;
    t.failed("tcp", dialer.dial("unix", inFolder("dialer")).err);
    conn.close();
    ln.close();
  });

  check("unix: of nothing", (t: T) => {
    const networks: string[] = ["unix", "unixpacket"];
    for (let i = 0; i < networks.length; i++) {
      const pair = new UnixPair("nothing-" + networks[i], networks[i]);
      const one = pair.client.read(NONE);
      t.op("client", one.n, one.err, null);
      const other = pair.server.read(NONE);
      t.op("server", other.n, other.err, null);
      const put = pair.client.write(NONE);
      t.op("write", put.n, put.err, null);
      write(pair.client, "abc");
      t.log(read(pair.server));
      pair.client.close();
      t.log(read(pair.server));
      pair.close();
    }
  });

  check("unix: packets in order", (t: T) => {
    const pair = new UnixPair("order", "unixpacket");
    write(pair.client, "one");
    write(pair.client, "second");
    write(pair.client, "third one");
    t.log(read(pair.server));
    t.log(read(pair.server, 3));
    const buffer = new Uint8Array(5);
    const got = pair.server.readMsgUnix(buffer, NONE);
    t.log(textOf(buffer, got.n) + " " + tell(got.addr) + " flags " + got.flags.toString());
    t.failed("setReadDeadline", pair.server.setReadDeadline(PAST));
    t.log(read(pair.server));
    pair.close();
  });

  check("unix: a packet that is too long", (t: T) => {
    const pair = new UnixPair("long", "unixpacket");
    const put = pair.client.write(new Uint8Array(8 << 20));
    t.op("write", put.n, put.err, pair.client);
    t.ok("works", exchange(pair.client, pair.server));
    pair.close();
  });

  check("unix: a write waits for the reader", (t: T) => {
    const pair = new UnixPair("waits");
    const op = startWrite(pair.client, new Uint8Array(LARGE));
    t.ok("waits", !op.done);
    const drain = startDrain(pair.server);
    t.op("write", op.wait().n, op.err, pair.client);
    pair.client.close();
    t.op("read", drain.wait().n, drain.err, pair.server);
    pair.close();
  });

  check("unix: deadlines", (t: T) => {
    const pair = new UnixPair("deadlines");
    pair.client.setReadDeadline(PAST);
    t.log(read(pair.client));
    pair.client.setReadDeadline(now() + 20 * millisecond);
    t.log(read(pair.client));
    pair.client.setWriteDeadline(now() + 20 * millisecond);
    const put = pair.client.write(new Uint8Array(LARGE));
    t.ok("some was written", put.n > 0 && put.n < LARGE);
    t.failed("write", put.err, pair.client);
    pair.close();
  });
}

function halves(): void {
  check("unix: half-close", (t: T) => {
    const networks: string[] = ["unix", "unixpacket"];
    for (let i = 0; i < networks.length; i++) {
      const pair = new UnixPair("half-" + networks[i], networks[i]);
      write(pair.client, "abc");
      t.failed("closeWrite", pair.client.closeWrite(), pair.client);
      t.log(read(pair.server));
      t.log(read(pair.server));
      write(pair.server, "def");
      t.log(read(pair.client));
      const put = pair.client.write(bytes("more"));
      t.op("write", put.n, put.err, pair.client);
      t.failed("closeRead", pair.client.closeRead(), pair.client);
      t.log(read(pair.client));
      const back = pair.server.write(bytes("more"));
      t.op("peer's write", back.n, back.err, pair.server);
      pair.close();
    }
  });

  check("unix: close while a read waits", (t: T) => {
    const pair = new UnixPair("close-read");
    const op = startRead(pair.client, 10);
    t.ok("waits", !op.done);
    t.failed("close", pair.client.close(), pair.client);
    t.op("read", op.wait().n, op.err, pair.client);
    t.log(read(pair.client));
    t.failed("write", pair.client.write(bytes("abc")).err, pair.client);
    t.failed("close", pair.client.close(), pair.client);
    t.failed("closeRead", pair.client.closeRead(), pair.client);
    t.log(read(pair.server));
    const put = pair.server.write(bytes("abc"));
    t.op("peer's write", put.n, put.err, pair.server);
    pair.close();
  });

  check("unix: a peer leaves unread data", (t: T) => {
    const pair = new UnixPair("unread");
    write(pair.client, "abc");
    pair.server.close();
    t.log(read(pair.client));
    pair.close();
  });

  check("unix: a listener", (t: T) => {
    const ln = listenUnix("unix", stream("listener")).value;
    ln.setDeadline(now() + 30);
    t.failed("accept", ln.accept().err);
    t.failed("acceptUnix", ln.acceptUnix().err);
    ln.setDeadline(0);
    const op = startAccept(ln);
    t.ok("waits", !op.done);
    t.failed("close", ln.close());
    t.failed("accept", op.wait().err);
    t.failed("accept", ln.accept().err);
    t.failed("setDeadline", ln.setDeadline(PAST));
    t.failed("close", ln.close());
    t.log(tell(ln.addr()));
  });

  check("unix: a listener that is left with a connection", (t: T) => {
    const ln = listenUnix("unix", stream("left")).value;
    const conn = dial("unix", inFolder("left")).value;
    ln.close();
    t.log(read(conn));
    conn.close();
  });

  check("unix: a listener that is full", (t: T) => {
    const ln = listenUnix("unix", stream("many")).value;
    const conns: Conn[] = [];
    for (let i = 0; i < 50; i++) conns.push(dial("unix", inFolder("many")).value);
    let accepted = 0;
    for (let i = 0; i < 50; i++) {
      const conn = ln.acceptUnix().value;
      if (exchange(conns[i], conn)) accepted++;
      conn.close();
    }
    for (let i = 0; i < 50; i++) conns[i].close();
    t.log(accepted.toString());
    ln.close();
  });
}

function failures(): void {
  check("unix: nobody there", (t: T) => {
    const networks: string[] = ["unix", "unixgram", "unixpacket"];
    for (let i = 0; i < networks.length; i++) {
      t.failed("dial", dial(networks[i], inFolder("nobody")).err);
    }
    t.failed("no name", dial("unix", "").err);
    t.failed("dialUnix", dialUnix("unix", null, null).err);
    t.failed("dialUnix", dialUnix("unix", stream("nobody"), null).err);
    t.failed("dialUnix", dialUnix("unixgram", null, null).err);
    t.failed("dialUnix", dialUnix("tcp", null, stream("nobody")).err);
  });

  check("unix: a bad place", (t: T) => {
    t.failed("no folder", listen("unix", inFolder("none/x")).err);
    t.failed("dial", dial("unix", inFolder("none/x")).err);
    t.failed("root", listenUnix("unix", new UnixAddr("//", "unix")).err);
    t.failed("unixpacket", listenUnix("unixpacket", new UnixAddr("//", "unixpacket")).err);
    t.failed("unixgram", listenUnixgram("unixgram", new UnixAddr("//", "unixgram")).err);
    t.failed("unixgram", listenUnix("unixgram", gram("bad")).err);
    t.failed("unix", listenUnixgram("unix", stream("bad")).err);
    t.failed("nil", listenUnix("unix", null).err);
    t.failed("nil", listenUnixgram("unixgram", null).err);
    t.failed("tcp", listenPacket("tcp", "127.0.0.1:0").err);
  });

  check("unix: a name too long", (t: T) => {
    const long = inFolder("x".repeat(108));
    t.callText(long, "LONG");
    t.failed("listen", listen("unix", long).err);
    t.failed("dial", dial("unix", long).err);
    t.failed("listenPacket", listenPacket("unixgram", long).err);
    const limit = inFolder("x".repeat(107 - inFolder("").length));
    const ln = listen("unix", limit).value;
    const conn = dial("unix", limit);
    t.failed("107 bytes", conn.err);
    t.ok("its name", conn.value.remoteAddr()!.toString() == limit);
    conn.value.close();
    ln.close();
    const over = limit + "x";
    t.callText(over, "LIMIT");
    t.failed("108 bytes", listen("unix", over).err);
  });

  check("unix: a place that is in use", (t: T) => {
    const ln = listen("unix", inFolder("used")).value;
    t.failed("again", listen("unix", inFolder("used")).err);
    t.failed("unixgram", listenPacket("unixgram", inFolder("used")).err);
    t.failed("dial unixgram", dial("unixgram", inFolder("used")).err);
    t.failed("dial unixpacket", dial("unixpacket", inFolder("used")).err);
    const server = listenUnixgram("unixgram", gram("used-gram")).value;
    t.failed("dial unix", dial("unix", inFolder("used-gram")).err);
    server.close();
    ln.close();
  });
}
