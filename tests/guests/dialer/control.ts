import {
  Conn,
  Dialer,
  ListenConfig,
  listen,
  Listener,
  NetError,
  RawConn,
  Result,
  TCPConn,
} from "wasi-net/assembly";
import * as sys from "wasi-net/assembly/sys/socket";
import { background, Context, withValue } from "wasi-net/assembly/task";
import { OwnError } from "../shared/shape";
import { check, T } from "./check";

/** What control functions have seen since the last `take`. */
let seen: string[] = [];

export function take(): string {
  const all = seen.join(", ");
  seen = [];
  return all;
}

export function count(): i32 {
  return seen.length;
}

export function note(network: string, address: string, _c: RawConn): NetError | null {
  seen.push(network + " " + address);
  return null;
}

function refuse(_network: string, _address: string, _c: RawConn): NetError | null {
  return new OwnError("not this one");
}

class Name {
  constructor(readonly text: string) {}
}

function withName(
  context: Context,
  network: string,
  address: string,
  _c: RawConn,
): NetError | null {
  const name = context.value<Name>("name");
  seen.push(network + " " + address + " by " + (name !== null ? name.text : "nobody"));
  return null;
}

function shared(_network: string, _address: string, c: RawConn): NetError | null {
  return c.control((fd: i32) => {
    sys.setOption(fd, sys.Level.socket, sys.Option.reusePort, 1);
  });
}

const TTL: i32 = 2;
let ttl: i32 = 0;

function hops(_network: string, _address: string, c: RawConn): NetError | null {
  return c.control((fd: i32) => {
    sys.setOption(fd, sys.Level.ipv4, TTL, 42);
  });
}

const DEAD = "127.0.0.1:1";
const NOWHERE = "/nowhere/wasi-net";

export function controls(): void {
  check("control: refuses", (t: T) => {
    const dialer = new Dialer();
    dialer.control = refuse;
    t.dialed("tcp", dialer.dial("tcp", DEAD));
    t.dialed("udp", dialer.dial("udp", DEAD));
    t.dialed("unix", dialer.dial("unix", NOWHERE));
    const config = new ListenConfig();
    config.control = refuse;
    t.failed("listen", config.listen(background(), "tcp", "127.0.0.1:0").err);
    t.failed("unix", config.listen(background(), "unix", NOWHERE).err);
    t.failed("packet", config.listenPacket(background(), "udp", "127.0.0.1:0").err);
    t.failed("unixgram", config.listenPacket(background(), "unixgram", NOWHERE).err);
  });

  check("control: sees the network and the address", (t: T) => {
    const dialer = new Dialer();
    dialer.control = note;
    t.dialed("tcp", dialer.dial("tcp", DEAD));
    t.dialed("tcp4", dialer.dial("tcp4", DEAD));
    const udp = dialer.dial("udp", DEAD);
    t.failed("udp", udp.err);
    udp.value.close();
    t.dialed("unix", dialer.dial("unix", NOWHERE));
    t.dialed("unixpacket", dialer.dial("unixpacket", NOWHERE));
    t.log(take());
    const config = new ListenConfig();
    config.control = note;
    config.listen(background(), "tcp", "127.0.0.1:0").value.close();
    config.listenPacket(background(), "udp4", ":0").value.close();
    t.failed("unix", config.listen(background(), "unix", NOWHERE).err);
    t.failed("unixgram", config.listenPacket(background(), "unixgram", NOWHERE).err);
    t.log(take());
  });

  check("ip6: control sees the version", (t: T) => {
    const dialer = new Dialer();
    dialer.control = note;
    t.dialed("tcp", dialer.dial("tcp", "[::1]:1"));
    const config = new ListenConfig();
    config.control = note;
    config.listen(background(), "tcp", ":0").value.close();
    config.listen(background(), "tcp6", "[::1]:0").value.close();
    config.listenPacket(background(), "udp", ":0").value.close();
    t.log(take());
  });

  check("raw: control sees the network and the address", (t: T) => {
    const dialer = new Dialer();
    dialer.control = note;
    dialer.dial("ip4:icmp", "127.0.0.1").value.close();
    dialer.dial("ip:1", "127.0.0.1").value.close();
    const config = new ListenConfig();
    config.control = note;
    config.listenPacket(background(), "ip4:icmp", "127.0.0.1").value.close();
    t.log(take());
  });

  check("control: of two, the one with the context", (t: T) => {
    const dialer = new Dialer();
    dialer.control = note;
    dialer.controlContext = withName;
    t.dialed("dial", dialer.dial("tcp", DEAD));
    const named = withValue<Name>(background(), "name", new Name("somebody"));
    t.dialed("dialContext", dialer.dialContext(named, "tcp", DEAD));
    t.log(take());
  });

  check("control: sets an option of a listener", (t: T) => {
    const config = new ListenConfig();
    config.control = shared;
    const one: Listener = config.listen(background(), "tcp", "127.0.0.1:0").value;
    const address = one.addr().toString();
    t.port = address.substring(10);
    const two = config.listen(background(), "tcp", address);
    t.failed("shared", two.err);
    t.failed("not shared", listen("tcp", address).err);
    two.value.close();
    one.close();
  });

  check("control: sets an option of a connection", (t: T) => {
    const ln = listen("tcp", "127.0.0.1:0").value;
    const dialer = new Dialer();
    dialer.control = hops;
    const dialed: Result<Conn> = dialer.dial("tcp", ln.addr().toString());
    const raw = (<TCPConn>dialed.value).syscallConn().value;
    raw.control((fd: i32) => {
      ttl = sys.option(fd, sys.Level.ipv4, TTL);
    });
    t.log("hops: " + ttl.toString());
    dialed.value.close();
    ln.close();
  });
}
