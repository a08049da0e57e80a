import { Dialer, listen, ListenConfig, TCPConn, TCPListener, UnixAddr } from "wasi-net/assembly";
import { AddrPort, parseAddr, parseAddrPort } from "wasi-net/assembly/netip";
import { invalidAddr } from "wasi-net/assembly/netip/addr";
import { background, Chan, withTimeout } from "wasi-net/assembly/task";
import { minute, millisecond, now, second } from "wasi-net/assembly/time";
import { Full, tryFull } from "../shared/full";
import { Attempt, check, portOf, settle, T } from "./check";

const SOON = 30 * millisecond;

function nowhere(): AddrPort {
  return new AddrPort(invalidAddr(), 0);
}

function hanging(t: T): Full {
  const full = tryFull(false, 0)!;
  t.port = portOf(full.address);
  return full;
}

export function dials(): void {
  typed();
  cancels();
  limits();
  multipath();
}

function typed(): void {
  check("typed: dialTCP", (t: T) => {
    const dead = parseAddrPort("127.0.0.1:1").value;
    const ln = <TCPListener>listen("tcp", "127.0.0.1:0").value;
    const address = ln.addr().toString();
    t.port = portOf(address);
    const to = parseAddrPort(address).value;
    const dialer = new Dialer();
    const from = parseAddrPort("127.0.0.2:0").value;
    const conn = dialer.dialTCP(background(), "tcp", from, to).value;
    t.ok("from", conn.localAddr()!.toString().startsWith("127.0.0.2:"));
    conn.close();
    const free = dialer.dialTCP(background(), "tcp4", nowhere(), to);
    t.failed("from anywhere", free.err);
    free.value.close();
    t.failed("refused", dialer.dialTCP(background(), "tcp", nowhere(), dead).err);
    t.failed("refused too", dialer.dialTCP(background(), "tcp", from, dead).err);
    t.failed("network", dialer.dialTCP(background(), "udp", nowhere(), dead).err);
    t.failed("nowhere", dialer.dialTCP(background(), "bad", nowhere(), nowhere()).err);
    t.failed(
      "family",
      dialer.dialTCP(background(), "tcp4", nowhere(), parseAddrPort("[::1]:1").value).err,
    );
    dialer.timeout = -1;
    t.failed("no time", dialer.dialTCP(background(), "tcp", nowhere(), to).err);
    ln.close();
  });

  check("typed: dialUDP", (t: T) => {
    const dead = parseAddrPort("127.0.0.1:1").value;
    const dialer = new Dialer();
    const conn = dialer.dialUDP(background(), "udp", nowhere(), dead);
    t.log(conn.value.remoteAddr()!.toString());
    t.ok("local", conn.value.localAddr()!.toString().startsWith("127.0.0.1:"));
    conn.value.close();
    t.failed("network", dialer.dialUDP(background(), "tcp", nowhere(), dead).err);
    t.failed("family", dialer.dialUDP(background(), "udp6", nowhere(), dead).err);
  });

  check("typed: dialIP", (t: T) => {
    const dialer = new Dialer();
    const to = parseAddr("127.0.0.1").value;
    t.failed("network", dialer.dialIP(background(), "tcp", invalidAddr(), to).err);
    t.failed("protocol", dialer.dialIP(background(), "ip4", invalidAddr(), to).err);
  });

  check("raw: dialIP", (t: T) => {
    const conn = new Dialer().dialIP(
      background(),
      "ip4:icmp",
      invalidAddr(),
      parseAddr("127.0.0.1").value,
    );
    t.log(conn.value.localAddr()!.toString() + " " + conn.value.remoteAddr()!.toString());
    conn.value.close();
  });

  check("typed: dialUnix", (t: T) => {
    const dialer = new Dialer();
    const to = new UnixAddr("/nowhere/wasi-net", "unix");
    t.failed("no name", dialer.dialUnix(background(), "unix", null, null).err);
    t.failed("network", dialer.dialUnix(background(), "tcp", null, to).err);
    t.failed("no file", dialer.dialUnix(background(), "unix", null, to).err);
  });
}

function cancels(): void {
  check("cancel: closed before", (t: T) => {
    const full = hanging(t);
    const dialer = new Dialer();
    const cancel = new Chan<bool>();
    cancel.close();
    dialer.cancel = cancel;
    t.dialed("dial", dialer.dial("tcp", full.address));
    full.close();
  });

  check("cancel: closed meanwhile", (t: T) => {
    const full = hanging(t);
    const dialer = new Dialer();
    const cancel = new Chan<bool>();
    dialer.cancel = cancel;
    dialer.timeout = minute;
    const one = new Attempt(dialer, full.address);
    const two = new Attempt(dialer, full.address);
    cancel.close();
    t.dialed("one", one.wait());
    t.dialed("two", two.wait());
    full.close();
  });

  check("cancel: a value does it too", (t: T) => {
    const full = hanging(t);
    const dialer = new Dialer();
    const cancel = new Chan<bool>();
    dialer.cancel = cancel;
    const one = new Attempt(dialer, full.address);
    cancel.send(true);
    t.dialed("dial", one.wait());
    full.close();
  });

  check("cancel: closed after", (t: T) => {
    const ln = listen("tcp", "127.0.0.1:0").value;
    const dialer = new Dialer();
    const cancel = new Chan<bool>();
    dialer.cancel = cancel;
    const conn = dialer.dial("tcp", ln.addr().toString()).value;
    const peer = ln.accept().value;
    cancel.close();
    settle();
    const buffer = new Uint8Array(4);
    t.failed("write", peer.write(buffer).err);
    t.failed("read", conn.read(buffer).err);
    conn.close();
    peer.close();
    ln.close();
  });
}

function limits(): void {
  check("limits: the earliest counts", (t: T) => {
    const full = hanging(t);
    const dialer = new Dialer();
    dialer.timeout = SOON;
    dialer.deadline = now() + minute;
    const long = withTimeout(background(), minute);
    t.dialed("timeout", dialer.dialContext(long, "tcp", full.address));
    dialer.timeout = minute;
    dialer.deadline = now() + SOON;
    t.dialed("deadline", dialer.dialContext(long, "tcp", full.address));
    dialer.deadline = now() + minute;
    const short = withTimeout(background(), SOON);
    t.dialed("context", dialer.dialContext(short, "tcp", full.address));
    long.cancel();
    dialer.timeout = -second;
    t.dialed("negative", dialer.dial("tcp", full.address));
    full.close();
  });
}

function multipath(): void {
  check("mptcp: on both sides, on one, on none", (t: T) => {
    const dialer = new Dialer();
    t.ok("default", dialer.multipathTCP());
    dialer.setMultipathTCP(true);
    t.ok("set", dialer.multipathTCP());
    t.dialed("refused", dialer.dial("tcp", "127.0.0.1:1"));
    const config = new ListenConfig();
    for (let i = 0; i < 3; i++) {
      config.setMultipathTCP(i == 0);
      dialer.setMultipathTCP(i < 2);
      t.ok("listener's", config.multipathTCP());
      const ln = config.listen(background(), "tcp", "127.0.0.1:0").value;
      const conn = dialer.dial("tcp", ln.addr().toString()).value;
      const peer = ln.accept().value;
      t.ok("dialled", (<TCPConn>conn).multipathTCP().value);
      t.ok("accepted", (<TCPConn>peer).multipathTCP().value);
      conn.close();
      peer.close();
      ln.close();
    }
  });
}
