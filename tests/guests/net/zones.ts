import { dial, listen, listenPacket, TCPAddr, UDPAddr, UDPConn } from "wasi-net/assembly";
import { bytes, check, T } from "./check";

/** ::1 is one address whatever its zone, and the system forgets it; only what was not reached keeps it. */
export function zones(): void {
  check("ip6: zones of the loopback", (t: T) => {
    const names = ["lo", "1", "nowhere"];
    for (let i = 0; i < names.length; i++) {
      streams(t, names[i]);
      packets(t, names[i]);
    }
  });
}

function at(zone: string, port: i32): string {
  return "[::1%" + zone + "]:" + port.toString();
}

function streams(t: T, zone: string): void {
  const ln = listen("tcp", at(zone, 0)).unwrap();
  const port = (<TCPAddr>ln.addr()).port;
  t.callText("]:" + port.toString(), "]:P");
  const conn = dial("tcp", at(zone, port)).unwrap();
  const peer = ln.accept().unwrap();
  t.log(ln.addr().toString() + " " + conn.remoteAddr()!.toString());
  const ends = [<TCPAddr>conn.localAddr()!, <TCPAddr>peer.remoteAddr()!];
  t.ok("no zone", ends[0].zone.length + ends[1].zone.length == 0);
  conn.close();
  peer.close();
  ln.close();
  t.failed("refused", dial("tcp", at(zone, port)).err);
}

function packets(t: T, zone: string): void {
  const udp = <UDPConn>listenPacket("udp", at(zone, 0)).unwrap();
  const there = <UDPAddr>udp.localAddr()!;
  t.callText("]:" + there.port.toString(), "]:P");
  t.log(there.toString());
  const to = new UDPAddr(there.ip, there.port, zone);
  t.failed("writeTo " + to.toString(), udp.writeTo(bytes("abc"), to).err);
  t.received("udp", udp);
  const dialled = dial("udp6", to.toString()).unwrap();
  t.log(dialled.remoteAddr()!.toString());
  dialled.close();
  udp.close();
}
