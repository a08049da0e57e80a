// How calls on connections of packets end.
import { dial, listen } from "wasi-net/assembly";
import { afterClose, closeUnder, once, put, writeOn } from "./calls";
import { briefly, meet, past } from "./control";
import {
  ours,
  pair,
  passes,
  readFrom,
  readMessage,
  send,
  sendMessage,
  shut,
  take,
  theirs,
} from "./packetcalls";
import { isUnix, listens, network } from "./role";
import { failed } from "./transcript";

export function packetDeadlines(): void {
  const conn = pair("deadlines");
  failed("setReadDeadline", conn.setReadDeadline(briefly()));
  once("read", conn, 100);
  readFrom("readFrom", conn, 100);
  readMessage("readMsg", conn, 100);
  failed("setWriteDeadline", conn.setWriteDeadline(past));
  if (listens) {
    send("writeTo", conn, "abc", theirs);
    sendMessage("writeMsg", conn, "abc", theirs);
  } else {
    put("write", conn, "abc");
  }
  meet();
  passes(conn);
  shut(conn);
}

export function packetClose(): void {
  const conn = pair("close");
  closeUnder(conn);
  afterClose(conn);
  readFrom("readFrom", conn, 100);
  readMessage("readMsg", conn, 100);
  send("writeTo", conn, "abc", theirs);
  sendMessage("writeMsg", conn, "abc", theirs);
  failed("setWriteBuffer", conn.setWriteBuffer(4096));
  meet();
}

/** gone: nobody takes packets at the peer's address any more. */
export function gone(): void {
  const conn = pair("a peer that is gone");
  if (listens) {
    failed("close", conn.close());
    meet();
    meet();
    return;
  }
  meet();
  put("write", conn, "abc");
  if (isUnix()) {
    put("write again", conn, "abc");
    conn.setReadDeadline(briefly());
    once("read", conn, 100);
  } else {
    once("read", conn, 100);
    put("write", conn, "abc");
    readFrom("readFrom", conn, 100);
    put("write", conn, "abc");
    readMessage("readMsg", conn, 100);
    failed("write on", writeOn(conn));
  }
  meet();
  failed("close", conn.close());
}

export function packetInUse(): void {
  const conn = pair("address in use");
  const at = listens ? ours : theirs;
  take("listenPacket", network, at);
  failed("listen", listen(network, at).err);
  shut(conn);
  if (!isUnix()) return;
  // A name stays behind.
  meet();
  take("listenPacket after close", network, at);
  failed("dial after close", dial(network, at).err);
}
