import {
  dial,
  dialUDP,
  Error,
  joinHostPort,
  listenPacket,
  listenUDP,
  PacketConn,
  resolveUDPAddr,
  Result,
  UDPAddr,
  UDPConn,
} from "wasi-net/assembly";
import { AddrPort, parseAddrPort } from "wasi-net/assembly/netip";
import { millisecond, now } from "wasi-net/assembly/time";
import { check, read, settle, startReceive, T, textOf } from "./check";

const PAST = 1;
const NONE = new Uint8Array(0);

/** An address of this machine that nobody listens on, and that no system gives to who asks for a free port. */
const DEAD = "127.0.0.1:1";

export function bytes(text: string): Uint8Array {
  return Uint8Array.wrap(String.UTF8.encode(text));
}

function udpAddr(text: string): UDPAddr {
  return resolveUDPAddr("udp", text).value;
}

export function udpAt(address: string): UDPConn {
  return listenUDP("udp", udpAddr(address)).value;
}

function dialled(to: UDPConn): UDPConn {
  return dialUDP("udp", null, <UDPAddr>to.localAddr()!).value;
}

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

function targets(): void {
  check("udp: targets of udp4", (t: T) => {
    const conn = listenUDP("udp4", udpAddr("127.0.0.1:0")).value;
    t.call(conn.localAddr(), "A");
    const texts: string[] = ["127.0.0.1:12345", "[::ffff:127.0.0.1]:12345", "[::1]:12345"];
    for (let i = 0; i < texts.length; i++) {
      const to = parseAddrPort(texts[i]).value;
      t.failed(texts[i], conn.writeMsgUDPAddrPort(bytes("abc"), NONE, to).err);
      t.failed("AddrPort", conn.writeToUDPAddrPort(bytes("abc"), to).err);
      t.failed("UDPAddr", conn.writeTo(bytes("abc"), udpAddr(texts[i])).err);
    }
    conn.close();
  });

  check("udp: a bad address", (t: T) => {
    const networks: string[] = ["udp", "udp4", "udp6"];
    const addresses: string[] = [
      "127.0.0.1",
      "127.0.0.1:65536",
      "127.0.0.1:-1",
      "127.0.0.1:123456789",
      "127.0.0.1:nosuchport",
      "127.0.0.1:\u263a",
      "mh/astro/r70:http",
      "::1:80",
      "[::1]80",
    ];
    for (let n = 0; n < networks.length; n++) {
      for (let i = 0; i < addresses.length; i++) {
        t.failed(networks[n] + " listen", listenPacket(networks[n], addresses[i]).err);
        t.failed("dial", dial(networks[n], addresses[i]).err);
      }
    }
    const others: string[] = ["foo", "tcp", "datakit", "ip", "ip4"];
    for (let i = 0; i < others.length; i++) {
      t.failed(others[i], listenPacket(others[i], "127.0.0.1:0").err);
    }
  });

  check("udp: a bad place", (t: T) => {
    t.failed("not of this machine", listenPacket("udp", "192.0.2.1:0").err);
    t.failed("not IPv4", listenPacket("udp4", "[::1]:0").err);
    t.failed("not IPv6", listenPacket("udp6", "127.0.0.1:0").err);
    t.failed("dial not IPv4", dial("udp4", "[::1]:1").err);
    t.failed("dial nowhere", dial("udp", "").err);
    const tooLarge = new UDPAddr();
    tooLarge.port = 1 << 16;
    t.failed("port", listenUDP("udp", tooLarge).err);
    t.failed("dial port", dialUDP("udp", null, tooLarge).err);
    const conn = udpAt("127.0.0.1:0");
    t.log("write port: " + conn.writeTo(NONE, tooLarge).err!.unwrap()!.error());
    conn.close();
    t.failed("network", listenUDP("tcp", null).err);
    t.failed("dialUDP nil", dialUDP("udp", null, null).err);
    const from = dialUDP("udp", udpAddr("192.0.2.1:0"), udpAddr(DEAD));
    t.failed("from elsewhere", from.err);
  });

  check("udp: a place that is in use", (t: T) => {
    const conn = udpAt("127.0.0.1:0");
    const address = conn.localAddr()!.toString();
    t.named("again", listenPacket("udp", address).err, address);
    t.named("udp4", listenPacket("udp4", address).err, address);
    t.failed("close", conn.close());
    const again = listenPacket("udp", address);
    t.named("after close", again.err, address);
    again.value.close();
  });
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

/** Which sockets reach which listeners, and who may listen beside whom. IPv6 too. */
export function udpWildcards(): void {
  check("udp: servers", (t: T) => {
    const servers: string[] = ["udp :0", "udp 0.0.0.0:0", "udp4 :0", "udp4 127.0.0.1:0"];
    for (let i = 0; i < servers.length; i++) serve(t, servers[i], "127.0.0.1");
  });

  check("ip6: udp: servers", (t: T) => {
    const servers: string[] = [
      "udp :0",
      "udp 0.0.0.0:0",
      "udp [::ffff:0.0.0.0]:0",
      "udp [::]:0",
      "udp [::1]:0",
      "udp6 :0",
      "udp6 [::]:0",
      "udp6 [::1]:0",
    ];
    for (let i = 0; i < servers.length; i++) {
      serve(t, servers[i], "127.0.0.1");
      serve(t, servers[i], "::1");
    }
  });

  check("ip6: udp: targets of a wildcard", (t: T) => {
    const conn = listenUDP("udp", null).value;
    const texts: string[] = ["127.0.0.1", "::1"];
    for (let i = 0; i < texts.length; i++) {
      const peer = udpAt(joinHostPort(texts[i], "0"));
      t.call(peer.localAddr(), "PEER");
      const to = (<UDPAddr>peer.localAddr()!).addrPort();
      t.failed(texts[i], conn.writeMsgUDPAddrPort(bytes("abc"), NONE, to).err);
      const buffer = new Uint8Array(10);
      const got = peer.readFromUDP(buffer);
      t.log(textOf(buffer, got.n) + " from " + got.addr!.ip.toString());
      if (i == 0) {
        const mapped = parseAddrPort("[::ffff:127.0.0.1]:" + to.port().toString()).value;
        t.failed("mapped", conn.writeMsgUDPAddrPort(bytes("def"), NONE, mapped).err);
        t.log(textOf(buffer, peer.readFromUDP(buffer).n));
        peer.writeTo(bytes("back"), udpAddr(portOf(conn, "127.0.0.1")));
        const lean = conn.readFromUDPAddrPort(buffer);
        t.log(textOf(buffer, lean.n) + " from " + lean.addr.addr().toString());
        peer.writeTo(bytes("back"), udpAddr(portOf(conn, "127.0.0.1")));
        t.log(conn.readFromUDP(buffer).addr!.ip.length.toString());
      }
      peer.close();
    }
    conn.close();
  });

  check("ip6: who reaches a port of UDP beside another", (t: T) => {
    for (let i = 0; i < BESIDE.length; i++) {
      let line = "";
      for (let tries = 0; tries < TRIES && !line.endsWith("both"); tries++) {
        line = beside(BESIDE[i].split(" "));
      }
      t.log(line);
    }
  });
}

/** How often two places are tried: beside the first one somebody else may have the port. Where both cannot be, it never works. */
export const TRIES: i32 = 10;

/** Two places, each a network and a host, of which the second one gets the first one's port. */
export const BESIDE: string[] = [
  "udp  udp ",
  "udp  udp 0.0.0.0",
  "udp 0.0.0.0 udp ",
  "udp  udp ::",
  "udp :: udp ",
  "udp 0.0.0.0 udp ::",
  "udp :: udp 0.0.0.0",
  "udp ::ffff:0.0.0.0 udp ::",
  "udp :: udp ::ffff:0.0.0.0",
  "udp4  udp6 ",
  "udp6  udp4 ",
  "udp4 0.0.0.0 udp6 ::",
  "udp6 :: udp4 0.0.0.0",
  "udp 127.0.0.1 udp ::1",
  "udp ::1 udp 127.0.0.1",
  "udp4 127.0.0.1 udp6 ::1",
  "udp6 ::1 udp4 127.0.0.1",
];

function portOf(conn: UDPConn, host: string): string {
  return host + ":" + (<UDPAddr>conn.localAddr()!).port.toString();
}

/** serve lets a client of an address talk to a server, dialled and not. */
function serve(t: T, place: string, host: string): void {
  const words = place.split(" ");
  const server = listenPacket(words[0], words[1]).value;
  const port = (<UDPAddr>server.localAddr()!).port.toString();
  let line = place + " at " + server.localAddr()!.toString() + " from " + host + ": ";
  const client = dial("udp", joinHostPort(host, port)).value;
  const buffer = new Uint8Array(10);
  client.write(bytes("ping"));
  // Whom nobody hears is told so, at once on one machine, by the next call.
  const again = client.write(bytes("ping"));
  if (again.err !== null) {
    line += again.err!.unwrap()!.error();
  } else {
    const got = server.readFrom(buffer);
    line += textOf(buffer, got.n);
    if (got.addr!.toString() == client.localAddr()!.toString()) line += " from the client";
    line += " " + (<UDPAddr>got.addr!).ip.length.toString();
    server.writeTo(bytes("pong"), got.addr);
    line += " " + read(client);
  }
  client.close();
  server.close();
  t.log(line.split(":" + port).join(":P"));
}

/** beside listens twice on one port. */
function beside(words: string[]): string {
  const first = listenPacket(words[0], joinHostPort(words[1], "0")).value;
  const port = (<UDPAddr>first.localAddr()!).port.toString();
  const second: Result<PacketConn> = listenPacket(words[2], joinHostPort(words[3], port));
  const err: Error | null = second.err;
  if (err === null) second.value.close();
  let line = words.join(" ") + " at " + first.localAddr()!.toString() + ": ";
  line += err === null ? "both" : err.error();
  first.close();
  settle();
  return line.split(":" + port).join(":P");
}
