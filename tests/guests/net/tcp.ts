import {
  Buffers,
  dial,
  Error,
  joinHostPort,
  listen,
  listenTCP,
  resolveTCPAddr,
  TCPAddr,
  TCPConn,
  TCPListener,
} from "wasi-net/assembly";
import { go, WaitGroup } from "wasi-net/assembly/task";
import { Duration, millisecond, now } from "wasi-net/assembly/time";
import { readFull } from "wasi-net/assembly/io";
import { check, exchange, local, Op, Pair, read, startDrain, T } from "./check";
import { BESIDE, TRIES } from "./udpplaces";

/** What other files do not say of TCP. */
export function tcp(): void {
  check("tcp: without a host", (t: T) => {
    const ln = local();
    const port = (<TCPAddr>ln.addr()).port.toString();
    // The last one is what a listener on all addresses says of itself.
    const hosts: string[] = ["", "0.0.0.0", "[::ffff:0.0.0.0]", "[::]"];
    for (let i = 0; i < hosts.length; i++) {
      const dialed = dial("tcp4", hosts[i] + ":" + port);
      t.failed("dial", dialed.err);
      t.ok("this machine", dialed.value.remoteAddr()!.toString() == ln.addr().toString());
      dialed.value.close();
    }
    ln.close();
  });

  check("tcp: places of a listener", (t: T) => {
    const places: string[] = ["127.0.0.1:0", ":0", ""];
    for (let i = 0; i < places.length; i++) {
      const at: TCPAddr | null = places[i] == "" ? null : resolveTCPAddr("tcp4", places[i]).value;
      const ln = listenTCP("tcp4", at).value;
      const address = <TCPAddr>ln.addr();
      t.log(address.ip.toString() + " " + address.network());
      t.ok("a port", address.port != 0);
      ln.close();
    }
  });

  check("tcp: closed again and again", (t: T) => {
    const ln = local();
    const conn = <TCPConn>dial("tcp", ln.addr().toString()).value;
    const peer = ln.accept().value;
    for (let i = 0; i < 3; i++) t.failed("closeRead", conn.closeRead(), conn);
    for (let i = 0; i < 3; i++) t.failed("closeWrite", conn.closeWrite(), conn);
    for (let i = 0; i < 3; i++) {
      t.failed("close", conn.close(), conn);
      t.listener("listener", ln.close(), ln);
    }
    peer.close();
  });

  check("tcp: every method", (t: T) => {
    const ln = listenTCP("tcp4", resolveTCPAddr("tcp4", "127.0.0.1:0").value).value;
    t.call(ln.addr(), "SERVER");
    t.listener("setDeadline", ln.setDeadline(now() + 30), ln);
    t.listener("accept", ln.accept().err, ln);
    t.listener("acceptTCP", ln.acceptTCP().err, ln);
    ln.setDeadline(0);
    const conn = <TCPConn>dial("tcp4", ln.addr().toString()).value;
    const peer = ln.acceptTCP().value;
    t.failed("setKeepAlive", conn.setKeepAlive(false));
    t.failed("setKeepAlivePeriod", conn.setKeepAlivePeriod(3000 * millisecond));
    t.failed("setLinger", conn.setLinger(0));
    t.failed("setNoDelay", conn.setNoDelay(false));
    t.failed("setDeadline", conn.setDeadline(now() + 3600000 * millisecond));
    t.ok("works", exchange(conn, peer));
    conn.close();
    t.log(read(peer).replace(peer.remoteAddr()!.toString(), "CLIENT"));
    peer.close();
    ln.close();
  });

  check("tcp: many accept at once", (t: T) => {
    const crowd = new Crowd(local());
    crowd.group.add(20);
    for (let i = 0; i < 10; i++) go<Crowd>(acceptOne, crowd);
    for (let i = 0; i < 10; i++) go<Crowd>(dialOne, crowd);
    crowd.group.wait();
    t.log("accepted " + crowd.accepted.toString() + ", failed " + crowd.failed.toString());
    crowd.ln.close();
  });

  check("tcp: rounds of dialling, a question and an answer", (t: T) => {
    const crowd = new Crowd(local());
    crowd.group.add(2);
    go<Crowd>(answerAll, crowd);
    go<Crowd>(askAll, crowd);
    crowd.group.wait();
    t.log("accepted " + crowd.accepted.toString() + ", failed " + crowd.failed.toString());
    crowd.ln.close();
  });
}

/** Who may listen beside whom. */
export function besides(): void {
  check("ip6: who reaches a port of TCP beside another", (t: T) => {
    for (let i = 0; i < BESIDE.length; i++) {
      const words = BESIDE[i].split("udp").join("tcp").split(" ");
      let line = "";
      for (let tries = 0; tries < TRIES && !line.endsWith("both"); tries++) line = beside(words);
      t.log(line);
    }
  });
}

function beside(words: string[]): string {
  const first = listen(words[0], joinHostPort(words[1], "0")).value;
  const port = (<TCPAddr>first.addr()).port.toString();
  const second = listen(words[2], joinHostPort(words[3], port));
  const err = second.err;
  if (err === null) second.value.close();
  let line = words.join(" ") + " at " + first.addr().toString() + ": ";
  line += err === null ? "both" : err.error();
  first.close();
  return line.split(":" + port).join(":P");
}

const ROUNDS = 100;

class Crowd {
  readonly group: WaitGroup = new WaitGroup();
  accepted: i32 = 0;
  failed: i32 = 0;

  constructor(readonly ln: TCPListener) {}
}

function acceptOne(crowd: Crowd): void {
  const got = crowd.ln.accept();
  if (got.err !== null) crowd.failed++;
  else {
    crowd.accepted++;
    got.value.close();
  }
  crowd.group.done();
}

function dialOne(crowd: Crowd): void {
  const dialed = dial("tcp", crowd.ln.addr().toString());
  if (dialed.err !== null) crowd.failed++;
  else dialed.value.close();
  crowd.group.done();
}

function answerAll(crowd: Crowd): void {
  const question = new Uint8Array(16);
  for (let i = 0; i < ROUNDS; i++) {
    const conn = crowd.ln.accept().value;
    if (readFull(conn, question).err !== null || conn.write(new Uint8Array(16)).n != 16) {
      crowd.failed++;
    }
    conn.close();
    crowd.accepted++;
  }
  crowd.group.done();
}

function askAll(crowd: Crowd): void {
  const answer = new Uint8Array(16);
  for (let i = 0; i < ROUNDS; i++) {
    const conn = dial("tcp", crowd.ln.addr().toString()).value;
    if (conn.write(new Uint8Array(16)).n != 16 || readFull(conn, answer).err !== null) {
      crowd.failed++;
    }
    conn.close();
  }
  crowd.group.done();
}

/** Several runs of bytes as one write. */
export function buffers(): void {
  check("buffers: to a connection", (t: T) => {
    const counts: StaticArray<i32> = [0, 10, 1023, 1024, 1025];
    for (let i = 0; i < counts.length; i++) {
      const count = counts[i];
      const pair = new Pair();
      const runs: Uint8Array[] = [];
      for (let j = 0; j < count; j++) runs.push(new Uint8Array(1).fill(<u8>j));
      const list = new Buffers(runs);
      const put = list.writeTo<TCPConn>(pair.client);
      t.op("write", <i32>put.n, put.err, pair.client);
      t.log("left " + list.list.length.toString());
      pair.client.close();
      const all = new Uint8Array(count);
      let same = readFull(pair.server, all).err === null || count == 0;
      for (let j = 0; j < count; j++) same = same && all[j] == <u8>j;
      t.ok("the same arrives", same);
      t.log(read(pair.server));
      pair.close();
    }
  });

  check("buffers: to who has left", (t: T) => {
    const pair = new Pair();
    pair.server.close();
    const runs: Uint8Array[] = [];
    const run = new Uint8Array(1 << 20);
    for (let i = 0; i < 64; i++) runs.push(run);
    const put = new Buffers(runs).writeTo<TCPConn>(pair.client);
    t.ok("fails", put.err !== null);
    t.ok("some is left", put.n < 64 << 20);
    pair.close();
  });
}

/** Deadlines of many lengths. */
export function lengths(): void {
  const all: StaticArray<Duration> = [
    1, 2, 5, 50, 100, 200, 500, 750, 1000, 5000, 25_000, 250_000, 500_000, 1_000_000, 5_000_000,
    20_000_000,
  ];
  durations = all;

  check("timeout: of every length, of one who reads a flood", (t: T) => {
    const pair = new Pair();
    const flood = new Op(pair.server, null, new Uint8Array(1000));
    go<Op>(writeForEver, flood);
    let wrong = 0;
    for (let i = 0; i < durations.length; i++) {
      const start = now();
      pair.client.setDeadline(start + durations[i]);
      const op = startDrain(pair.client).wait();
      if (!ended(op.err, start, durations[i])) wrong++;
    }
    t.log("wrong: " + wrong.toString());
    pair.client.close();
    flood.wait();
    pair.close();
  });

  check("timeout: of every length, of one who writes", (t: T) => {
    const pair = new Pair();
    let wrong = 0;
    const data = new Uint8Array(1 << 20);
    for (let i = 0; i < durations.length; i++) {
      const start = now();
      pair.client.setWriteDeadline(start + durations[i]);
      let err = pair.client.write(data).err;
      while (err === null) err = pair.client.write(data).err;
      if (!ended(err, start, durations[i])) wrong++;
    }
    t.log("wrong: " + wrong.toString());
    pair.close();
  });

  check("timeout: of every length, of one who accepts", (t: T) => {
    const ln = local();
    let wrong = 0;
    for (let i = 0; i < durations.length; i++) {
      const start = now();
      ln.setDeadline(start + durations[i]);
      if (!ended(ln.accept().err, start, durations[i])) wrong++;
    }
    t.log("wrong: " + wrong.toString());
    ln.close();
  });
}

let durations: StaticArray<Duration> = [];

/** ended tells whether a call ended by its deadline, and not before it. */
function ended(err: Error | null, start: i64, d: Duration): bool {
  return err !== null && err.timeout() && now() - start >= d;
}

function writeForEver(op: Op): void {
  let put = op.conn!.write(op.buffer);
  while (put.err === null) put = op.conn!.write(op.buffer);
  op.finish(put.n, put.err);
}
