import {
  Addr,
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
  UnixConn,
  UnixListener,
} from "wasi-net/assembly";
import { millisecond, now, second } from "wasi-net/assembly/time";
import {
  check,
  exchange,
  inFolder,
  Op,
  read,
  settle,
  startAccept,
  startDrain,
  startRead,
  startReceive,
  startWrite,
  T,
  textOf,
  write,
} from "./check";
import { LARGE } from "./halfclose";
import { bytes } from "./udp";

const PAST = 1;
const NONE = new Uint8Array(0);

export function unix(): void {
  connections();
  halves();
  datagrams();
  failures();
}

function stream(name: string): UnixAddr {
  return new UnixAddr(inFolder(name), "unix");
}

function gram(name: string): UnixAddr {
  return new UnixAddr(inFolder(name), "unixgram");
}

/** tell is an address as Go writes it down: what it is and whether there is one. */
function tell(addr: Addr | null): string {
  return addr === null ? "none" : addr.network() + " '" + addr.toString() + "'";
}

/** UnixPair is a connection, both of its ends. */
export class UnixPair {
  readonly client: UnixConn;
  readonly server: UnixConn;

  constructor(name: string, network: string = "unix") {
    const at = new UnixAddr(inFolder(name), network);
    const ln = listenUnix(network, at).value;
    this.client = dialUnix(network, null, at).value;
    this.server = ln.acceptUnix().value;
    ln.close();
  }

  close(): void {
    this.client.close();
    this.server.close();
  }
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

function datagrams(): void {
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

/** What becomes of the path when a listener is closed. Not where a host cannot remove it. */
export function unlinking(): void {
  check("unix path: removed by close", (t: T) => {
    const ln = listenUnix("unix", stream("removed")).value;
    there(t, "listening", "removed");
    ln.close();
    there(t, "closed", "removed");
    const again = listenUnix("unix", stream("removed")).value;
    t.failed("a second close", ln.close());
    there(t, "another's", "removed");
    again.setUnlinkOnClose(true);
    again.close();
    there(t, "closed", "removed");
  });

  check("unix path: kept", (t: T) => {
    const ln = listenUnix("unix", stream("kept")).value;
    ln.setUnlinkOnClose(false);
    ln.close();
    there(t, "closed", "kept");
    t.failed("listen", listen("unix", inFolder("kept")).err);
  });

  check("unix path: of a unixpacket listener", (t: T) => {
    const ln = listen("unixpacket", inFolder("packet-path")).value;
    ln.close();
    there(t, "closed", "packet-path");
  });

  check("unix path: packets leave it", (t: T) => {
    const conn = listenUnixgram("unixgram", gram("gram-path")).value;
    conn.close();
    t.failed("dial", dial("unixgram", inFolder("gram-path")).err);
    t.failed("listen", listenPacket("unixgram", inFolder("gram-path")).err);
  });
}

/** there notes whether a socket has a path, and whether it listens. */
export function there(t: T, when: string, name: string): void {
  const dialed = dial("unix", inFolder(name));
  if (dialed.err !== null) {
    t.log(when + ": " + dialed.err!.unwrap()!.error());
    return;
  }
  dialed.value.close();
  t.log(when + ": listens");
}

/** Names that are no paths. */
export function abstractNames(): void {
  check("unix abstract: a name", (t: T) => {
    const name = "@" + inFolder("abstract");
    const ln = listen("unix", name).value;
    t.log(tell(ln.addr()));
    const conn = dial("unix", name).value;
    const peer = ln.accept().value;
    t.log(tell(conn.localAddr()) + " " + tell(conn.remoteAddr()));
    t.log(tell(peer.localAddr()) + " " + tell(peer.remoteAddr()));
    t.ok("works", exchange(conn, peer));
    t.failed("in use", listen("unix", name).err);
    ln.close();
    t.failed("closed", dial("unix", name).err);
    conn.close();
    peer.close();
  });

  check("unix abstract: unixgram", (t: T) => {
    const server = listenPacket("unixgram", "@" + inFolder("abstract-gram")).value;
    const client = listenPacket("unixgram", "@" + inFolder("abstract-from")).value;
    t.failed("write", client.writeTo(bytes("abc"), server.localAddr()).err);
    t.received("read", server);
    client.close();
    server.close();
  });

  check("unix abstract: chosen by the system", (t: T) => {
    const server = listenUnixgram("unixgram", new UnixAddr("", "unixgram")).value;
    const name = server.localAddr()!.toString();
    t.ok("a name", name.length > 1 && name.startsWith("@"));
    const client = dialUnix("unixgram", null, <UnixAddr>server.localAddr()!).value;
    t.ok("the peer's", client.remoteAddr()!.toString() == name);
    client.write(bytes("abc"));
    t.received("read", server);
    client.close();
    server.close();
    const ln: UnixListener = listenUnix("unix", new UnixAddr("", "unix")).value;
    t.ok("a listener's", ln.addr().toString().length > 1);
    t.failed("close", ln.close());
  });

  check("unix abstract: the longest", (t: T) => {
    let name = "@" + inFolder("longest-");
    name += "x".repeat(108 - name.length);
    t.callText(name, "NAME");
    const server = listenUnixgram("unixgram", new UnixAddr(name, "unixgram")).value;
    const client = dialUnix("unixgram", null, new UnixAddr(name, "unixgram")).value;
    client.write(bytes("abc"));
    t.received("read", server);
    t.log(tell(client.remoteAddr()));
    client.close();
    server.close();
    const nul = "\0" + name.substring(1);
    const ln = listenUnix("unix", new UnixAddr(nul, "unix"));
    t.failed("NUL first", ln.err);
    t.log(tell(ln.value.addr()));
    ln.value.close();
    t.failed("longer", listen("unix", name + "x").err);
  });
}
