// Programs for hosts with WASI preview1 alone, on a socket that the host has opened.
import {
  Conn,
  dial,
  eof,
  fileConn,
  fileListener,
  filePacketConn,
  listen,
  listenPacket,
  Listener,
  NetError,
  newFile,
  TCPConn,
  TCPListener,
} from "wasi-net/assembly";
import { args, getenv, print } from "wasi-net/assembly/os";
import { Chan, go } from "wasi-net/assembly/task";
import { millisecond, minute, now, Time } from "wasi-net/assembly/time";

const LONG_AGO: Time = 1;
const buffer = new Uint8Array(4096);

export function main(): void {
  const how = args()[1];
  if (how == "serve") serve();
  else if (how == "listener") listener();
  else if (how == "stream") stream();
  else packets();
}

/** given is the socket's number: the first after the standard streams, or what the host says. */
function given(): i32 {
  const fds = getenv("WASI_NET_FDS");
  return fds == "" ? 3 : <i32>parseInt(fds);
}

function failed(what: string, err: NetError | null): void {
  print(what + ": " + (err === null ? "none" : err.error()));
}

function bytes(text: string): Uint8Array {
  return Uint8Array.wrap(String.UTF8.encode(text));
}

/** read reads once, and tells what. */
function read(conn: Conn): void {
  const got = conn.read(buffer);
  const text = String.UTF8.decodeUnsafe(buffer.dataStart, got.n);
  print("read: " + (got.err === null ? text : got.err === eof ? "EOF" : got.err!.error()));
}

function serve(): void {
  const ln = fileListener(newFile(given(), "socket")).unwrap();
  while (true) {
    go<Conn>((conn: Conn) => {
      const buffer = new Uint8Array(4096);
      let got = conn.read(buffer);
      while (!got.err && !conn.write(buffer, 0, got.n).err) got = conn.read(buffer);
      conn.close();
    }, ln.accept().unwrap());
  }
}

function listener(): void {
  const fd = given();
  const f = newFile(fd, "socket");
  failed("output", fileListener(newFile(1, "stdout")).err);
  failed("packets", filePacketConn(f).err);
  const ln = fileListener(f).unwrap();
  failed("again", fileListener(f).err);
  print("address: " + ln.addr().network() + " " + ln.addr().toString());

  failed("listen", listen("tcp", "127.0.0.1:0").err);
  failed("listenPacket", listenPacket("udp", "127.0.0.1:0").err);
  failed("dial", dial("tcp", "127.0.0.1:1").err);
  const tcp = changetype<TCPListener>(ln);
  failed("copy", tcp.file().err);
  tcp.setDeadline(LONG_AGO);
  failed("accept", ln.accept().err);
  tcp.setDeadline(now() + 20 * millisecond);
  failed("accept", ln.accept().err);
  tcp.setDeadline(0);

  const done = new Chan<NetError | null>();
  go<Waiter>((waiter: Waiter) => {
    waiter.done.send(waiter.ln.accept().err);
  }, new Waiter(ln, done));
  failed("close", ln.close());
  failed("waiting accept", done.receive());
  failed("close", ln.close());
  failed("given back", fileListener(newFile(fd, "socket")).err);
}

class Waiter {
  constructor(
    readonly ln: Listener,
    readonly done: Chan<NetError | null>,
  ) {}
}

function stream(): void {
  const conn = changetype<TCPConn>(fileConn(newFile(given(), "socket")).unwrap());
  print("addresses: " + conn.localAddr()!.toString() + " " + conn.remoteAddr()!.toString());
  failed("option", conn.setNoDelay(true));
  conn.setReadDeadline(now() + 20 * millisecond);
  read(conn);
  conn.setReadDeadline(now() + minute);
  failed("write", conn.write(bytes("ask")).err);
  read(conn);
  failed("closeWrite", conn.closeWrite());
  failed("write", conn.write(bytes("more")).err);
  read(conn);
  read(conn);
  failed("close", conn.close());
  read(conn);
}

function packets(): void {
  const f = newFile(given(), "socket");
  failed("listener", fileListener(f).err);
  failed("packets", filePacketConn(f).err);
  const conn = fileConn(f).unwrap();
  print("address: " + conn.localAddr()!.network() + " " + conn.localAddr()!.toString());
  failed("write", conn.write(bytes("ask")).err);
  read(conn);
  conn.setReadDeadline(now() + 20 * millisecond);
  read(conn);
  failed("close", conn.close());
}
