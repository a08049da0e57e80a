// Open sockets, and what IP says of a packet, in the control data of messages.
import {
  dial,
  fileConn,
  File,
  fileListener,
  filePacketConn,
  listen,
  listenPacket,
  newFile,
  TCPListener,
  UDPAddr,
  UDPConn,
} from "wasi-net/assembly";
import {
  cmsgLen,
  cmsgSpace,
  parseSocketControlMessage,
  parseUnixRights,
  unixRights,
} from "wasi-net/assembly/syscall";
import { Errno } from "wasi-net/assembly/sys/errno";
import * as sys from "wasi-net/assembly/sys/socket";
import { Mutex } from "wasi-net/assembly/task";
import { millisecond, now, second } from "wasi-net/assembly/time";
import { bytes, check, exchange, NONE, read, settle, startRead, T, textOf, write } from "./check";
import { udpAt } from "./udpconn";
import { UnixPair } from "./unixpair";

/** parseRights are the numbers in control data. */
function parseRights(oob: Uint8Array): i32[] {
  let numbers: i32[] = [];
  const messages = parseSocketControlMessage(oob).value;
  for (let i = 0; i < messages.length; i++) {
    numbers = numbers.concat(parseUnixRights(messages[i]).value);
  }
  return numbers;
}

/** Not where a host has no control data. */
export function rights(): void {
  check("rights: a socket without data", (t: T) => {
    const pair = new UnixPair("rights-none", "unix");
    const given = new UnixPair("rights-given", "unix");
    const f = given.server.file().value;
    pair.client.setWriteDeadline(now() + 5 * second);
    const put = pair.client.writeMsgUnix(NONE, unixRights([f.sysfd]), null);
    t.log(put.n.toString() + " " + put.oobn.toString());
    t.failed("write", put.err);
    f.close();
    given.server.close();
    const oob = new Uint8Array(cmsgSpace(4));
    pair.server.setReadDeadline(now() + 5 * second);
    const got = pair.server.readMsgUnix(NONE, oob);
    const flags = got.flags.toString(16);
    t.log(got.n.toString() + " " + got.oobn.toString() + " flags " + flags);
    t.failed("read", got.err);
    const numbers = parseRights(oob.subarray(0, got.oobn));
    t.log(numbers.length.toString());
    const received = newFile(numbers[0], "received");
    const conn = fileConn(received).value;
    received.close();
    t.ok("works", exchange(conn, given.client));
    conn.close();
    t.log(read(given.client));
    given.client.close();
    pair.close();
  });

  check("rights: sockets of every kind", (t: T) => {
    const pair = new UnixPair("rights-kinds", "unix");
    const stream = <TCPListener>listen("tcp", "127.0.0.1:0").value;
    const packets = <UDPConn>listenPacket("udp", "127.0.0.1:0").value;
    t.call(stream.addr(), "STREAM");
    t.call(packets.localAddr(), "PACKETS");
    const files: File[] = [stream.file().value, packets.file().value];
    const given = unixRights([files[0].sysfd, files[1].sysfd]);
    t.failed("write", pair.client.writeMsgUnix(bytes("abc"), given, null).err);
    for (let i = 0; i < files.length; i++) files[i].close();
    stream.close();
    packets.close();
    const oob = new Uint8Array(100);
    const got = pair.server.readMsgUnix(new Uint8Array(100), oob);
    t.log(got.n.toString() + " " + got.oobn.toString());
    const numbers = parseRights(oob.subarray(0, got.oobn));
    const one = newFile(numbers[0], "1");
    const two = newFile(numbers[1], "2");
    const ln = fileListener(one).value;
    const conn = filePacketConn(two).value;
    one.close();
    two.close();
    t.log(ln.addr().network() + " " + ln.addr().toString());
    const client = dial("tcp", ln.addr().toString()).value;
    const server = ln.accept().value;
    t.ok("works", exchange(client, server));
    t.failed("writeTo", conn.writeTo(bytes("abc"), conn.localAddr()).err);
    t.received("readFrom", conn);
    client.close();
    server.close();
    ln.close();
    conn.close();
    pair.close();
  });

  check("rights: read by others", (t: T) => {
    const pair = new UnixPair("rights-others", "unix");
    const given = new UnixPair("rights-lost", "unix");
    const op = startRead(pair.server, 100);
    settle();
    const f = given.server.file().value;
    const oob = unixRights([f.sysfd]);
    write(pair.client, "first");
    t.log(op.wait().text);
    t.failed("write", pair.client.writeMsgUnix(bytes("abc"), oob, null).err);
    t.failed("write", pair.client.writeMsgUnix(bytes("defg"), oob, null).err);
    write(pair.client, "last");
    f.close();
    given.server.close();
    // A read ends behind each message with sockets, and loses them.
    for (let i = 0; i < 3; i++) t.log(read(pair.server));
    t.log(read(given.client));
    given.client.close();
    pair.close();
  });

  check("rights: what is none", (t: T) => {
    const pair = new UnixPair("rights-wrong", "unix");
    const numbers: StaticArray<i32> = [-1, 1 << 30];
    for (let i = 0; i < numbers.length; i++) {
      const put = pair.client.writeMsgUnix(bytes("abc"), unixRights([numbers[i]]), null);
      t.log(put.n.toString() + " " + put.oobn.toString());
      t.failed("write", put.err);
    }
    const malformed = new Uint8Array(16);
    for (let length: u8 = 0; length <= 17; length += 17) {
      malformed[0] = length;
      t.failed("malformed", pair.client.writeMsgUnix(bytes("abc"), malformed, null).err);
    }
    // What is too short for a message is none.
    const short = pair.client.writeMsgUnix(bytes("abc"), new Uint8Array(15), null);
    t.op("short", short.n, short.err, null);
    t.log(short.oobn.toString());
    t.log(read(pair.server));
    t.failed("parse", parseSocketControlMessage(new Uint8Array(16)).err);
    pair.server.setReadDeadline(now() + 20 * millisecond);
    tryRead(t, "timeout", pair);
    tryRead(t, "over", pair);
    pair.server.setReadDeadline(0);
    pair.client.close();
    tryRead(t, "the end", pair);
    pair.server.close();
    tryRead(t, "closed", pair);
    pair.close();
  });

  check("control: a TTL", (t: T) => {
    controlData(t, "127.0.0.1:0", false);
  });

  check("ip6 control: a hop limit", (t: T) => {
    controlData(t, "[::1]:0", true);
  });
}

/** controlData sends a packet that has a number of hops of its own, and reads it. */
function controlData(t: T, address: string, ipv6: bool): void {
  const conn = udpAt(address);
  t.call(conn.localAddr(), "A");
  turn.lock();
  level = ipv6 ? sys.Level.ipv6 : sys.Level.ipv4;
  receive = ipv6 ? 51 : 12; // IPV6_RECVHOPLIMIT, IP_RECVTTL
  conn.syscallConn().value.control(ask);
  t.failed("setsockopt", answer == 0 ? null : new Errno(-answer));
  turn.unlock();
  const oob = new Uint8Array(cmsgSpace(4));
  oob[0] = <u8>cmsgLen(4);
  oob[8] = ipv6 ? 41 : 0; // IPPROTO_IPV6, IPPROTO_IP
  oob[12] = ipv6 ? 52 : 2; // IPV6_HOPLIMIT, IP_TTL
  oob[16] = 77;
  const put = conn.writeMsgUDP(bytes("abc"), oob, <UDPAddr>conn.localAddr()!);
  t.op("write", put.n, put.err, null);
  t.log(put.oobn.toString());
  for (let room = 100; room >= 0; room -= 100) {
    const buffer = new Uint8Array(100);
    const oob = new Uint8Array(room);
    const got = conn.readMsgUDP(buffer, oob);
    t.packet("read", textOf(buffer, got.n), got.addr, got.err);
    t.log(got.oobn.toString() + " " + got.flags.toString(16));
    const messages = parseSocketControlMessage(oob.subarray(0, got.oobn)).value;
    for (let i = 0; i < messages.length; i++) {
      const m = messages[i];
      const data = m.data.join(" ");
      t.log(m.level.toString() + " " + m.type.toString() + " [" + data + "]");
    }
    conn.writeTo(bytes("def"), conn.localAddr());
  }
  conn.close();
}

function tryRead(t: T, what: string, pair: UnixPair): void {
  const got = pair.server.readMsgUnix(new Uint8Array(10), new Uint8Array(10));
  t.op(what, got.n, got.err, null);
  t.log(got.oobn.toString() + " " + got.flags.toString(16));
}

/** What `ask` asks for and what it heard: there are no closures. One check at a time uses it. */
const turn = new Mutex();
let level: i32 = 0;
let receive: i32 = 0;
let answer: i32 = 0;

function ask(fd: i32): void {
  answer = sys.setOption(fd, level, receive, 1);
}
