// What only packets of Unix sockets have.
import { dial, dialUnix, listen, UnixAddr } from "wasi-net/assembly";
import { bytesOf, fill, put } from "./calls";
import { briefly, hear, meet, tell } from "./control";
import { drain } from "./deadlines";
import { accept, padded } from "./listeners";
import {
  free,
  from,
  ours,
  pair,
  pairAt,
  passes,
  readFrom,
  readMessage,
  send,
  sendBytes,
  shut,
  take,
  theirs,
} from "./packetcalls";
import { folder, listens, network, token } from "./role";
import { place } from "./stream";
import { failed, holds, note, pattern } from "./transcript";

/** full: a peer that does not read. */
export function full(): void {
  const conn = pair("write deadline");
  const piece = pattern(4096);
  if (!listens) {
    failed("setWriteDeadline", conn.setWriteDeadline(briefly(5)));
    const total = fill(conn, piece);
    put("write again", conn, "abc");
    tell(total.toString());
  } else {
    drain(conn, piece, <i32>parseInt(hear()));
  }
  passes(conn);
  shut(conn);
}

/** unnamed: who has no name cannot be answered. */
export function unnamed(): void {
  const conn = pair("unnamed");
  if (listens) {
    readFrom("readFrom", conn, 100);
    readMessage("readMsg", conn, 100);
  } else {
    const nobody = dial(network, theirs).unwrap();
    note("ends", from(nobody.localAddr()) + " " + from(nobody.remoteAddr()));
    put("write", nobody, "abc");
    put("write", nobody, "defg");
    failed("close", nobody.close());
  }
  shut(conn);
}

/** alone: a socket with a name of its own and no peer, but dialled. */
export function alone(): void {
  const conn = pair("dialled without a peer");
  if (listens) {
    readFrom("readFrom", conn, 100);
  } else {
    const single = dialUnix(network, new UnixAddr(free(), network), null).unwrap();
    note("local", from(single.localAddr()));
    holds("no remote address", single.remoteAddr() === null);
    put("write", single, "abc");
    send("writeTo", single, "abc", theirs);
    failed("close", single.close());
  }
  shut(conn);
}

/** sockets is the exchange of packets at a name that is no path. */
export function sockets(name: string, at: string): void {
  if (!listens) at = at == "" ? "@" + token + "-" + name : at + "-dialer";
  const conn = pairAt(name, at);
  passes(conn);
  if (listens) take("listenPacket", network, ours);
  shut(conn);
  meet();
  failed("dial after close", dial(network, theirs).err);
}

/** strangers: packets to where nobody takes them. */
export function strangers(): void {
  const conn = pair("strangers");
  if (listens) {
    send("to the missing", conn, "abc", place("missing"));
    send("to a missing folder", conn, "abc", place("missing/missing"));
    send("to a folder", conn, "abc", folder);
    send("to nothing", conn, "abc", "");
    send("to a missing abstract name", conn, "abc", "@none");
    send("to a long name", conn, "abc", padded("@", 109));
    sendBytes("to another network", conn, bytesOf("abc"), new UnixAddr(theirs, "unix"));
    failed("dial another type", dial("unix", ours).err);
    // A listener of packets can be made, though it never accepts.
    const listener = listen(network, place("listener")).unwrap();
    accept("accept", listener);
    failed("close", listener.close());
  }
  shut(conn);
}
