import {
  dial,
  dialIP,
  IP,
  IPAddr,
  IPConn,
  listenIP,
  listenPacket,
  resolveIPAddr,
} from "wasi-net/assembly";
import { millisecond, now, second } from "wasi-net/assembly/time";
import { bytes, check, NONE, PAST, read, startReceive, T, textOf } from "./check";

/** Protocols "for experimentation and testing" (RFC 3692), of which each check has one. */
const ONE = "ip4:253";
const TWO = "ip4:254";

/** Raw sockets hear what everybody sends to an address: each run and check has addresses of its own. */
let network: string = "";
let hosts: i32 = 0;

function host(): IPAddr {
  return ip(network + (++hosts).toString());
}

function ip(text: string): IPAddr {
  return resolveIPAddr("ip", text).value;
}

/** What a raw socket is not even asked for. */
export function rawNames(): void {
  check("ip: a bad network", (t: T) => {
    const networks: string[] = [
      "ip",
      "ip:",
      "ip::",
      "ip4",
      "ip4:",
      "ip4::",
      "ip4:nosuchprotocol",
      "ip7:1",
      "ip4:4294967296",
    ];
    for (let i = 0; i < networks.length; i++) {
      t.failed(networks[i] + " dial", dial(networks[i], "127.0.0.1").err);
      t.failed("listenPacket", listenPacket(networks[i], "127.0.0.1").err);
      t.failed("dialIP", dialIP(networks[i], null, ip("127.0.0.1")).err);
      t.failed("listenIP", listenIP(networks[i], ip("127.0.0.1")).err);
      t.failed("listenIP nil", listenIP(networks[i], null).err);
    }
    t.failed("dialIP nil", dialIP("ip4:1", null, null).err);
    t.failed("a port", listenPacket("ip4:icmp", "127.0.0.1:80").err);
    t.failed("not IPv4", listenPacket("ip4:icmp", "::1").err);
    t.failed("not IPv6", dial("ip6:58", "127.0.0.1").err);
  });
}

/** For root alone. network is the first three numbers of IPv4 addresses of this machine, with a dot behind. */
export function raw(prefix: string): void {
  network = prefix;
  names();
  packets();
  echoes();
}

function names(): void {
  check("raw: names", (t: T) => {
    const places: (IPAddr | null)[] = [ip("127.0.0.1"), new IPAddr(new IP([])), null];
    for (let i = 0; i < places.length; i++) {
      const conn = listenIP("ip4:icmp", places[i]).value;
      const at = conn.localAddr()!;
      t.log(at.toString() + " " + at.network() + (conn.remoteAddr() === null ? "" : " remote"));
      conn.close();
    }
    const conn = dialIP("ip:tcp", ip("127.0.0.1"), ip("127.0.0.1")).value;
    t.log(conn.localAddr()!.toString() + " " + conn.remoteAddr()!.toString());
    conn.close();
    t.failed("47", dial("ip4:47", "127.0.0.1").err);
    t.failed("igmp", listenPacket("ip4:igmp", "127.0.0.1").err);
    t.failed("not of this machine", listenPacket("ip4:icmp", "192.0.2.1").err);
  });

  check("raw: every method", (t: T) => {
    const at = host();
    t.call(at, "A");
    const conn = listenIP(ONE, at).value;
    t.failed("setDeadline", conn.setDeadline(now() + 3600 * second));
    t.failed("setReadDeadline", conn.setReadDeadline(0));
    t.failed("setWriteDeadline", conn.setWriteDeadline(0));
    t.failed("setReadBuffer", conn.setReadBuffer(2048));
    t.failed("setWriteBuffer", conn.setWriteBuffer(2048));
    t.failed("writeToIP nil", conn.writeToIP(bytes("abc"), null).err);
    t.failed("writeMsgIP nil", conn.writeMsgIP(bytes("abc"), NONE, null).err);
    t.failed("of IPv6", conn.writeToIP(bytes("abc"), ip("::1")).err);
    t.failed("write", conn.write(bytes("abc")).err);
    conn.setReadDeadline(PAST);
    t.received("timeout", conn);
    const op = startReceive(listenIP(ONE, at).value, 10);
    t.failed("close", op.conn.close());
    t.packet("read", op.wait().text, op.from, op.err);
    conn.close();
    t.received("later", conn);
    t.failed("close", conn.close());
  });
}

function packets(): void {
  check("raw: packets", (t: T) => {
    const one = host();
    const two = host();
    t.call(one, "ONE");
    t.call(two, "TWO");
    const server = listenIP(TWO, one).value;
    const client = listenIP(TWO, two).value;
    t.failed("writeToIP", client.writeToIP(bytes("first"), one).err);
    t.failed("writeTo", client.writeTo(bytes("second"), one).err);
    t.failed("writeMsgIP", client.writeMsgIP(bytes("third"), NONE, one).err);
    t.received("readFrom", server);
    const buffer = new Uint8Array(100);
    const typed = server.readFromIP(buffer);
    t.packet("readFromIP", textOf(buffer, typed.n), typed.addr, typed.err);
    const message = server.readMsgIP(buffer, NONE);
    t.log("with its header: " + message.n.toString() + " " + (buffer[0] >>> 4).toString());
    t.log("protocol " + buffer[9].toString() + " flags " + message.flags.toString());
    client.writeToIP(bytes("cut to pieces"), one);
    t.received("cut", server, 25);
    client.writeToIP(bytes("cut to pieces"), one);
    const less = server.readFrom(new Uint8Array(10));
    t.op("less than a header", less.n, less.err, null);
    client.writeToIP(NONE, one);
    t.received("nothing", server);
    client.close();
    server.close();
  });

  check("raw: one peer", (t: T) => {
    const one = host();
    const two = host();
    t.call(one, "ONE");
    t.call(two, "TWO");
    const server = listenIP(TWO, one).value;
    const client: IPConn = dialIP(TWO, two, one).value;
    t.failed("write", client.write(bytes("abc")).err);
    t.received("server", server);
    t.failed("writeToIP", client.writeToIP(bytes("abc"), one).err);
    t.failed("writeTo", client.writeTo(bytes("abc"), one).err);
    t.failed("writeMsgIP", client.writeMsgIP(bytes("abc"), NONE, one).err);
    t.failed("writeMsgIP nil", client.writeMsgIP(bytes("abc"), NONE, null).err);
    server.writeToIP(bytes("def"), two);
    const buffer = new Uint8Array(100);
    const got = client.read(buffer);
    t.op("read has the header", got.n, got.err, null);
    server.writeToIP(bytes("ghi"), two);
    t.received("readFrom has not", client);
    client.setReadDeadline(now() + 20 * millisecond);
    t.log(read(client));
    client.close();
    server.close();
  });
}

function echoes(): void {
  check("raw: ping", (t: T) => {
    const at = host();
    t.call(at, "A");
    const conn = dial("ip4:icmp", at.toString()).value;
    t.failed("write", conn.write(request(8)).err);
    const buffer = new Uint8Array(100);
    // Its own request comes by as well.
    let got = conn.read(buffer);
    while (got.err === null && buffer[20] != 0) got = conn.read(buffer);
    t.op("read", got.n, got.err, null);
    t.log(textOf(buffer.subarray(28), 4));
    conn.close();
  });

  check("ip6 raw: a zone is as it was given", (t: T) => {
    const zones = ["", "1", "lo", "no such"];
    for (let i = 0; i < zones.length; i++) {
      const conn = dialIP("ip6:ipv6-icmp", null, new IPAddr(ip("::1").ip, zones[i])).value;
      t.log(conn.remoteAddr()!.toString());
      conn.close();
    }
  });

  check("ip6 raw: ping", (t: T) => {
    const conn = listenPacket("ip6:ipv6-icmp", "::1").value;
    t.log(conn.localAddr()!.toString() + " " + conn.localAddr()!.network());
    t.failed("writeTo", conn.writeTo(request(128), ip("::1")).err);
    const buffer = new Uint8Array(100);
    let got = conn.readFrom(buffer);
    while (got.err === null && !isMine(buffer)) got = conn.readFrom(buffer);
    t.packet("read " + got.n.toString(), textOf(buffer.subarray(8), 4), got.addr, got.err);
    conn.close();
  });
}

/** Of the echoes on ::1, that all share, a run's own has an identifier of its own. */
const IDENTIFIER: u8 = <u8>(now() >> 10);

function isMine(buffer: Uint8Array): bool {
  return buffer[0] == 129 && buffer[5] == IDENTIFIER;
}

/** request is an echo request, with the checksum of IPv4; that of IPv6 is the system's work. */
function request(type: u8): Uint8Array {
  const packet = new Uint8Array(12);
  packet[0] = type;
  packet[5] = IDENTIFIER;
  packet.set(bytes("ping"), 8);
  let sum: u32 = 0;
  for (let i = 0; i < packet.length; i += 2) sum += ((<u32>packet[i]) << 8) | packet[i + 1];
  sum = (sum >>> 16) + (sum & 0xffff);
  const check = ~((sum >>> 16) + sum);
  packet[2] = <u8>(check >>> 8);
  packet[3] = <u8>check;
  return packet;
}
