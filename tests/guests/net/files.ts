import {
  Addr,
  Conn,
  Error,
  fileConn,
  File,
  fileListener,
  filePacketConn,
  listen,
  listenPacket,
  Listener,
  listenUDP,
  NetError,
  newFile,
  PacketConn,
  TCPConn,
  TCPListener,
  UDPConn,
  UnixConn,
  UnixListener,
  dial,
} from "wasi-net/assembly";
import { Chan, go } from "wasi-net/assembly/task";
import { bytes, check, exchange, inFolder, local, Pair, read, startRead, T, write } from "./check";
import { there } from "./unixnames";

const STREAMS: StaticArray<string> = ["tcp", "unix", "unixpacket"];

/** Sockets that are copied and handed on. Not where a host cannot copy them. */
export function files(): void {
  conns();
  listeners();
  packetConns();
  wrong();
}

function place(network: string, name: string): string {
  return network.startsWith("unix") ? inFolder(network + "-" + name) : "127.0.0.1:0";
}

function text(addr: Addr | null): string {
  return addr === null ? "none" : addr.network() + " " + addr.toString();
}

/** fileOf is the copy of any connection's socket. */
function fileOf(conn: Conn): File {
  if (conn instanceof TCPConn) return changetype<TCPConn>(conn).file().value;
  if (conn instanceof UDPConn) return changetype<UDPConn>(conn).file().value;
  return changetype<UnixConn>(conn).file().value;
}

function conns(): void {
  check("file: a connection", (t: T) => {
    for (let i = 0; i < STREAMS.length; i++) {
      const network = STREAMS[i];
      const ln = listen(network, place(network, "file")).value;
      t.call(ln.addr(), "SERVER");
      const first = dial(network, ln.addr().toString()).value;
      const peer = ln.accept().value;
      if (network == "tcp") t.call(first.localAddr(), "CLIENT");
      const f = fileOf(first);
      t.log(f.name());
      t.failed("close", first.close());
      const made = fileConn(f);
      t.failed("fileConn", made.err);
      t.failed("close", f.close());
      const second = made.value;
      t.log(text(second.localAddr()) + " " + text(second.remoteAddr()));
      t.ok("works", exchange(second, peer));
      second.close();
      t.log(read(peer));
      peer.close();
      ln.close();
    }
  });

  check("file: a connection of UDP", (t: T) => {
    const server = listenPacket("udp", "127.0.0.1:0").value;
    t.call(server.localAddr(), "SERVER");
    const first = dial("udp", server.localAddr()!.toString()).value;
    t.call(first.localAddr(), "CLIENT");
    const f = fileOf(first);
    t.log(f.name());
    first.close();
    const second = fileConn(f).value;
    f.close();
    t.log(text(second.localAddr()) + " " + text(second.remoteAddr()));
    t.failed("write", second.write(bytes("abc")).err);
    t.received("server", server);
    second.close();
    server.close();
  });

  check("file: both ends of one socket", (t: T) => {
    const pair = new Pair();
    const f = pair.client.file().value;
    const other = fileConn(f).value;
    f.close();
    const op = startRead(other, 10);
    pair.client.setReadDeadline(1);
    t.log(read(pair.client));
    t.ok("the other waits on", !op.done);
    write(pair.server, "abc");
    t.log(op.wait().text);
    pair.client.close();
    t.ok("the other works", exchange(other, pair.server));
    other.close();
    t.log(read(pair.server));
    pair.close();
  });
}

function listeners(): void {
  check("file: a listener", (t: T) => {
    for (let i = 0; i < STREAMS.length; i++) {
      const network = STREAMS[i];
      const first = listen(network, place(network, "file-listener")).value;
      t.call(first.addr(), "A");
      const f = listenerFile(first);
      t.log(f.name());
      const made = fileListener(f);
      t.failed("fileListener", made.err);
      t.failed("close", f.close());
      const second = made.value;
      if (network == "tcp") t.failed("close", first.close());
      t.log(text(second.addr()));
      const conn = dial(network, second.addr().toString()).value;
      const peer = second.accept().value;
      t.ok("works", exchange(conn, peer));
      conn.close();
      peer.close();
      t.failed("close", second.close());
      if (network != "tcp") t.failed("close", first.close());
    }
  });

  check("file: the path of a listener", (t: T) => {
    for (let kind = 0; kind < 3; kind++) {
      const first = <UnixListener>listen("unix", inFolder("file-path")).value;
      const f = first.file().value;
      const second = <UnixListener>fileListener(f).value;
      there(t, "two", "file-path");
      if (kind > 0) second.setUnlinkOnClose(kind == 1);
      f.close();
      there(t, "file closed", "file-path");
      second.close();
      there(t, "copy closed", "file-path");
      first.close();
      there(t, "closed", "file-path");
    }
  });
}

function listenerFile(ln: Listener): File {
  if (ln instanceof TCPListener) return changetype<TCPListener>(ln).file().value;
  return changetype<UnixListener>(ln).file().value;
}

function packetConns(): void {
  check("file: a connection of packets", (t: T) => {
    const networks: StaticArray<string> = ["udp", "unixgram"];
    for (let i = 0; i < networks.length; i++) {
      const network = networks[i];
      const first = listenPacket(network, place(network, "file")).value;
      t.call(first.localAddr(), "A");
      const f = packetFile(first);
      t.log(f.name());
      t.failed("close", first.close());
      const made = filePacketConn(f);
      t.failed("filePacketConn", made.err);
      t.failed("close", f.close());
      const second = made.value;
      t.log(text(second.localAddr()));
      t.failed("writeTo", second.writeTo(bytes("abc"), second.localAddr()).err);
      t.received("readFrom", second);
      second.close();
    }
  });
}

function packetFile(conn: PacketConn): File {
  if (conn instanceof UDPConn) return changetype<UDPConn>(conn).file().value;
  return changetype<UnixConn>(conn).file().value;
}

function wrong(): void {
  check("file: of the wrong kind", (t: T) => {
    // The program's output, under the name that the file has in Go's check.
    const out = newFile(1, "/dev/null");
    t.failed("fileConn", fileConn(out).err);
    t.failed("fileListener", fileListener(out).err);
    t.failed("filePacketConn", filePacketConn(out).err);
    const pair = new Pair();
    t.call(pair.client.localAddr(), "A");
    t.call(pair.client.remoteAddr(), "B");
    const stream = pair.client.file().value;
    t.failed("filePacketConn of tcp", filePacketConn(stream).err);
    t.failed("close", stream.close());
    t.log("close again: " + stream.close()!.error());
    t.failed("fileConn of what is closed", fileConn(stream).err);
    pair.close();
    const conn = listenUDP("udp", null).value;
    t.call(conn.localAddr(), "C");
    const packets = conn.file().value;
    t.failed("fileListener of udp", fileListener(packets).err);
    packets.close();
    conn.close();
  });

  check("file: after close", (t: T) => {
    const pair = new Pair();
    pair.client.close();
    t.failed("conn", pair.client.file().err, pair.client);
    pair.close();
    const ln = local();
    ln.close();
    t.listener("listener", ln.file().err, ln);
    const conn = listenUDP("udp", null).value;
    t.call(conn.localAddr(), "C");
    conn.close();
    t.failed("udp", conn.file().err);
    const unix = <UnixListener>listen("unix", inFolder("file-closed")).value;
    unix.close();
    t.failed("unix", unix.file().err);
  });

  check("file: while another closes", (t: T) => {
    let wrong = 0;
    for (let i = 0; i < 30; i++) {
      const pair = new Pair();
      const closing = new Closing(pair.client);
      go<Closing>(closeIt, closing);
      const got = pair.client.file();
      if (got.err === null) got.value.close();
      closing.done.receiveOk();
      const err: NetError | null = closing.err;
      if (err !== null) wrong++;
      pair.close();
    }
    t.log("wrong: " + wrong.toString());
  });
}

class Closing {
  readonly done: Chan<bool> = new Chan<bool>();
  err: Error | null = null;

  constructor(readonly conn: TCPConn) {}
}

function closeIt(closing: Closing): void {
  closing.err = closing.conn.close();
  closing.done.close();
}
