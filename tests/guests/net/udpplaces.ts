// Where packets of UDP may go to, and where they may be listened for.
import {
  dial,
  dialUDP,
  Error,
  joinHostPort,
  listenPacket,
  listenUDP,
  PacketConn,
  Result,
  UDPAddr,
  UDPConn,
} from "wasi-net/assembly";
import { parseAddrPort } from "wasi-net/assembly/netip";
import { bytes, check, DEAD, NONE, read, settle, T, textOf } from "./check";
import { udpAddr, udpAt } from "./udpconn";

export function targets(): void {
  check("udp: targets of udp4", (t: T) => {
    const conn = listenUDP("udp4", udpAddr("127.0.0.1:0")).value;
    t.call(conn.localAddr(), "A");
    const texts: string[] = ["127.0.0.1:12345", "[::ffff:127.0.0.1]:12345", "[::1]:12345"];
    for (let i = 0; i < texts.length; i++) {
      const to = parseAddrPort(texts[i]).value;
      t.failed(texts[i], conn.writeMsgUDPAddrPort(bytes("abc"), NONE, to).err);
      t.failed("AddrPort", conn.writeToUDPAddrPort(bytes("abc"), to).err);
      t.failed("UDPAddr", conn.writeTo(bytes("abc"), udpAddr(texts[i])).err);
    }
    conn.close();
  });

  check("udp: a bad address", (t: T) => {
    const networks: string[] = ["udp", "udp4", "udp6"];
    const addresses: string[] = [
      "127.0.0.1",
      "127.0.0.1:65536",
      "127.0.0.1:-1",
      "127.0.0.1:123456789",
      "127.0.0.1:nosuchport",
      "127.0.0.1:\u263a",
      "mh/astro/r70:http",
      "::1:80",
      "[::1]80",
    ];
    for (let n = 0; n < networks.length; n++) {
      for (let i = 0; i < addresses.length; i++) {
        t.failed(networks[n] + " listen", listenPacket(networks[n], addresses[i]).err);
        t.failed("dial", dial(networks[n], addresses[i]).err);
      }
    }
    const others: string[] = ["foo", "tcp", "datakit", "ip", "ip4"];
    for (let i = 0; i < others.length; i++) {
      t.failed(others[i], listenPacket(others[i], "127.0.0.1:0").err);
    }
  });

  check("udp: a bad place", (t: T) => {
    t.failed("not of this machine", listenPacket("udp", "192.0.2.1:0").err);
    t.failed("not IPv4", listenPacket("udp4", "[::1]:0").err);
    t.failed("not IPv6", listenPacket("udp6", "127.0.0.1:0").err);
    t.failed("dial not IPv4", dial("udp4", "[::1]:1").err);
    t.failed("dial nowhere", dial("udp", "").err);
    const tooLarge = new UDPAddr();
    tooLarge.port = 1 << 16;
    t.failed("port", listenUDP("udp", tooLarge).err);
    t.failed("dial port", dialUDP("udp", null, tooLarge).err);
    const conn = udpAt("127.0.0.1:0");
    t.log("write port: " + conn.writeTo(NONE, tooLarge).err!.unwrap()!.error());
    conn.close();
    t.failed("network", listenUDP("tcp", null).err);
    t.failed("dialUDP nil", dialUDP("udp", null, null).err);
    const from = dialUDP("udp", udpAddr("192.0.2.1:0"), udpAddr(DEAD));
    t.failed("from elsewhere", from.err);
  });

  check("udp: a place that is in use", (t: T) => {
    const conn = udpAt("127.0.0.1:0");
    const address = conn.localAddr()!.toString();
    t.named("again", listenPacket("udp", address).err, address);
    t.named("udp4", listenPacket("udp4", address).err, address);
    t.failed("close", conn.close());
    const again = listenPacket("udp", address);
    t.named("after close", again.err, address);
    again.value.close();
  });
}

/** Which sockets reach which listeners, and who may listen beside whom. IPv6 too. */
export function udpWildcards(): void {
  check("udp: servers", (t: T) => {
    const servers: string[] = ["udp :0", "udp 0.0.0.0:0", "udp4 :0", "udp4 127.0.0.1:0"];
    for (let i = 0; i < servers.length; i++) serve(t, servers[i], "127.0.0.1");
  });

  check("ip6: udp: servers", (t: T) => {
    const servers: string[] = [
      "udp :0",
      "udp 0.0.0.0:0",
      "udp [::ffff:0.0.0.0]:0",
      "udp [::]:0",
      "udp [::1]:0",
      "udp6 :0",
      "udp6 [::]:0",
      "udp6 [::1]:0",
    ];
    for (let i = 0; i < servers.length; i++) {
      serve(t, servers[i], "127.0.0.1");
      serve(t, servers[i], "::1");
    }
  });

  check("ip6: udp: targets of a wildcard", (t: T) => {
    const conn = listenUDP("udp", null).value;
    const texts: string[] = ["127.0.0.1", "::1"];
    for (let i = 0; i < texts.length; i++) {
      const peer = udpAt(joinHostPort(texts[i], "0"));
      t.call(peer.localAddr(), "PEER");
      const to = (<UDPAddr>peer.localAddr()!).addrPort();
      t.failed(texts[i], conn.writeMsgUDPAddrPort(bytes("abc"), NONE, to).err);
      const buffer = new Uint8Array(10);
      const got = peer.readFromUDP(buffer);
      t.log(textOf(buffer, got.n) + " from " + got.addr!.ip.toString());
      if (i == 0) {
        const mapped = parseAddrPort("[::ffff:127.0.0.1]:" + to.port().toString()).value;
        t.failed("mapped", conn.writeMsgUDPAddrPort(bytes("def"), NONE, mapped).err);
        t.log(textOf(buffer, peer.readFromUDP(buffer).n));
        peer.writeTo(bytes("back"), udpAddr(portOf(conn, "127.0.0.1")));
        const lean = conn.readFromUDPAddrPort(buffer);
        t.log(textOf(buffer, lean.n) + " from " + lean.addr.addr().toString());
        peer.writeTo(bytes("back"), udpAddr(portOf(conn, "127.0.0.1")));
        t.log(conn.readFromUDP(buffer).addr!.ip.length.toString());
      }
      peer.close();
    }
    conn.close();
  });

  check("ip6: who reaches a port of UDP beside another", (t: T) => {
    for (let i = 0; i < BESIDE.length; i++) {
      let line = "";
      for (let tries = 0; tries < TRIES && !line.endsWith("both"); tries++) {
        line = beside(BESIDE[i].split(" "));
      }
      t.log(line);
    }
  });
}

/** How often two places are tried: beside the first one somebody else may have the port. Where both cannot be, it never works. */
export const TRIES: i32 = 10;

/** Two places, each a network and a host, of which the second one gets the first one's port. */
export const BESIDE: string[] = [
  "udp  udp ",
  "udp  udp 0.0.0.0",
  "udp 0.0.0.0 udp ",
  "udp  udp ::",
  "udp :: udp ",
  "udp 0.0.0.0 udp ::",
  "udp :: udp 0.0.0.0",
  "udp ::ffff:0.0.0.0 udp ::",
  "udp :: udp ::ffff:0.0.0.0",
  "udp4  udp6 ",
  "udp6  udp4 ",
  "udp4 0.0.0.0 udp6 ::",
  "udp6 :: udp4 0.0.0.0",
  "udp 127.0.0.1 udp ::1",
  "udp ::1 udp 127.0.0.1",
  "udp4 127.0.0.1 udp6 ::1",
  "udp6 ::1 udp4 127.0.0.1",
];

function portOf(conn: UDPConn, host: string): string {
  return host + ":" + (<UDPAddr>conn.localAddr()!).port.toString();
}

/** serve lets a client of an address talk to a server, dialled and not. */
function serve(t: T, place: string, host: string): void {
  const words = place.split(" ");
  const server = listenPacket(words[0], words[1]).value;
  const port = (<UDPAddr>server.localAddr()!).port.toString();
  let line = place + " at " + server.localAddr()!.toString() + " from " + host + ": ";
  const client = dial("udp", joinHostPort(host, port)).value;
  const buffer = new Uint8Array(10);
  client.write(bytes("ping"));
  // Whom nobody hears is told so, at once on one machine, by the next call.
  const again = client.write(bytes("ping"));
  if (again.err !== null) {
    line += again.err!.unwrap()!.error();
  } else {
    const got = server.readFrom(buffer);
    line += textOf(buffer, got.n);
    if (got.addr!.toString() == client.localAddr()!.toString()) line += " from the client";
    line += " " + (<UDPAddr>got.addr!).ip.length.toString();
    server.writeTo(bytes("pong"), got.addr);
    line += " " + read(client);
  }
  client.close();
  server.close();
  t.log(line.split(":" + port).join(":P"));
}

/** beside listens twice on one port. */
function beside(words: string[]): string {
  const first = listenPacket(words[0], joinHostPort(words[1], "0")).value;
  const port = (<UDPAddr>first.localAddr()!).port.toString();
  const second: Result<PacketConn> = listenPacket(words[2], joinHostPort(words[3], port));
  const err: Error | null = second.err;
  if (err === null) second.value.close();
  let line = words.join(" ") + " at " + first.localAddr()!.toString() + ": ";
  line += err === null ? "both" : err.error();
  first.close();
  settle();
  return line.split(":" + port).join(":P");
}
