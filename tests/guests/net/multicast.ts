import {
  dialUDP,
  Interface,
  interfaceByName,
  ListenConfig,
  listenMulticastUDP,
  listenPacket,
  listenUDP,
  NetError,
  RawConn,
  UDPAddr,
  UDPConn,
} from "wasi-net/assembly";
import { background } from "wasi-net/assembly/task";
import { bytes, check, T, textOf } from "./check";
import { udpAddr } from "./udpconn";

/** Groups for experiments (RFC 4727), on the loopback interface. Not where a host knows no groups. */
export function multicast(): void {
  check("multicast: a group", (t: T) => {
    const lo = interfaceByName("lo").value;
    const one = group("udp4", lo, "224.0.0.254:0");
    const port = (<UDPAddr>one.localAddr()!).port.toString();
    t.callText(":" + port, ":P");
    t.log(one.localAddr()!.network() + " " + one.localAddr()!.toString());
    const two = group("udp", lo, "224.0.0.254:" + port);
    t.log(two.localAddr()!.toString());
    const from = udpAddr("127.0.0.1:0");
    const to = udpAddr("224.0.0.254:" + port);
    const sender = dialUDP("udp4", from, to).value;
    t.failed("write", sender.write(bytes("to all")).err, sender);
    heard(t, one);
    heard(t, two);
    t.failed("close", one.close());
    sender.write(bytes("to the rest"));
    heard(t, two);
    // A member of the group does not hear itself.
    two.setReadDeadline(1);
    t.ok("nothing more", two.readFromUDP(new Uint8Array(9)).err !== null);
    two.close();
    sender.close();
  });

  check("multicast: no group", (t: T) => {
    const lo = interfaceByName("lo").value;
    t.failed("nil", listenMulticastUDP("udp", lo, null).err);
    t.failed("no IP", listenMulticastUDP("udp", lo, new UDPAddr()).err);
    t.failed("tcp", listenMulticastUDP("tcp", lo, udpAddr("224.0.0.254:0")).err);
    t.failed("unicast", listenMulticastUDP("udp", lo, udpAddr("127.0.0.1:0")).err);
    t.failed("elsewhere", listenMulticastUDP("udp", lo, udpAddr("192.0.2.1:0")).err);
    t.failed("not IPv6", listenMulticastUDP("udp6", lo, udpAddr("224.0.0.254:0")).err);
    const nowhere = new Interface(0x7ffffff, lo.mtu, "nowhere", lo.hardwareAddr, lo.flags);
    t.failed("no interface", listenMulticastUDP("udp4", nowhere, udpAddr("224.0.0.254:0")).err);
  });

  check("multicast: a place that is a group", (t: T) => places(t, "udp4", "224.0.0.254"));
  check("ip6: multicast: a place that is a group", (t: T) => places(t, "udp6", "[ff01::114]"));

  check("ip6: multicast: a group", (t: T) => {
    const lo = interfaceByName("lo").value;
    const one = group("udp6", lo, "[ff01::114]:0");
    const port = (<UDPAddr>one.localAddr()!).port.toString();
    t.callText(":" + port, ":P");
    t.log(one.localAddr()!.toString());
    const two = group("udp", lo, "[ff01::114]:" + port);
    t.log(two.localAddr()!.toString());
    one.close();
    two.close();
  });
}

let hooked: string = "";

/** places: who listens at a group listens at its port on all addresses, with others. */
function places(t: T, network: string, host: string): void {
  const config = new ListenConfig();
  config.control = (_network: string, address: string, _c: RawConn): NetError | null => {
    hooked = address;
    return null;
  };
  const one = config.listenPacket(background(), network, host + ":0").value;
  const port = (<UDPAddr>one.localAddr()!).port.toString();
  t.callText(":" + port, ":P");
  t.log(hooked + " " + one.localAddr()!.toString());
  const two = config.listenPacket(background(), "udp", host + ":" + port);
  t.failed("listenPacket", two.err);
  t.log(hooked + " " + two.value.localAddr()!.toString());
  const three = listenUDP(network, udpAddr(host + ":" + port));
  t.failed("listenUDP", three.err);
  t.log(three.value.localAddr()!.toString());
  t.failed("who does not share", listenPacket(network, ":" + port).err);
  one.close();
  two.value.close();
  three.value.close();
}

function group(network: string, ifi: Interface, address: string): UDPConn {
  return listenMulticastUDP(network, ifi, udpAddr(address)).value;
}

function heard(t: T, conn: UDPConn): void {
  const buffer = new Uint8Array(100);
  const got = conn.readFromUDP(buffer);
  t.failed(textOf(buffer, got.n), got.err);
}
