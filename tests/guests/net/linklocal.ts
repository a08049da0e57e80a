// Checks of addresses that mean nothing without a zone: linklocal INTERFACE ADDRESS [OTHER], an interface with a link-local address,
// and another one with the same. In lines they are IF and LL.
import {
  dial,
  dialTCP,
  Dialer,
  Interface,
  interfaceByName,
  IPAddr,
  listen,
  listenMulticastUDP,
  listenPacket,
  NetError,
  PacketConn,
  parseIP,
  RawConn,
  resolveUDPAddr,
  TCPAddr,
  TCPListener,
  UDPAddr,
  UDPConn,
} from "wasi-net/assembly";
import { parseAddrPort } from "wasi-net/assembly/netip";
import { args } from "wasi-net/assembly/os";
import { second, after } from "wasi-net/assembly/time";
import { bytes, check, exchange, runAll, T, textOf } from "./check";

let name: string = "";
let index: string = "";
let address: string = "";
let other: string = "";

export function main(): void {
  const words = args();
  name = words[1];
  address = words[2];
  index = interfaceByName(name).value.index.toString();
  streams();
  packets();
  places();
  groups();
  pings();
  if (words.length > 3) {
    other = words[3];
    twins();
  }
  runAll("");
}

/** zoned adds a check for each way to name the zone, which makes no difference to what addresses say. */
function zoned(what: string, fn: (t: T) => void, numbered: (t: T) => void): void {
  check(what + " by name", fn);
  check(what + " by number", numbered);
}

/** hide gives what is another on each machine, and in each run, a name. */
function hide(t: T, port: i32 = 0): void {
  if (port != 0) t.callText("]:" + port.toString(), "]:P");
  t.callText(address, "LL");
  t.callText("%" + name, "%IF");
  if (other.length > 0) t.callText("%" + other, "%OTHER");
  t.callText("%" + index + "]", "%NUMBER]");
}

function at(zone: string, port: string = "0"): string {
  return "[" + address + "%" + zone + "]:" + port;
}

function streams(): void {
  zoned(
    "link: tcp",
    (t: T) => stream(t, name),
    (t: T) => stream(t, index),
  );
}

function stream(t: T, zone: string): void {
  const networks = ["tcp", "tcp6"];
  for (let i = 0; i < networks.length; i++) {
    const ln = <TCPListener>listen(networks[i], at(zone)).unwrap();
    const port = (<TCPAddr>ln.addr()).port;
    hide(t, port);
    t.log("listener " + ln.addr().toString());
    const client = dial(networks[i], ln.addr().toString()).unwrap();
    const server = ln.acceptTCP().unwrap();
    t.ok("one port", (<TCPAddr>client.localAddr()!).port == (<TCPAddr>server.remoteAddr()!).port);
    hide(t, (<TCPAddr>client.localAddr()!).port);
    t.log(client.localAddr()!.toString() + " to " + client.remoteAddr()!.toString());
    t.log(server.localAddr()!.toString() + " from " + server.remoteAddr()!.toString());
    t.ok("exchange", exchange(client, server));
    client.close();
    server.close();
    const again = dial(networks[i], at(zone, port.toString()));
    t.failed("dial", again.err);
    t.log("to " + again.value.remoteAddr()!.toString());
    again.value.close();
    ln.close();
    t.failed("refused", dial(networks[i], at(zone, port.toString())).err);
  }
}

function packets(): void {
  zoned(
    "link: udp",
    (t: T) => packet(t, name),
    (t: T) => packet(t, index),
  );
}

function packet(t: T, zone: string): void {
  const networks = ["udp", "udp6"];
  for (let i = 0; i < networks.length; i++) {
    const one = <UDPConn>listenPacket(networks[i], at(zone)).unwrap();
    const wild = <UDPConn>listenPacket(networks[i], "[::]:0").unwrap();
    const there = <UDPAddr>one.localAddr()!;
    hide(t, there.port);
    hide(t, (<UDPAddr>wild.localAddr()!).port);
    const conn = dial(networks[i], at(zone, there.port.toString())).unwrap();
    hide(t, (<UDPAddr>conn.localAddr()!).port);
    t.log(there.toString());
    t.log(conn.localAddr()!.toString() + " to " + conn.remoteAddr()!.toString());
    conn.write(bytes("dialled"));
    const buffer = new Uint8Array(100);
    const got = one.readFrom(buffer);
    t.packet("one", textOf(buffer, got.n), got.addr, got.err);
    t.failed("back", one.writeTo(bytes("back"), got.addr).err);
    const back = conn.read(buffer);
    t.op(textOf(buffer, back.n), back.n, back.err, null);

    const to = new UDPAddr(parseIP(address)!, there.port, zone);
    t.failed("wild", wild.writeTo(bytes("wild"), to).err);
    const from = one.readFromUDPAddrPort(buffer);
    t.log(textOf(buffer, from.n) + " from " + from.addr.toString());
    t.failed("writeToUDPAddrPort", one.writeToUDPAddrPort(bytes("netip"), from.addr).err);
    const message = wild.readMsgUDP(buffer, new Uint8Array(0));
    t.packet("wild", textOf(buffer, message.n), message.addr, message.err);
    const place = parseAddrPort(at(zone, there.port.toString())).value;
    const sent = wild.writeMsgUDPAddrPort(bytes("message"), new Uint8Array(0), place);
    t.failed("writeMsgUDPAddrPort", sent.err);
    t.received("one", one);

    const nowhere = new UDPAddr(parseIP(address)!, there.port);
    t.failed("one without a zone", one.writeTo(bytes("own zone"), nowhere).err);
    const lost = new UDPAddr(parseIP(address)!, there.port, "999999");
    t.failed("wild to no interface", wild.writeTo(bytes("lost"), lost).err);
    one.close();
    wild.close();
    conn.close();
  }
}

let hooked: string = "";

function note(network: string, address: string, _c: RawConn): NetError | null {
  hooked = network + " " + address;
  return null;
}

function places(): void {
  check("link: zones that lead nowhere", (t: T) => {
    hide(t);
    const zones: string[] = ["nowhere", "999999", "0", "-1", "4294967297", "16777216", "", "x%y"];
    for (let i = 0; i < zones.length; i++) {
      t.failed("listen", listen("tcp", at(zones[i])).err);
      t.failed("dial", dial("tcp", at(zones[i], "1")).err);
      t.failed("listenPacket", listenPacket("udp6", at(zones[i])).err);
      t.failed("dial", dial("udp", at(zones[i], "1")).err);
    }
    t.failed("no zone", listen("tcp", "[" + address + "]:0").err);
    t.failed("no zone", dial("tcp", "[" + address + "]:1").err);
  });

  check("link: from a local address", (t: T) => {
    const ln = listen("tcp", at(name)).unwrap();
    hide(t, (<TCPAddr>ln.addr()).port);
    const dialer = new Dialer();
    dialer.localAddr = new TCPAddr(parseIP(address)!, 0, name);
    dialer.control = note;
    const conn = dialer.dial("tcp", ln.addr().toString());
    t.failed("dial", conn.err);
    hide(t, (<TCPAddr>conn.value.localAddr()!).port);
    t.log(conn.value.localAddr()!.toString() + " " + hooked);
    conn.value.close();
    const to = <TCPAddr>ln.addr();
    dialer.localAddr = new TCPAddr(parseIP(address)!);
    t.failed("without a zone", dialer.dial("tcp", to.toString()).err);
    const typed = dialTCP("tcp6", null, new TCPAddr(parseIP(address)!, to.port, index));
    t.log(typed.value.remoteAddr()!.toString());
    typed.value.close();
    t.failed(
      "dialTCP without a zone",
      dialTCP("tcp6", null, new TCPAddr(parseIP(address)!, to.port)).err,
    );
    ln.close();
  });
}

function group(ifi: Interface, zone: string): UDPConn {
  const to = resolveUDPAddr("udp", "[ff02::114%" + zone + "]:0").value;
  return listenMulticastUDP("udp6", ifi, to).unwrap();
}

function groups(): void {
  check("link: multicast", (t: T) => {
    const one = group(interfaceByName(name).value, name);
    one.setReadDeadline(after(5 * second));
    const there = (<UDPAddr>one.localAddr()!).port;
    const sender = <UDPConn>listenPacket("udp6", at(name)).unwrap();
    hide(t, there);
    hide(t, (<UDPAddr>sender.localAddr()!).port);
    t.log(one.localAddr()!.toString());
    const zones: string[] = [name, index];
    for (let i = 0; i < zones.length; i++) {
      const to = new UDPAddr(parseIP("ff02::114")!, there, zones[i]);
      t.failed("write to " + to.toString(), sender.writeTo(bytes("to all"), to).err);
      t.received("one", one);
    }
    const to = "[ff02::114%" + name + "]:" + there.toString();
    const conn = dial("udp", to).unwrap();
    hide(t, (<UDPAddr>conn.localAddr()!).port);
    t.log(conn.localAddr()!.toString() + " to " + conn.remoteAddr()!.toString());
    t.failed("write", conn.write(bytes("dialled")).err);
    t.received("one", one);
    conn.close();
    sender.close();
    const wild = listenPacket("udp6", "[::]:0").unwrap();
    hide(t, (<UDPAddr>wild.localAddr()!).port);
    const nowhere = new UDPAddr(parseIP("ff02::114")!, there, "999999");
    t.failed("to no interface", wild.writeTo(bytes("lost"), nowhere).err);
    wild.close();
    const member = listenPacket("udp6", to);
    t.failed("listenPacket on the group", member.err);
    t.log(member.value.localAddr()!.toString());
    member.value.close();
    one.close();
  });
}

const ECHO_REQUEST: u8 = 128;
const ECHO_REPLY: u8 = 129;

function pings(): void {
  check("raw: link: ping", (t: T) => {
    hide(t);
    const conn: PacketConn = listenPacket("ip6:ipv6-icmp", address + "%" + name).unwrap();
    conn.setDeadline(after(5 * second));
    t.log(conn.localAddr()!.toString());
    const packet = new Uint8Array(8);
    packet[0] = ECHO_REQUEST;
    packet.set(bytes("zone"), 4);
    t.failed("ping", conn.writeTo(packet, new IPAddr(parseIP(address)!, index)).err);
    while (true) {
      const got = conn.readFrom(packet);
      if (got.err === null && (packet[0] != ECHO_REPLY || textOf(packet.subarray(4), 4) != "zone"))
        continue;
      t.packet("pong", "", got.addr, got.err);
      break;
    }
    conn.close();
    t.failed("no zone", listenPacket("ip6:ipv6-icmp", address).err);
    const dialled = dial("ip6:ipv6-icmp", address + "%" + name).unwrap();
    t.log(dialled.localAddr()!.toString() + " to " + dialled.remoteAddr()!.toString());
    dialled.close();
  });
}

/** twins are two interfaces with one address: the zone alone tells which is meant. */
function twins(): void {
  check("link: one address of two interfaces", (t: T) => {
    const one = listen("tcp", at(name)).unwrap();
    const port = (<TCPAddr>one.addr()).port.toString();
    hide(t, (<TCPAddr>one.addr()).port);
    t.failed("nobody at the other", dial("tcp", at(other, port)).err);
    t.failed("in use", listen("tcp", at(name, port)).err);
    const two = listen("tcp", at(other, port)).unwrap();
    t.log(one.addr().toString() + " and " + two.addr().toString());
    const client = dial("tcp", at(other, port)).unwrap();
    t.log("to " + client.remoteAddr()!.toString());
    const server = two.accept().unwrap();
    t.ok("exchange", exchange(client, server));
    client.close();
    server.close();
    one.close();
    two.close();
  });
}
