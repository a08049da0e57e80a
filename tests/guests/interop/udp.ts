// What only packets of UDP have.
import { dial, joinHostPort, listenPacket, splitHostPort, UDPConn } from "wasi-net/assembly";
import { AddrPort, addrPortFrom, mustParseAddrPort } from "wasi-net/assembly/netip";
import { invalidAddr } from "wasi-net/assembly/netip/addr";
import { bytesOf, once, put } from "./calls";
import { hear, soon, tell } from "./control";
import { pair, send, shut, theirs } from "./packetcalls";
import { listens, loopback, network } from "./role";
import { alias, begin, moved, note } from "./transcript";

const ABC = bytesOf("abc");

/** addrPorts: the calls with addresses of netip. */
export function addrPorts(): void {
  const conn = pair("addresses of netip");
  const udp = <UDPConn>conn;
  const to = mustParseAddrPort(theirs);
  const none = new Uint8Array(0);
  const buffer = new Uint8Array(10);
  if (listens) {
    for (let i = 0; i < 2; i++) {
      const got = udp.readFromUDPAddrPort(buffer);
      moved("readFrom", buffer, got.n, got.err);
      note("readFrom from", got.addr.toString());
    }
    const got = udp.readMsgUDPAddrPort(buffer, none);
    moved("readMsg", buffer, got.n, got.err);
    const says = ", control " + got.oobn.toString() + ", flags " + got.flags.toString(16);
    note("readMsg from", got.addr.toString() + says);
    sendTo("writeTo", udp, to);
    sendTo("writeTo nowhere", udp, nowhere());
    messageTo("writeMsg", udp, to);
    messageTo("writeMsg nowhere", udp, nowhere());
  } else {
    put("write", conn, "abc");
    put("write", conn, "");
    put("write", conn, "longer than the buffer");
    once("read", conn, 100);
    once("read", conn, 100);
    sendTo("writeTo", udp, to);
    messageTo("writeMsg", udp, to);
  }
  shut(conn);
}

/** nowhere is the address that is none. */
function nowhere(): AddrPort {
  return addrPortFrom(invalidAddr(), 0);
}

function sendTo(step: string, conn: UDPConn, to: AddrPort): void {
  const sent = conn.writeToUDPAddrPort(ABC, to);
  moved(step, ABC, sent.n, sent.err);
}

function messageTo(step: string, conn: UDPConn, to: AddrPort): void {
  const sent = conn.writeMsgUDPAddrPort(ABC, new Uint8Array(0), to);
  moved(step, ABC, sent.n, sent.err);
}

/** families: addresses of the other family, and ports that are none. */
export function families(): void {
  const conn = pair("families");
  if (listens) {
    const table = ["127.0.0.1:0", "[::1]:0", "[::ffff:127.0.0.1]:0"];
    for (let i = 0; i < table.length; i++) {
      send("writeTo " + table[i], conn, "abc", table[i]);
      sendTo("writeTo " + table[i] + " of netip", <UDPConn>conn, mustParseAddrPort(table[i]));
    }
  }
  shut(conn);
}

/** everywhere: a connection that takes packets at every address of the machine. */
export function everywhere(): void {
  begin("every address");
  if (listens) {
    answerAll();
    return;
  }
  const port = hear();
  const conn = <UDPConn>dial(network, joinHostPort(loopback(), port)).unwrap();
  alias(conn.localAddr()!.toString(), "D");
  tell(conn.localAddr()!.toString());
  conn.setDeadline(soon());
  for (let i = 0; i < 2; i++) {
    put("write", conn, "abc");
    once("read", conn, 100);
  }
  shut(conn);
}

function answerAll(): void {
  const conn = <UDPConn>listenPacket(network, ":0").unwrap();
  const at = splitHostPort(conn.localAddr()!.toString()).unwrap();
  note("host", at.host);
  tell(at.port);
  alias(at.port, "PORT");
  alias(hear(), "D");
  conn.setDeadline(soon());
  const buffer = new Uint8Array(100);
  const first = conn.readFromUDPAddrPort(buffer);
  moved("read", buffer, first.n, first.err);
  note("from", first.addr.addr().toString());
  const lean = conn.writeToUDPAddrPort(bytesOf("defg"), first.addr);
  moved("write", bytesOf("defg"), lean.n, lean.err);
  const second = conn.readFromUDP(buffer);
  moved("read", buffer, second.n, second.err);
  note("from", second.addr!.ip.toString());
  const full = conn.writeToUDP(bytesOf("hij"), second.addr);
  moved("write", bytesOf("hij"), full.n, full.err);
  shut(conn);
}
