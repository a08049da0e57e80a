// Open sockets that go with messages.
import {
  dialUnix,
  fileConn,
  File,
  fileListener,
  listenUnix,
  newFile,
  UnixAddr,
  UnixConn,
  UnixListener,
} from "wasi-net/assembly";
import {
  cmsgLen,
  parseSocketControlMessage,
  parseUnixRights,
  unixRights,
} from "wasi-net/assembly/syscall";
import { bytesOf, once, put } from "./calls";
import { meet, soon } from "./control";
import { pair, shut, theirs } from "./packetcalls";
import { by, listens, network } from "./role";
import { connect, place } from "./stream";
import { begin, failed, moved, note } from "./transcript";

/** rights: open sockets go with messages, to be used by the other side. */
export function rights(active: bool): void {
  begin("sockets in messages " + by(active));
  const conn = <UnixConn>connect();
  const name = place("rights " + by(active));
  if (active) handOver(conn, name, null);
  else takeOver(conn, name);
  failed("close", conn.close());
}

/** gramRights is the same for packets to a name, which only the listener has no one peer for. */
export function gramRights(): void {
  const conn = <UnixConn>pair("sockets in messages");
  const name = place("rights");
  if (listens) handOver(conn, name, new UnixAddr(theirs, network));
  else takeOver(conn, name);
  shut(conn);
}

function handOver(conn: UnixConn, name: string, to: UnixAddr | null): void {
  const at = new UnixAddr(name, "unix");
  const ln = listenUnix("unix", at).unwrap();
  ln.setDeadline(soon());
  // A listener, and then the connections of some that it serves.
  sendRights("a listener", conn, "listen", to, [ln.file().unwrap()]);
  const one = dialUnix("unix", null, at).unwrap();
  one.setDeadline(soon());
  put("write", one, "hello");
  once("read", one, 100);
  const ours: UnixConn[] = [];
  const given: UnixConn[] = [];
  for (let i = 0; i < 8; i++) {
    ours.push(dialUnix("unix", null, at).unwrap());
    given.push(ln.acceptUnix().unwrap());
  }
  sendRights("two", conn, "", to, filesOf(given.slice(0, 2)));
  sendRights("too many for the room", conn, "abc", to, filesOf(given.slice(2, 5)));
  sendRights("no room", conn, "abc", to, filesOf(given.slice(5, 6)));
  sendRights("to a read", conn, "abc", to, filesOf(given.slice(6, 7)));
  sendNumbers("one that is none", conn, to, [-1]);
  sendNumbers("none", conn, to, []);
  const number = given[7].file().unwrap();
  sendNumbers("more than Linux lets", conn, to, new Array<i32>(254).fill(number.sysfd));
  number.close();
  meet();
  for (let i = 0; i < 7; i++) {
    ours[i].setDeadline(soon());
    once("read " + i.toString(), ours[i], 100);
  }
  meet();
  for (let i = 0; i < ours.length; i++) ours[i].close();
  one.close();
  given[7].close();
  failed("close the listener", ln.close());
}

/** filesOf makes files of connections, which are closed. */
function filesOf(conns: UnixConn[]): File[] {
  const files: File[] = [];
  for (let i = 0; i < conns.length; i++) {
    files.push(conns[i].file().unwrap());
    conns[i].close();
  }
  return files;
}

function takeOver(conn: UnixConn, name: string): void {
  let files = takeRights("a listener", conn, 100, 100);
  const ln = <UnixListener>fileListener(files[0]).unwrap();
  ln.setDeadline(soon());
  const at = ln.addr();
  note("listens", at.network() + " " + (at.toString() == name ? "true" : "false"));
  const one = ln.accept().unwrap();
  ln.close();
  failed("close the file", files[0].close());
  one.setDeadline(soon());
  once("read", one, 100);
  put("write", one, "goodbye");
  files = takeRights("two", conn, 0, 100);
  files = files.concat(takeRights("too many for the room", conn, 100, cmsgLen(4)));
  takeRights("no room", conn, 100, 0);
  once("a read", conn, 100);
  takeRights("none", conn, 100, 100);
  for (let i = 0; i < files.length; i++) {
    const made = fileConn(files[i]);
    failed("fileConn", made.err);
    files[i].close();
    put("write " + i.toString(), made.value, "abc");
    made.value.close();
  }
  meet();
  meet();
  one.close();
}

/** sendRights sends a message with open sockets, which it closes here. */
function sendRights(
  step: string,
  conn: UnixConn,
  text: string,
  to: UnixAddr | null,
  files: File[],
): void {
  const numbers: i32[] = [];
  for (let i = 0; i < files.length; i++) numbers.push(files[i].sysfd);
  send(step, conn, text, to, numbers);
  for (let i = 0; i < files.length; i++) files[i].close();
}

function sendNumbers(step: string, conn: UnixConn, to: UnixAddr | null, numbers: i32[]): void {
  send(step, conn, "abc", to, numbers);
}

function send(
  step: string,
  conn: UnixConn,
  text: string,
  to: UnixAddr | null,
  numbers: i32[],
): void {
  const sent = conn.writeMsgUnix(bytesOf(text), unixRights(numbers), to);
  moved("send " + step, bytesOf(text), sent.n, sent.err);
  note("send " + step + " control", sent.oobn.toString());
}

/** takeRights reads a message and the sockets that come with it. */
function takeRights(step: string, conn: UnixConn, size: i32, room: i32): File[] {
  const buffer = new Uint8Array(size);
  const oob = new Uint8Array(room);
  const got = conn.readMsgUnix(buffer, oob);
  moved("take " + step, buffer, min(got.n, size), got.err);
  const says = got.n.toString() + " of " + got.oobn.toString();
  note("take " + step + " control", says + ", flags " + got.flags.toString(16));
  const files: File[] = [];
  const messages = parseSocketControlMessage(oob.subarray(0, got.oobn)).unwrap();
  for (let i = 0; i < messages.length; i++) {
    const m = messages[i];
    const numbers = parseUnixRights(m).unwrap();
    const kind = m.level.toString() + " " + m.type.toString();
    note("take " + step + " sockets", kind + ": " + numbers.length.toString());
    for (let j = 0; j < numbers.length; j++) files.push(newFile(numbers[j], "received"));
  }
  return files;
}
