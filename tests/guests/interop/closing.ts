// How connections end.
import { Conn, TCPConn } from "wasi-net/assembly";
import { NetConn } from "wasi-net/assembly/net";
import { afterClose, closeUnder, once, put, writeOn } from "./calls";
import { meet } from "./control";
import { by } from "./role";
import { boundaries, connect, shutRead, shutWrite } from "./stream";
import { begin, failed } from "./transcript";

export function halfClose(active: bool): void {
  begin("half-close " + by(active));
  const conn = connect();
  if (active) {
    put("write", conn, "abc");
    failed("closeWrite", shutWrite(conn));
    put("write after closeWrite", conn, "x");
    once("read", conn, 100);
    failed("closeWrite again", shutWrite(conn));
    meet();
    meet();
    once("read at the end", conn, 100);
    failed("close", conn.close());
    return;
  }
  once("read", conn, 100);
  once("read at the end", conn, 100);
  once("read at the end again", conn, 100);
  put("write", conn, "defgh");
  meet();
  failed("close", conn.close());
  meet();
}

export function closeRead(active: bool): void {
  begin("closeRead " + by(active));
  const conn = connect();
  if (active) {
    failed("closeRead", shutRead(conn));
    once("read", conn, 100);
    meet();
    put("write", conn, "abc");
    meet();
  } else {
    meet();
    put("write", conn, "def");
    once("read", conn, 100);
    meet();
  }
  failed("close", conn.close());
}

/** unread: who closes without having read everything breaks the connection. */
export function unread(active: bool): void {
  begin("close with unread data " + by(active));
  const conn = connect();
  if (active) {
    meet();
    once("read", conn, 3);
    failed("close", conn.close());
    meet();
    return;
  }
  if (boundaries()) {
    put("write", conn, "abc");
    put("write", conn, "def");
  } else {
    put("write", conn, "abcdef");
  }
  meet();
  meet();
  once("read", conn, 100);
  once("read again", conn, 100);
  failed("write", writeOn(conn));
  failed("close", conn.close());
}

function abort(conn: Conn): void {
  failed("setLinger", (<TCPConn>conn).setLinger(0));
  failed("close", conn.close());
}

export function resetBeforeRead(active: bool): void {
  begin("reset before a read " + by(active));
  const conn = connect();
  if (active) {
    abort(conn);
    meet();
    return;
  }
  meet();
  once("read", conn, 100);
  once("read again", conn, 100);
  put("write", conn, "abc");
  failed("closeWrite", shutWrite(conn));
  failed("closeRead", shutRead(conn));
  failed("setLinger", (<TCPConn>conn).setLinger(0));
  failed("close", conn.close());
}

export function resetBeforeWrite(active: bool): void {
  begin("reset before a write " + by(active));
  const conn = connect();
  if (active) {
    abort(conn);
    meet();
    return;
  }
  meet();
  failed("write", writeOn(conn));
  put("write again", conn, "abc");
  once("read", conn, 100);
  failed("close", conn.close());
}

export function resetDuringRead(active: bool): void {
  begin("reset during a read " + by(active));
  const conn = connect();
  if (active) {
    put("write", conn, "abc");
    meet();
    abort(conn);
    return;
  }
  once("read", conn, 100);
  meet();
  once("read", conn, 100);
  once("read again", conn, 100);
  failed("close", conn.close());
}

export function closeDuringRead(active: bool): void {
  begin("close " + by(active));
  const conn = connect();
  if (!active) {
    meet();
    once("read", conn, 100);
    once("read again", conn, 100);
    failed("write", writeOn(conn));
    failed("close", conn.close());
    meet();
    return;
  }
  meet();
  failed("close", conn.close());
  afterClose(conn);
  failed("closeRead", shutRead(conn));
  failed("closeWrite", shutWrite(conn));
  failed("setReadBuffer", (<NetConn>conn).setReadBuffer(4096));
  meet();
}

/** ownClose: a close ends the same side's read. */
export function ownClose(active: bool): void {
  begin("close of one's own read " + by(active));
  const conn = connect();
  if (active) {
    closeUnder(conn);
    return;
  }
  once("read", conn, 100);
  failed("close", conn.close());
}
