// Raw packets, of ICMP and ICMPv6. Every raw socket of the machine sees all of them, so each side looks for those of these two peers, by their
// identifier, the port of the control connection.
import {
  Addr,
  dial,
  IPAddr,
  IPConn,
  listenIP,
  listenPacket,
  NetError,
  parseIP,
  UDPAddr,
} from "wasi-net/assembly";
import { IOResult } from "wasi-net/assembly/io";
import { afterClose, bytesOf, once, put } from "./calls";
import { briefly, controlPort, meet, past, soon } from "./control";
import { occupy, reach } from "./listeners";
import { from, readFrom, readMessage, sendBytes, shut, take } from "./packetcalls";
import { isIPv6, listens, loopback, network } from "./role";
import { begin, describe, failed, holds, moved, note, pattern } from "./transcript";

const ICMP_HEADER: i32 = 8;

/** ipHeader is the length of what a raw socket of IPv4 shows before each packet; one of IPv6 does not. */
function ipHeader(): i32 {
  return isIPv6() ? 0 : 20;
}

function echoReply(): u8 {
  return isIPv6() ? 129 : 0;
}

function echoRequest(): u8 {
  return isIPv6() ? 128 : 8;
}

/** longest is how much data an echo can have: IPv4 counts its header to the 65,535 bytes. */
function longest(): i32 {
  return 65_535 - ipHeader() - ICMP_HEADER;
}

const NOTHING = new Uint8Array(0);

export function pings(): void {
  echoes();
  rawPeers();
  rawCut();
  rawRules();
  rawDeadline();
  rawClose();
}

/** echo makes a packet with data of a size: type, code, checksum, identifier and number, two bytes each but the first two. */
function echo(kind: u8, number: i32, size: i32): Uint8Array {
  const packet = new Uint8Array(ICMP_HEADER + size);
  packet[0] = kind;
  packet[4] = <u8>(controlPort >> 8);
  packet[5] = <u8>controlPort;
  packet[6] = <u8>(number >> 8);
  packet[7] = <u8>number;
  packet.set(pattern(size), ICMP_HEADER);
  let sum: u32 = 0;
  for (let i = 0; i < packet.length; i++) sum += i % 2 == 0 ? (<u32>packet[i]) << 8 : packet[i];
  while (sum > 0xffff) sum = (sum >> 16) + (sum & 0xffff);
  packet[2] = <u8>(~sum >> 8);
  packet[3] = <u8>~sum;
  return packet;
}

/** mine tells whether a packet of ICMP, of so many bytes from a place on, is of this kind, these peers and this number. */
function mine(packet: Uint8Array, at: i32, end: i32, kind: u8, number: i32): bool {
  return (
    end - at >= ICMP_HEADER &&
    packet[at] == kind &&
    ((<i32>packet[at + 4]) << 8) + packet[at + 5] == controlPort &&
    ((<i32>packet[at + 6]) << 8) + packet[at + 7] == number
  );
}

/** showPacket notes a packet by its data: what comes before it differs from run to run. */
function showPacket(
  step: string,
  packet: Uint8Array,
  at: i32,
  end: i32,
  err: NetError | null,
  addr: Addr | null,
): void {
  const data = packet.subarray(min(at + ICMP_HEADER, end), end);
  moved(step, data, data.length, err);
  note(step + " from", from(addr));
}

/** number makes numbers of packets that the other side does not use. */
function number(n: i32): i32 {
  return listens ? 2 * n : 2 * n + 1;
}

function machine(): IPAddr {
  return new IPAddr(parseIP(loopback())!);
}

/**
 * echoes: each side pings the machine, which answers. One after the other, for each would see the other's packets as well, and of the
 * longest a socket holds no more than its own two.
 */
function echoes(): void {
  begin("ping");
  if (!listens) meet();
  const conn = <IPConn>listenPacket(network, loopback()).unwrap();
  note("local", from(conn.localAddr()));
  conn.setDeadline(soon());
  const table = [0, 1, 2, 3, 56, 1023, longest()];
  for (let i = 0; i < table.length; i++) {
    const step = table[i].toString();
    const packet = echo(echoRequest(), number(i), table[i]);
    const sent = conn.writeTo(packet, machine());
    moved("write " + step, NOTHING, 0, sent.err);
    holds("all of it", sent.n == packet.length);
    find("read " + step, conn, 70_000, number(i));
  }
  sendBytes("write one more", conn, echo(echoRequest(), number(99), longest() + 1), machine());
  failed("close", conn.close());
  if (listens) meet();
  meet();
}

/** find reads until the answer with a number arrives. */
function find(step: string, conn: IPConn, room: i32, number: i32): void {
  const buffer = new Uint8Array(room);
  while (true) {
    const got = conn.readFrom(buffer);
    if (got.err === null && !mine(buffer, 0, got.n, echoReply(), number)) continue;
    showPacket(step, buffer, 0, got.n, got.err, got.addr);
    return;
  }
}

/**
 * rawPair is two connections: the dialer's has one peer. What it sends is an answer that nobody asked for, which the system leaves
 * alone. With IPv4 both are at an address where other traffic is rare.
 */
function rawPair(name: string): IPConn {
  begin(name);
  const at = isIPv6() ? loopback() : "127.0.0.2";
  const conn = listens
    ? listenIP(network, new IPAddr(parseIP(at)!)).unwrap()
    : <IPConn>dial(network, at).unwrap();
  conn.setDeadline(soon());
  meet();
  return conn;
}

function write(conn: IPConn, number: i32, size: i32): void {
  const packet = echo(echoReply(), number, size);
  const sent = conn.write(packet);
  moved("write", NOTHING, 0, sent.err);
  holds("all of it", sent.n == packet.length);
}

function rawPeers(): void {
  const conn = rawPair("two peers");
  if (listens) {
    find("readFrom", conn, 2000, 0);
    find("readFrom", conn, 2000, 1);
  } else {
    note("ends", from(conn.localAddr()) + " " + from(conn.remoteAddr()));
    write(conn, 0, 100);
    write(conn, 1, 1001);
  }
  shut(conn);
}

function rawCut(): void {
  const conn = rawPair("truncation");
  if (!listens) {
    for (let n = 0; n < 4; n++) write(conn, n, 100);
    shut(conn);
    return;
  }
  findMessage(conn, ipHeader() + ICMP_HEADER + 10, 0);
  findMessage(conn, ipHeader() + ICMP_HEADER + 100, 1);
  find("readFrom", conn, ipHeader() + ICMP_HEADER + 10, 2);
  const buffer = new Uint8Array(ipHeader() + ICMP_HEADER + 10);
  while (true) {
    const got = conn.read(buffer);
    if (got.err === null && !mine(buffer, ipHeader(), got.n, echoReply(), 3)) continue;
    showPacket("read", buffer, ipHeader(), got.n, got.err, null);
    break;
  }
  shut(conn);
}

/** findMessage is `find` with the call for messages, which hands out the header of IP as well. */
function findMessage(conn: IPConn, room: i32, number: i32): void {
  const buffer = new Uint8Array(room);
  while (true) {
    const got = conn.readMsgIP(buffer, NOTHING);
    if (got.err === null && !mine(buffer, ipHeader(), got.n, echoReply(), number)) continue;
    showPacket("readMsg", buffer, ipHeader(), got.n, got.err, got.addr);
    const says = ", control " + got.oobn.toString() + ", flags " + got.flags.toString(16);
    note("readMsg says", got.n.toString() + says);
    return;
  }
}

function tried(step: string, sent: IOResult): void {
  note(step, sent.n.toString() + " " + describe(sent.err));
}

/** rawRules: where packets may go. */
function rawRules(): void {
  const conn = rawPair("rules");
  const data = echo(echoReply(), 0, 0);
  const to = machine();
  tried("writeTo", conn.writeTo(data, to));
  tried("writeTo nil", conn.writeTo(data, null));
  tried("writeTo another type", conn.writeTo(data, new UDPAddr(to.ip, 9)));
  // One of IPv4 is taken for one of IPv6 by raw sockets, too, and leads to who knows where.
  if (!isIPv6()) tried("writeTo another family", conn.writeTo(data, new IPAddr(parseIP("::1")!)));
  tried("writeToIP nowhere", conn.writeToIP(data, null));
  tried("writeMsg", conn.writeMsgIP(data, NOTHING, to));
  tried("writeMsg nowhere", conn.writeMsgIP(data, NOTHING, null));
  tried("write", conn.write(data));
  shut(conn);
  reach("dial another family", network, isIPv6() ? "127.0.0.1" : "::1");
  reach("dial nothing", network, "");
  const family = network.substring(0, 3);
  take("listenPacket", family + ":none", loopback());
  take("listenPacket without a protocol", family, loopback());
  occupy("listen", network, loopback());
}

function rawDeadline(): void {
  const conn = rawPair("deadline");
  conn.setReadDeadline(briefly());
  // The packets of others do not count.
  const buffer = new Uint8Array(2000);
  let err = conn.readFrom(buffer).err;
  while (err === null) err = conn.readFrom(buffer).err;
  failed("readFrom", err);
  readMessage("readMsg", conn, 100);
  once("read", conn, 100);
  conn.setWriteDeadline(past);
  if (listens) sendBytes("writeTo", conn, bytesOf("abc"), machine());
  else put("write", conn, "abc");
  shut(conn);
}

function rawClose(): void {
  const conn = rawPair("close");
  failed("close", conn.close());
  afterClose(conn);
  readFrom("readFrom", conn, 100);
  readMessage("readMsg", conn, 100);
  meet();
}
