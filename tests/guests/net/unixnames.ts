// What becomes of the path of a Unix socket, and names that are no paths.
import {
  dial,
  dialUnix,
  listen,
  listenPacket,
  listenUnix,
  listenUnixgram,
  UnixAddr,
  UnixListener,
} from "wasi-net/assembly";
import { bytes, check, exchange, inFolder, T } from "./check";
import { gram, stream, tell } from "./unixpair";

/** What becomes of the path when a listener is closed. Not where a host cannot remove it. */
export function unlinking(): void {
  check("unix path: removed by close", (t: T) => {
    const ln = listenUnix("unix", stream("removed")).value;
    there(t, "listening", "removed");
    ln.close();
    there(t, "closed", "removed");
    const again = listenUnix("unix", stream("removed")).value;
    t.failed("a second close", ln.close());
    there(t, "another's", "removed");
    again.setUnlinkOnClose(true);
    again.close();
    there(t, "closed", "removed");
  });

  check("unix path: kept", (t: T) => {
    const ln = listenUnix("unix", stream("kept")).value;
    ln.setUnlinkOnClose(false);
    ln.close();
    there(t, "closed", "kept");
    t.failed("listen", listen("unix", inFolder("kept")).err);
  });

  check("unix path: of a unixpacket listener", (t: T) => {
    const ln = listen("unixpacket", inFolder("packet-path")).value;
    ln.close();
    there(t, "closed", "packet-path");
  });

  check("unix path: packets leave it", (t: T) => {
    const conn = listenUnixgram("unixgram", gram("gram-path")).value;
    conn.close();
    t.failed("dial", dial("unixgram", inFolder("gram-path")).err);
    t.failed("listen", listenPacket("unixgram", inFolder("gram-path")).err);
  });
}

/** there notes whether a socket has a path, and whether it listens. */
export function there(t: T, when: string, name: string): void {
  const dialed = dial("unix", inFolder(name));
  if (dialed.err !== null) {
    t.log(when + ": " + dialed.err!.unwrap()!.error());
    return;
  }
  dialed.value.close();
  t.log(when + ": listens");
}

/** Names that are no paths. */
export function abstractNames(): void {
  check("unix abstract: a name", (t: T) => {
    const name = "@" + inFolder("abstract");
    const ln = listen("unix", name).value;
    t.log(tell(ln.addr()));
    const conn = dial("unix", name).value;
    const peer = ln.accept().value;
    t.log(tell(conn.localAddr()) + " " + tell(conn.remoteAddr()));
    t.log(tell(peer.localAddr()) + " " + tell(peer.remoteAddr()));
    t.ok("works", exchange(conn, peer));
    t.failed("in use", listen("unix", name).err);
    ln.close();
    t.failed("closed", dial("unix", name).err);
    conn.close();
    peer.close();
  });

  check("unix abstract: unixgram", (t: T) => {
    const server = listenPacket("unixgram", "@" + inFolder("abstract-gram")).value;
    const client = listenPacket("unixgram", "@" + inFolder("abstract-from")).value;
    t.failed("write", client.writeTo(bytes("abc"), server.localAddr()).err);
    t.received("read", server);
    client.close();
    server.close();
  });

  check("unix abstract: chosen by the system", (t: T) => {
    const server = listenUnixgram("unixgram", new UnixAddr("", "unixgram")).value;
    const name = server.localAddr()!.toString();
    t.ok("a name", name.length > 1 && name.startsWith("@"));
    const client = dialUnix("unixgram", null, <UnixAddr>server.localAddr()!).value;
    t.ok("the peer's", client.remoteAddr()!.toString() == name);
    client.write(bytes("abc"));
    t.received("read", server);
    client.close();
    server.close();
    const ln: UnixListener = listenUnix("unix", new UnixAddr("", "unix")).value;
    t.ok("a listener's", ln.addr().toString().length > 1);
    t.failed("close", ln.close());
  });

  check("unix abstract: the longest", (t: T) => {
    let name = "@" + inFolder("longest-");
    name += "x".repeat(108 - name.length);
    t.callText(name, "NAME");
    const server = listenUnixgram("unixgram", new UnixAddr(name, "unixgram")).value;
    const client = dialUnix("unixgram", null, new UnixAddr(name, "unixgram")).value;
    client.write(bytes("abc"));
    t.received("read", server);
    t.log(tell(client.remoteAddr()));
    client.close();
    server.close();
    const nul = "\0" + name.substring(1);
    const ln = listenUnix("unix", new UnixAddr(nul, "unix"));
    t.failed("NUL first", ln.err);
    t.log(tell(ln.value.addr()));
    ln.value.close();
    t.failed("longer", listen("unix", name + "x").err);
  });
}
