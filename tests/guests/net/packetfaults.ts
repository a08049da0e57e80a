// Faults that sockets of UDP and raw IP meet.
import {
  Addr,
  dial,
  dialUDP,
  interfaceByName,
  listenMulticastUDP,
  listenPacket,
  PacketConn,
  UDPAddr,
  UDPConn,
} from "wasi-net/assembly";
import { E } from "wasi-net/assembly/sys/errno";
import { bytes, NONE, T, textOf } from "./check";
import { Also, Call, check, fail, failing } from "./orders";
import { udpAddr, udpAt } from "./udpconn";

const SOCKET: i32[] = [E.MFILE, E.NFILE, Also.NOBUFS, Also.NOMEM, E.ACCES];
const ADDRESS: i32[] = [E.ACCES, E.ADDRINUSE, E.ADDRNOTAVAIL];
const CONNECT: i32[] = [E.ACCES, E.AGAIN, Also.NETUNREACH, Also.NOBUFS, Also.PERM];
const RECEIVE: i32[] = [Also.CONNREFUSED, Also.NOMEM, Also.NOBUFS, Also.HOSTUNREACH, E.TIMEDOUT];
const SEND: i32[] = [Also.NOBUFS, Also.NOMEM, Also.PERM, Also.MSGSIZE, Also.CONNREFUSED, E.ACCES];

/** Where a call goes, and on what: there are no closures. */
let network: string = "";
let address: string = "";
let conn: PacketConn | null = null;
let udp: UDPConn | null = null;
let peer: UDPAddr | null = null;

function tryListen(t: T): void {
  t.named("listenPacket", listenPacket(network, address).err, address);
}

function tryDial(t: T): void {
  t.named("dial", dial(network, address).err, address);
}

function tryReceive(t: T): void {
  const got = conn!.readFrom(new Uint8Array(9));
  t.op("readFrom", got.n, got.err, null);
}

function trySend(t: T): void {
  const to: Addr | null = peer === null ? conn!.localAddr() : peer;
  const put = conn!.writeTo(bytes("abc"), to);
  t.op("writeTo", put.n, put.err, null);
}

function tryRead(t: T): void {
  const got = udp!.read(new Uint8Array(9));
  t.op("read", got.n, got.err, null);
}

function tryWrite(t: T): void {
  const put = udp!.write(bytes("abc"));
  t.op("write", put.n, put.err, null);
}

function tryReadMessage(t: T): void {
  const got = udp!.readMsgUDP(new Uint8Array(9), NONE);
  t.op("readMsgUDP", got.n, got.err, null);
}

function tryWriteMessage(t: T): void {
  const put = udp!.writeMsgUDP(bytes("abc"), NONE, peer);
  t.op("writeMsgUDP", put.n, put.err, null);
}

export function packets(): void {
  places();
  transfers();
  groups();
  raw();
}

function places(): void {
  check("udp: listen", (t: T) => {
    network = "udp";
    address = freePort();
    failing(t, Call.socket, SOCKET, tryListen);
    failing(t, Call.setsockopt, [Also.NOBUFS], tryListen);
    failing(t, Call.bind, ADDRESS, tryListen);
    const made = listenPacket(network, address);
    t.named("afterwards", made.err, address);
    made.value.close();
  });

  check("udp: dial", (t: T) => {
    network = "udp4";
    address = freePort();
    failing(t, Call.socket, SOCKET, tryDial);
    failing(t, Call.setsockopt, [Also.NOBUFS], tryDial);
    failing(t, Call.connect, CONNECT, tryDial);
    const from = udpAddr("127.0.0.2:0");
    const to = udpAddr(address);
    fail(Call.bind, E.ADDRINUSE);
    t.named("from a place", dialUDP("udp", from, to).err, address);
    const made = dial(network, address);
    t.named("afterwards", made.err, address);
    made.value.close();
  });
}

function transfers(): void {
  check("udp: receive", (t: T) => {
    const server = udpAt("127.0.0.1:0");
    t.call(server.localAddr(), "A");
    udp = server;
    conn = server;
    failing(t, Call.recvFrom, RECEIVE, tryReceive);
    failing(t, Call.recvMessage, [Also.NOMEM], tryReadMessage);
    failing(t, Call.recv, [Also.NOMEM], tryRead);
    server.writeTo(bytes("abc"), server.localAddr());
    t.received("afterwards", server);
    server.close();
  });

  check("udp: send", (t: T) => {
    const server = udpAt("127.0.0.1:0");
    t.call(server.localAddr(), "A");
    udp = server;
    conn = server;
    peer = <UDPAddr>server.localAddr()!;
    failing(t, Call.sendTo, SEND, trySend);
    failing(t, Call.sendTo, SEND, tryWriteMessage);
    trySend(t);
    t.received("afterwards", server);
    server.close();
  });

  check("udp: with one peer", (t: T) => {
    const server = udpAt("127.0.0.1:0");
    const client = dialUDP("udp", null, <UDPAddr>server.localAddr()!).value;
    t.call(server.localAddr(), "SERVER");
    t.call(client.localAddr(), "CLIENT");
    udp = client;
    conn = client;
    peer = null;
    failing(t, Call.send, SEND, tryWrite);
    failing(t, Call.send, [Also.NOBUFS], tryWriteMessage);
    failing(t, Call.recv, RECEIVE, tryRead);
    failing(t, Call.recvFrom, [Also.CONNREFUSED], tryReceive);
    failing(t, Call.recvMessage, [Also.CONNREFUSED], tryReadMessage);
    client.write(bytes("abc"));
    t.received("afterwards", server);
    client.close();
    server.close();
  });
}

function groups(): void {
  check("multicast: listen", (t: T) => {
    const lo = interfaceByName("lo").value;
    const group = udpAddr("224.0.0.254:0");
    fail(Call.socket, E.MFILE);
    t.failed("socket", listenMulticastUDP("udp4", lo, group).err);
    fail(Call.bind, E.ADDRINUSE);
    t.failed("bind", listenMulticastUDP("udp4", lo, group).err);
    // To all of the network, an address that is shared, which interface, not to itself, the group.
    for (let after = 0; after < 5; after++) {
      fail(Call.setsockopt, Also.NOBUFS, 1, after);
      const option = "option " + after.toString();
      t.failed(option, listenMulticastUDP("udp4", lo, group).err);
    }
    const made = listenMulticastUDP("udp4", lo, group);
    t.failed("afterwards", made.err);
    made.value.close();
  });
}

function raw(): void {
  check("raw: every call", (t: T) => {
    network = "ip4:253";
    address = "127.0.0.1";
    failing(t, Call.socket, SOCKET, tryListen);
    failing(t, Call.setsockopt, [Also.NOBUFS], tryListen);
    failing(t, Call.bind, ADDRESS, tryListen);
    failing(t, Call.connect, CONNECT, tryDial);
    const one = listenPacket(network, address).value;
    conn = one;
    peer = null;
    failing(t, Call.recvFrom, RECEIVE, tryReceive);
    failing(t, Call.sendTo, SEND, trySend);
    const buffer = new Uint8Array(99);
    one.writeTo(bytes("abc"), one.localAddr());
    t.log("afterwards: " + textOf(buffer, one.readFrom(buffer).n));
    one.close();
  });
}

function freePort(): string {
  const free = listenPacket("udp", "127.0.0.1:0").value;
  const at = free.localAddr()!.toString();
  free.close();
  return at;
}
