import { dialUDP, listenUDP, UDPAddr } from "wasi-net/assembly";
import { AddrPort } from "wasi-net/assembly/netip";
import { millisecond, now } from "wasi-net/assembly/time";
import { bytes, check, DEAD, NONE, PAST, read, startReceive, T, textOf } from "./check";
import { dialled, udpAddr, udpAt } from "./udpconn";
import { targets } from "./udpplaces";

export function udp(): void {
  names();
  packets();
  writes();
  targets();
  ends();
}

function names(): void {
  check("udp: names", (t: T) => {
    const one = udpAt("127.0.0.1:0");
    t.call(one.localAddr(), "ONE");
    t.ok("no remote", one.remoteAddr() === null);
    for (let i = 0; i < 2; i++) {
      const from: UDPAddr | null = i == 0 ? null : udpAddr("127.0.0.1:0");
      const two = dialUDP("udp", from, <UDPAddr>one.localAddr()!).value;
      t.log(two.remoteAddr()!.toString() + " " + two.remoteAddr()!.network());
      t.ok("a port", two.localAddr()!.toString().startsWith("127.0.0.1:"));
      t.ok("not 0", (<UDPAddr>two.localAddr()!).port != 0);
      two.close();
    }
    one.close();
    const texts: string[] = ["127.0.0.1:0", ":0", ""];
    for (let i = 0; i < texts.length; i++) {
      const conn = listenUDP("udp4", texts[i] == "" ? null : udpAddr(texts[i])).value;
      const at = <UDPAddr>conn.localAddr()!;
      t.log(at.ip.toString() + " " + at.network() + (at.port != 0 ? "" : " no port"));
      conn.close();
    }
  });

  check("udp: who sent it", (t: T) => {
    const server = udpAt("127.0.0.1:0");
    const one = dialled(server);
    const two = dialled(server);
    t.call(one.localAddr(), "ONE");
    t.call(two.localAddr(), "TWO");
    const buffer = new Uint8Array(100);
    for (let i = 0; i < 4; i++) {
      one.write(bytes("first"));
      two.write(bytes("second"));
    }
    for (let i = 0; i < 2; i++) {
      t.received("readFrom", server);
      const typed = server.readFromUDP(buffer);
      t.packet("readFromUDP", textOf(buffer, typed.n), typed.addr, typed.err);
      const lean = server.readFromUDPAddrPort(buffer);
      t.log("readFromUDPAddrPort: " + textOf(buffer, lean.n) + " " + lean.addr.toString());
      const message = server.readMsgUDPAddrPort(buffer, NONE);
      t.log("readMsgUDPAddrPort: " + textOf(buffer, message.n) + " " + message.addr.toString());
    }
    one.close();
    two.close();
    server.close();
  });

  check("udp: whose version the sender's address has", (t: T) => {
    const conn = listenUDP("udp4", udpAddr("127.0.0.1:0")).value;
    const to = (<UDPAddr>conn.localAddr()!).addrPort();
    const buffer = new Uint8Array(8);
    t.failed("write", conn.writeToUDPAddrPort(buffer, to).err);
    t.ok("is4", conn.readMsgUDPAddrPort(buffer, NONE).addr.addr().is4());
    conn.writeToUDPAddrPort(buffer, to);
    t.log(conn.readMsgUDP(buffer, NONE).addr!.ip.length.toString());
    conn.close();
  });
}

function packets(): void {
  check("udp: of nothing", (t: T) => {
    const conn = udpAt("127.0.0.1:0");
    t.call(conn.localAddr(), "A");
    for (let i = 0; i < 2; i++) {
      const put = conn.writeTo(NONE, conn.localAddr());
      t.op("write", put.n, put.err, null);
    }
    const got = conn.read(new Uint8Array(1));
    t.op("read", got.n, got.err, null);
    t.received("readFrom", conn, 1);
    const client = dialled(conn);
    t.failed("empty write of a connected one", client.write(NONE).err, client);
    t.ok("arrives", conn.readFrom(new Uint8Array(1)).err === null);
    client.close();
    conn.close();
  });

  check("udp: a buffer of nothing", (t: T) => {
    const conn = udpAt("127.0.0.1:0");
    t.call(conn.localAddr(), "A");
    conn.writeTo(bytes("lost"), conn.localAddr());
    t.received("readFrom", conn, 0);
    conn.writeTo(bytes("kept"), conn.localAddr());
    const got = conn.read(NONE);
    t.op("read", got.n, got.err, null);
    t.received("readFrom", conn);
    conn.close();
  });

  check("udp: longer than the buffer", (t: T) => {
    const server = udpAt("127.0.0.1:0");
    const client = dialled(server);
    t.call(client.localAddr(), "A");
    for (let i = 0; i < 4; i++) client.write(bytes("abcdefghij"));
    const buffer = new Uint8Array(9);
    const got = server.read(buffer);
    t.log(textOf(buffer, got.n));
    t.failed("read", got.err);
    t.received("readFrom", server, 4);
    const cut = server.readMsgUDP(buffer, NONE);
    t.log(textOf(buffer, cut.n) + " flags " + cut.flags.toString() + " " + cut.oobn.toString());
    const whole = server.readMsgUDP(new Uint8Array(10), NONE);
    t.log(whole.n.toString() + " flags " + whole.flags.toString());
    client.close();
    server.close();
  });

  check("udp: the largest", (t: T) => {
    const server = udpAt("127.0.0.1:0");
    const client = dialled(server);
    const most = client.write(new Uint8Array(65507));
    t.op("65507", most.n, most.err, client);
    t.log(server.readFrom(new Uint8Array(65536)).n.toString());
    const more = client.write(new Uint8Array(65508));
    t.op("65508", more.n, more.err, client);
    client.close();
    server.close();
  });

  check("udp: a timeout", (t: T) => {
    const conn = udpAt("127.0.0.1:0");
    t.call(conn.localAddr(), "A");
    conn.setDeadline(PAST);
    t.received("past", conn);
    t.failed("writeTo", conn.writeTo(bytes("abc"), conn.localAddr()).err);
    const start = now();
    conn.setDeadline(start + 30 * millisecond);
    t.received("soon", conn);
    t.ok("not early", now() - start >= 30 * millisecond);
    conn.setDeadline(0);
    conn.writeTo(bytes("abc"), conn.localAddr());
    t.received("never", conn);
    conn.close();
  });

  check("udp: empty control data", (t: T) => {
    const conn = udpAt("127.0.0.1:0");
    const to = (<UDPAddr>conn.localAddr()!).addrPort();
    const put = conn.writeMsgUDPAddrPort(new Uint8Array(8), NONE, to);
    t.log(put.n.toString() + " " + put.oobn.toString());
    t.failed("write", put.err);
    const got = conn.readMsgUDPAddrPort(new Uint8Array(8), NONE);
    t.log(got.n.toString() + " " + got.oobn.toString() + " " + got.flags.toString());
    t.failed("read", got.err);
    conn.close();
  });

  check("udp: to all of the network", (t: T) => {
    const conn = listenUDP("udp4", null).value;
    const port = (<UDPAddr>conn.localAddr()!).port;
    const client = dialUDP("udp4", null, udpAddr("127.255.255.255:" + port.toString())).value;
    t.failed("write", client.write(bytes("abc")).err, client);
    const buffer = new Uint8Array(10);
    t.log(textOf(buffer, conn.readFromUDP(buffer).n));
    client.close();
    conn.close();
  });
}

function writes(): void {
  check("udp: writes to everybody", (t: T) => {
    const peer = udpAt("127.0.0.1:0");
    const conn = udpAt("127.0.0.1:0");
    t.call(peer.localAddr(), "PEER");
    t.call(conn.localAddr(), "A");
    const to = <UDPAddr>peer.localAddr()!;
    t.failed("writeToUDP", conn.writeToUDP(bytes("one"), to).err);
    t.failed("writeTo", conn.writeTo(bytes("two"), to).err);
    t.failed("writeMsgUDP", conn.writeMsgUDP(bytes("three"), NONE, to).err);
    t.failed("AddrPort", conn.writeToUDPAddrPort(bytes("four"), to.addrPort()).err);
    for (let i = 0; i < 4; i++) t.received("peer", peer);
    t.failed("write", conn.write(bytes("five")).err);
    t.failed("writeMsgUDP nil", conn.writeMsgUDP(bytes("six"), NONE, null).err);
    t.failed("writeToUDP nil", conn.writeToUDP(bytes("seven"), null).err);
    t.failed("no AddrPort", conn.writeToUDPAddrPort(bytes("eight"), nowhere()).err);
    t.failed("no AddrPort", conn.writeMsgUDPAddrPort(bytes("nine"), NONE, nowhere()).err);
    t.failed("port 0", conn.writeTo(bytes("ten"), udpAddr("127.0.0.1:0")).err);
    peer.close();
    conn.close();
  });

  check("udp: writes to one peer", (t: T) => {
    const peer = udpAt("127.0.0.1:0");
    const conn = dialled(peer);
    t.call(peer.localAddr(), "PEER");
    t.call(conn.localAddr(), "A");
    const to = <UDPAddr>peer.localAddr()!;
    t.failed("AddrPort", conn.writeToUDPAddrPort(bytes("one"), to.addrPort()).err);
    t.failed("writeToUDP", conn.writeToUDP(bytes("two"), to).err);
    t.failed("writeTo", conn.writeTo(bytes("three"), to).err);
    t.failed("writeToUDP nil", conn.writeToUDP(bytes("four"), null).err);
    t.failed("write", conn.write(bytes("five")).err);
    t.failed("writeMsgUDP", conn.writeMsgUDP(bytes("six"), NONE, to).err);
    t.failed("writeMsgUDP nil", conn.writeMsgUDP(bytes("seven"), NONE, null).err);
    t.failed("MsgAddrPort", conn.writeMsgUDPAddrPort(bytes("eight"), NONE, to.addrPort()).err);
    t.failed("no AddrPort", conn.writeMsgUDPAddrPort(bytes("nine"), NONE, nowhere()).err);
    for (let i = 0; i < 3; i++) t.received("peer", peer);
    peer.close();
    conn.close();
  });

  check("udp: a peer takes nothing from others", (t: T) => {
    const peer = udpAt("127.0.0.1:0");
    const conn = dialled(peer);
    const other = udpAt("127.0.0.1:0");
    t.call(peer.localAddr(), "PEER");
    other.writeTo(bytes("stranger"), conn.localAddr());
    peer.writeTo(bytes("peer"), conn.localAddr());
    t.received("first", conn);
    conn.setReadDeadline(PAST);
    t.ok("no more", conn.readFrom(new Uint8Array(9)).err !== null);
    peer.close();
    conn.close();
    other.close();
  });

  check("udp: nobody there", (t: T) => {
    const conn = dialUDP("udp", null, udpAddr(DEAD)).value;
    t.failed("write", conn.write(bytes("abc")).err, conn);
    t.log(read(conn));
    t.failed("write again", conn.write(bytes("abc")).err, conn);
    t.call(conn.localAddr(), "A");
    t.received("readFrom", conn);
    conn.close();
  });
}

/** nowhere is the address that is not valid. */
function nowhere(): AddrPort {
  return new UDPAddr().addrPort();
}

function ends(): void {
  check("udp: after close", (t: T) => {
    const conn = udpAt("127.0.0.1:0");
    t.call(conn.localAddr(), "A");
    t.failed("close", conn.close());
    t.failed("close", conn.close());
    t.failed("close", conn.close());
    t.received("readFrom", conn);
    t.failed("writeTo", conn.writeTo(bytes("abc"), conn.localAddr()).err);
    t.failed("write", conn.write(bytes("abc")).err);
    t.failed("setDeadline", conn.setDeadline(PAST));
    t.failed("setReadBuffer", conn.setReadBuffer(2048));
    t.failed("setWriteBuffer", conn.setWriteBuffer(2048));
    t.ok("the address stays", conn.localAddr() !== null);
  });

  check("udp: close while a read waits", (t: T) => {
    const conn = udpAt("127.0.0.1:0");
    t.call(conn.localAddr(), "A");
    const op = startReceive(conn, 0);
    const second = startReceive(conn, 10);
    t.ok("waits", !op.done);
    t.failed("close", conn.close());
    op.wait();
    t.packet("read", op.text, op.from, op.err);
    t.packet("the next", second.wait().text, second.from, second.err);
  });

  check("udp: every method", (t: T) => {
    const conn = listenUDP("udp4", udpAddr("127.0.0.1:0")).value;
    t.call(conn.localAddr(), "A");
    t.failed("setDeadline", conn.setDeadline(now() + 3600000 * millisecond));
    t.failed("setReadDeadline", conn.setReadDeadline(0));
    t.failed("setWriteDeadline", conn.setWriteDeadline(0));
    t.failed("setReadBuffer", conn.setReadBuffer(2048));
    t.failed("setWriteBuffer", conn.setWriteBuffer(2048));
    t.failed("writeToUDP", conn.writeToUDP(bytes("abc"), <UDPAddr>conn.localAddr()!).err);
    t.received("readFrom", conn);
    conn.close();
  });
}
