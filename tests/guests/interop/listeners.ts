// Who listens where, and for how long.
import {
  Conn,
  dial,
  dialUnix,
  joinHostPort,
  listen,
  Listener,
  NetError,
  splitHostPort,
  TCPListener,
  UnixAddr,
  UnixListener,
} from "wasi-net/assembly";
import { go, gosched, WaitGroup } from "wasi-net/assembly/task";
import { Time } from "wasi-net/assembly/time";
import { once } from "./calls";
import { briefly, hear, meet, past, soon, tell } from "./control";
import { readFrom, taking } from "./packetcalls";
import { folder, isUnix, listens, loopback, network, token } from "./role";
import { address, connect, connectAt, ln, place, works } from "./stream";
import { alias, begin, failed, holds, note } from "./transcript";

export function listeners(): void {
  acceptDeadline();
  inUse();
  if (isUnix()) {
    stays();
    named("abstract", "@" + token + "-" + network);
    named("autobind", "");
    dialerName();
    odd();
  } else {
    wildcard();
  }
}

/** Where the listener of `open` is, on both sides. */
let where: string = "";

/** open listens at the listening side and tells the other where. */
function open(at: string): Listener | null {
  let made: Listener | null = null;
  if (listens) {
    const ln = listen(network, at).unwrap();
    made = ln;
    where = ln.addr().toString();
    tell(where);
  } else {
    where = hear();
  }
  alias(where, "L");
  return made;
}

/** accept notes how accepting ends. */
export function accept(step: string, ln: Listener): void {
  const accepted = ln.accept();
  if (accepted.err === null) accepted.value.close();
  failed(step, accepted.err);
}

/** reach notes how dialing ends. */
export function reach(step: string, network: string, address: string): void {
  const made = dial(network, address);
  if (made.err === null) made.value.close();
  failed(step, made.err);
}

/** occupy notes how listening ends. */
export function occupy(step: string, network: string, address: string): void {
  const made = listen(network, address);
  if (made.err === null) made.value.close();
  failed(step, made.err);
}

function setDeadline(step: string, ln: Listener, t: Time): void {
  if (ln instanceof TCPListener) failed(step, changetype<TCPListener>(ln).setDeadline(t));
  else failed(step, (<UnixListener>ln).setDeadline(t));
}

function acceptDeadline(): void {
  begin("accept deadline");
  const ln = open(place("deadline"));
  if (ln !== null) {
    setDeadline("setDeadline", ln, past);
    accept("accept", ln);
    setDeadline("setDeadline", ln, soon());
  }
  const conn = connectAt(ln, where);
  works(conn);
  if (ln !== null) {
    failed("close", conn.close());
    acceptClosed(ln);
    meet();
    return;
  }
  once("read", conn, 100);
  failed("close", conn.close());
  meet();
  reach("dial after close", network, where);
}

class Accepting {
  readonly end: WaitGroup = new WaitGroup();
  err: NetError | null = null;

  constructor(readonly ln: Listener) {}
}

/** acceptClosed lets a deadline pass, and closes the listener that another goroutine accepts from. */
function acceptClosed(ln: Listener): void {
  setDeadline("setDeadline", ln, briefly());
  accept("accept, waiting", ln);
  setDeadline("setDeadline", ln, soon());
  const accepting = new Accepting(ln);
  accepting.end.add(1);
  go<Accepting>((it: Accepting): void => {
    it.err = it.ln.accept().err;
    it.end.done();
  }, accepting);
  gosched();
  failed("close", ln.close());
  accepting.end.wait();
  failed("accept under way", accepting.err);
  accept("accept after close", ln);
  failed("close again", ln.close());
  setDeadline("setDeadline after close", ln, past);
}

function inUse(): void {
  begin("address in use");
  alias(address, "L");
  occupy("listen", network, address);
  meet();
  const conn = connect();
  works(conn);
  meet();
  failed("close", conn.close());
}

/** stays: a name may be left behind. */
function stays(): void {
  begin("a name that stays");
  const ln = open(place("stays"));
  if (ln !== null) {
    (<UnixListener>ln).setUnlinkOnClose(false);
    failed("close", ln.close());
  }
  meet();
  reach("dial", network, where);
  occupy("listen", network, where);
  meet();
}

/** named: a listener whose name is no path. */
function named(name: string, at: string): void {
  begin(name);
  const ln = open(at);
  holds("abstract", where.startsWith("@"));
  occupy("listen", network, where);
  const conn = connectAt(ln, where);
  works(conn);
  meet();
  failed("close", conn.close());
  if (ln !== null) failed("close", ln.close());
  meet();
  reach("dial after close", network, where);
}

/** dialerName: who dials can have a name as well. */
function dialerName(): void {
  begin("dial from a name");
  const conn = listens ? ln!.accept().unwrap() : dialNamed();
  conn.setDeadline(soon());
  note("ends", conn.localAddr()!.toString() + " " + conn.remoteAddr()!.toString());
  works(conn);
  meet();
  failed("close", conn.close());
}

function dialNamed(): Conn {
  const from = new UnixAddr(place("from"), network);
  const to = new UnixAddr(address, network);
  const conn = dialUnix(network, from, to).unwrap();
  failed("dial again", dialUnix(network, from, to).err);
  return conn;
}

/** odd: names that cannot be. */
function odd(): void {
  begin("odd names");
  for (let length = 107; length <= 109; length++) {
    // Both sides would be in each other's way.
    if (listens) {
      const path = padded(place("long"), length);
      alias(path, "PATH");
      occupy("listen", network, path);
      occupy("listen, abstract", network, padded("@" + token, length));
    }
    reach("dial", network, padded(place("none"), length));
    reach("dial, abstract", network, padded("@none", length));
  }
  reach("dial nothing", network, "");
  reach("dial the missing", network, place("missing"));
  reach("dial in a missing folder", network, place("missing/missing"));
  occupy("listen in a missing folder", network, place("missing/missing"));
  reach("dial a file that is no socket", network, folder);
  reach("dial another type", network == "unix" ? "unixpacket" : "unix", address);
  if (listens) {
    const conn = taking(place("packets"));
    readFrom("readFrom", conn, 100);
    failed("close", conn.close());
  }
  meet();
}

/** padded makes a name so long. */
export function padded(name: string, length: i32): string {
  return name.padEnd(length, "x");
}

function wildcard(): void {
  begin("every address");
  const ln = open(":0");
  const at = splitHostPort(where).unwrap();
  note("host", at.host);
  alias(at.port, "PORT");
  if (ln !== null) {
    for (let i = 0; i < 2; i++) {
      const conn = ln.accept().unwrap();
      note(
        "ends",
        hostOf(conn.localAddr()!.toString()) + " " + hostOf(conn.remoteAddr()!.toString()),
      );
      conn.close();
    }
    failed("close", ln.close());
    return;
  }
  visit(loopback(), at.port);
  visit("", at.port);
}

function visit(host: string, port: string): void {
  const conn = dial(network, joinHostPort(host, port)).unwrap();
  note("to", hostOf(conn.remoteAddr()!.toString()));
  conn.setDeadline(soon());
  once("read", conn, 100);
  conn.close();
}

export function hostOf(address: string): string {
  return splitHostPort(address).unwrap().host;
}
