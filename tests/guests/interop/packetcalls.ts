// Connections of packets, and single calls on them, noted.
import {
  Addr,
  Conn,
  dial,
  dialUnix,
  IPConn,
  listenPacket,
  PacketConn,
  resolveUDPAddr,
  Sent,
  UDPAddr,
  UDPConn,
  UnixAddr,
  UnixConn,
} from "wasi-net/assembly";
import { IOResult } from "wasi-net/assembly/io";
import { NetConn } from "wasi-net/assembly/net";
import { bytesOf, put } from "./calls";
import { hear, meet, soon, tell } from "./control";
import { isUnix, listens, network } from "./role";
import { place } from "./stream";
import { alias, begin, failed, moved, note } from "./transcript";

/** How many places have been asked for: a name stays when its socket is closed. */
let places: i32 = 0;

/** The addresses of the scene's two connections. */
export let ours: string = "";
export let theirs: string = "";

/** free is an address that no packets are taken at. */
export function free(): string {
  if (!isUnix()) return place("");
  places++;
  return place((listens ? "listener" : "dialer") + places.toString());
}

/** pair starts a scene with two connections: the listener's takes packets from everybody, the dialer's has it as its one peer. */
export function pair(name: string): NetConn {
  return pairAt(name, free());
}

export function pairAt(name: string, at: string): NetConn {
  begin(name);
  if (!listens) theirs = hear();
  const conn = listens ? taking(at) : dialFrom(at, theirs);
  ours = conn.localAddr()!.toString();
  tell(ours);
  if (listens) theirs = hear();
  alias(listens ? ours : theirs, "L");
  alias(listens ? theirs : ours, "D");
  conn.setDeadline(soon());
  return conn;
}

/** taking listens. Every class of PacketConn that the library has is a NetConn. */
export function taking(at: string): NetConn {
  return changetype<NetConn>(listenPacket(network, at).unwrap());
}

function dialFrom(from: string, to: string): NetConn {
  if (!isUnix()) return <NetConn>dial(network, to).unwrap();
  return dialUnix(network, new UnixAddr(from, network), new UnixAddr(to, network)).unwrap();
}

/** shut closes when both sides are done. */
export function shut(conn: NetConn): void {
  meet();
  failed("close", conn.close());
}

/** passes shows that packets go both ways. */
export function passes(conn: NetConn): void {
  conn.setDeadline(soon());
  if (listens) {
    readFrom("readFrom", conn, 100);
    send("writeTo", conn, "goodbye", theirs);
    return;
  }
  put("write", conn, "hello");
  once("read", conn, 100);
}

function once(step: string, conn: NetConn, size: i32): void {
  const buffer = new Uint8Array(size);
  const got = conn.read(buffer);
  moved(step, buffer, got.n, got.err);
}

export function from(addr: Addr | null): string {
  return addr === null ? "nobody" : addr.network() + " " + addr.toString();
}

/** readFrom reads a packet and tells whom it is from. */
export function readFrom(step: string, conn: NetConn, size: i32): void {
  const buffer = new Uint8Array(size);
  const got = changetype<PacketConn>(conn).readFrom(buffer);
  moved(step, buffer, got.n, got.err);
  note(step + " from", from(got.addr));
}

/** readMessage reads a packet with what the system says of it. */
export function readMessage(step: string, conn: NetConn, size: i32): void {
  const buffer = new Uint8Array(size);
  const oob = new Uint8Array(0);
  if (conn instanceof UDPConn) {
    const got = changetype<UDPConn>(conn).readMsgUDP(buffer, oob);
    message(step, buffer, got, got.addr, got.oobn, got.flags);
  } else if (conn instanceof UnixConn) {
    const got = changetype<UnixConn>(conn).readMsgUnix(buffer, oob);
    message(step, buffer, got, got.addr, got.oobn, got.flags);
  } else {
    const got = (<IPConn>conn).readMsgIP(buffer, oob);
    message(step, buffer, got, got.addr, got.oobn, got.flags);
  }
}

function message(
  step: string,
  buffer: Uint8Array,
  got: IOResult,
  addr: Addr | null,
  oobn: i32,
  flags: i32,
): void {
  moved(step, buffer, got.n, got.err);
  const says = ", control " + oobn.toString() + ", flags " + flags.toString(16);
  note(step + " from", from(addr) + says);
}

/** send writes a packet to an address. */
export function send(step: string, conn: NetConn, text: string, to: string): void {
  sendBytes(step, conn, bytesOf(text), addrOf(to));
}

export function sendBytes(step: string, conn: NetConn, data: Uint8Array, to: Addr | null): bool {
  const sent = changetype<PacketConn>(conn).writeTo(data, to);
  moved(step, data, sent.n, sent.err);
  return sent.err === null;
}

/** addrOf is an address on the network. */
export function addrOf(text: string): Addr {
  if (isUnix()) return new UnixAddr(text, network);
  return resolveUDPAddr("udp", text).unwrap();
}

/** sendMessage writes a packet by the call for messages; to nobody for "". */
export function sendMessage(step: string, conn: NetConn, text: string, to: string): void {
  const data = bytesOf(text);
  const oob = new Uint8Array(0);
  let sent: Sent | null = null;
  if (conn instanceof UDPConn) {
    let addr: UDPAddr | null = null;
    if (to != "") addr = <UDPAddr>addrOf(to);
    sent = changetype<UDPConn>(conn).writeMsgUDP(data, oob, addr);
  } else {
    let addr: UnixAddr | null = null;
    if (to != "") addr = <UnixAddr>addrOf(to);
    sent = (<UnixConn>conn).writeMsgUnix(data, oob, addr);
  }
  moved(step, data, sent.n, sent.err);
  note(step + " control", sent.oobn.toString());
}

/** sendNowhere writes a packet to an address that is null. */
export function sendNowhere(step: string, conn: NetConn): void {
  const data = bytesOf("abc");
  const sent =
    conn instanceof UDPConn
      ? changetype<UDPConn>(conn).writeToUDP(data, null)
      : (<UnixConn>conn).writeToUnix(data, null);
  moved(step, data, sent.n, sent.err);
}

/** take notes how taking packets ends. */
export function take(step: string, network: string, address: string): void {
  const made = listenPacket(network, address);
  if (made.err === null) made.value.close();
  failed(step, made.err);
}
