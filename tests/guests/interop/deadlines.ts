// Deadlines of connections.
import { Conn } from "wasi-net/assembly";
import { readFull } from "wasi-net/assembly/io";
import { NetConn } from "wasi-net/assembly/net";
import { fill, once, put } from "./calls";
import { briefly, hear, meet, past, soon, tell } from "./control";
import { by } from "./role";
import { connect, works } from "./stream";
import { begin, failed, holds, pattern } from "./transcript";

export function readDeadline(active: bool): void {
  begin("read deadline " + by(active));
  const conn = connect();
  if (active) {
    failed("setReadDeadline", conn.setReadDeadline(briefly()));
    once("read", conn, 100);
    once("read again", conn, 100);
    put("write", conn, "abc");
    failed("setReadDeadline", conn.setReadDeadline(soon()));
  } else {
    once("read", conn, 3);
  }
  works(conn);
  meet();
  failed("close", conn.close());
}

export function pastDeadline(active: bool): void {
  begin("past deadline " + by(active));
  const conn = connect();
  if (active) {
    failed("setWriteDeadline", conn.setWriteDeadline(past));
    put("write", conn, "abc");
    put("write nothing", conn, "");
    failed("setDeadline", conn.setDeadline(past));
    once("read", conn, 100);
    once("read nothing", conn, 0);
  }
  works(conn);
  meet();
  failed("close", conn.close());
}

/** writeDeadline: the peer reads only when the writer has given up. */
export function writeDeadline(active: bool): void {
  begin("write deadline " + by(active));
  const conn = connect();
  const piece = pattern(4096);
  if (active) {
    failed("setWriteBuffer", (<NetConn>conn).setWriteBuffer(32768));
    meet();
    failed("setWriteDeadline", conn.setWriteDeadline(briefly(5)));
    const total = fill(conn, piece);
    put("write again", conn, "abc");
    failed("setWriteDeadline", conn.setWriteDeadline(soon()));
    tell(total.toString());
  } else {
    failed("setReadBuffer", (<NetConn>conn).setReadBuffer(32768));
    meet();
    drain(conn, piece, <i32>parseInt(hear()));
  }
  works(conn);
  meet();
  failed("close", conn.close());
}

/** drain reads so many bytes, all of which were written piece by piece. */
export function drain(conn: Conn, piece: Uint8Array, total: i32): void {
  const buffer = new Uint8Array(piece.length);
  let same = true;
  while (total > 0) {
    const got = readFull(conn, buffer.subarray(0, min(total, piece.length)));
    if (got.err !== null) {
      failed("drain", got.err);
      return;
    }
    if (memory.compare(buffer.dataStart, piece.dataStart, got.n) != 0) same = false;
    total -= got.n;
  }
  holds("the same bytes", same);
}
