// Packets: what arrives of them, and where they may go.
import { Addr, TCPAddr, ipv4 } from "wasi-net/assembly";
import { bytesOf, once, put, putBytes } from "./calls";
import { hear, tell } from "./control";
import {
  addrOf,
  from,
  pair,
  readFrom,
  readMessage,
  send,
  sendBytes,
  sendMessage,
  sendNowhere,
  shut,
  theirs,
} from "./packetcalls";
import { gone, packetClose, packetDeadlines, packetInUse } from "./packetend";
import { gramRights } from "./rights";
import { isUnix, listens, network } from "./role";
import { failed, holds, note, pattern } from "./transcript";
import { addrPorts, everywhere, families } from "./udp";
import { alone, full, sockets, strangers, unnamed } from "./unixgram";
import { token } from "./role";

export function packets(): void {
  odds();
  limits();
  cut();
  unconnected();
  connected();
  packetDeadlines();
  packetClose();
  gone();
  if (network == "unixgram") {
    full();
    unnamed();
    alone();
    sockets("abstract", "@" + token + "-" + network);
    sockets("autobind", "");
    strangers();
    gramRights();
  } else {
    addrPorts();
    families();
    everywhere();
  }
  packetInUse();
}

function odds(): void {
  const conn = pair("sizes");
  holds("has a peer", conn.remoteAddr() !== null);
  const table = [0, 1, 2, 3, 1023, 1024, 1472, 1473, 8191, 9001, 65000];
  for (let i = 0; i < table.length; i++) {
    const n = table[i];
    const step = n.toString();
    if (listens) {
      readFrom("read " + step, conn, n + 16);
      sendBytes("write " + step, conn, pattern(n), addrOf(theirs));
    } else {
      putBytes("write " + step, conn, pattern(n));
      once("read " + step, conn, n + 16);
    }
  }
  shut(conn);
}

/** largest is the size of the largest packet, where a Unix socket has the buffer that `limits` sets. */
function largest(): i32 {
  if (network == "udp6") return 65527;
  return network == "unixgram" ? 2 * 65536 - 32 : 65507;
}

function limits(): void {
  const conn = pair("limits");
  failed("setWriteBuffer", conn.setWriteBuffer(65536));
  const size = largest();
  for (let n = size; n <= size + 1; n++) {
    const step = n.toString();
    if (!listens) {
      tell(putBytes("write " + step, conn, pattern(n)) ? "true" : "false");
      if (hear() == "true") once("read " + step, conn, n + 16);
    } else {
      if (hear() == "true") readFrom("read " + step, conn, n + 16);
      const sent = sendBytes("write " + step, conn, pattern(n), addrOf(theirs));
      tell(sent ? "true" : "false");
    }
  }
  shut(conn);
}

/** cut: what does not fit is lost. */
function cut(): void {
  const conn = pair("truncation");
  if (!listens) {
    for (let i = 0; i < 7; i++) putBytes("write", conn, pattern(100));
    put("write", conn, "");
    put("write", conn, "abc");
    shut(conn);
    return;
  }
  once("read", conn, 10);
  readFrom("readFrom", conn, 10);
  readMessage("readMsg", conn, 10);
  readMessage("readMsg, all", conn, 100);
  readMessage("readMsg, room", conn, 101);
  readFrom("readFrom, no buffer", conn, 0);
  readMessage("readMsg, no buffer", conn, 0);
  once("read, no buffer", conn, 0);
  readMessage("readMsg, empty", conn, 10);
  readFrom("readFrom", conn, 10);
  shut(conn);
}

/** unconnected: where packets may go from a connection without a peer. */
function unconnected(): void {
  const conn = pair("without a peer");
  if (listens) {
    put("write", conn, "abc");
    sendBytes("writeTo nil", conn, bytesOf("abc"), null);
    const stream: Addr = new TCPAddr(ipv4(127, 0, 0, 1), 9);
    sendBytes("writeTo another type", conn, bytesOf("abc"), stream);
    sendNowhere("writeTo nowhere", conn);
    sendMessage("writeMsg nowhere", conn, "abc", "");
    send("writeTo", conn, "abc", theirs);
    sendMessage("writeMsg", conn, "defg", theirs);
    sendMessage("writeMsg, empty", conn, "", theirs);
  } else {
    readFrom("readFrom", conn, 100);
    readMessage("readMsg", conn, 100);
    readMessage("readMsg", conn, 100);
  }
  shut(conn);
}

/** connected: a connection with a peer sends nowhere else. */
function connected(): void {
  const conn = pair("with a peer");
  if (listens) {
    readFrom("readFrom", conn, 100);
    readFrom("readFrom", conn, 100);
    shut(conn);
    return;
  }
  note("ends", from(conn.localAddr()) + " " + from(conn.remoteAddr()));
  send("writeTo", conn, "abc", theirs);
  sendNowhere("writeTo nowhere", conn);
  sendBytes("writeTo nil", conn, bytesOf("abc"), null);
  sendMessage("writeMsg", conn, "abc", theirs);
  put("write", conn, "abc");
  // The call for messages cannot say "to the peer" on unixgram.
  if (isUnix()) put("write", conn, "defg");
  sendMessage("writeMsg to the peer", conn, "defg", "");
  shut(conn);
}
