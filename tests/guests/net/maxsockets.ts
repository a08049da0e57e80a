// What a program meets that may have four sockets open.
import { Conn, dial, listenPacket, PacketConn } from "wasi-net/assembly";
import { exchange, local, startAccept, T } from "./check";

/** check runs a check by itself: the limit is for all. */
function check(name: string, fn: (t: T) => void): void {
  const t = new T(name, fn);
  fn(t);
  t.report();
}

export function main(): void {
  check("a connection waits until there is room for it", (t: T) => {
    const ln = local();
    const one = dial("tcp", ln.addr().toString()).value;
    const peer = ln.accept().value;
    const two = dial("tcp", ln.addr().toString()).value;
    t.listener("dial", dial("tcp", ln.addr().toString()).err, ln);
    t.failed("listenPacket", listenPacket("udp", "127.0.0.1:0").err);
    t.listener("file", ln.file().err, ln);
    for (let i = 0; i < 3; i++) t.listener("accept", ln.accept().err, ln);
    t.ok("others work", exchange(one, peer));
    one.close();
    const accepted = ln.accept();
    t.listener("accept", accepted.err, ln);
    t.ok("works", exchange(two, accepted.value));
    closeAll([peer, two, accepted.value]);
    ln.close();
  });
  check("one that waits to accept is told, and can go on", (t: T) => {
    const ln = local();
    const op = startAccept(ln);
    const packets: PacketConn[] = [];
    for (let i = 0; i < 2; i++) packets.push(listenPacket("udp", "127.0.0.1:0").value);
    const client = dial("tcp", ln.addr().toString()).value;
    t.listener("accept", op.wait().err, ln);
    for (let i = 0; i < packets.length; i++) packets[i].close();
    const accepted = ln.accept().value;
    t.ok("works", exchange(client, accepted));
    closeAll([client, accepted]);
    const next = startAccept(ln);
    const other = dial("tcp", ln.addr().toString()).value;
    t.failed("accept", next.wait().err);
    closeAll([other]);
    ln.close();
  });
}

function closeAll(conns: Conn[]): void {
  for (let i = 0; i < conns.length; i++) conns[i].close();
}
