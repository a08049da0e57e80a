import { Conn, dial, Dialer, KeepAliveConfig, ListenConfig, TCPConn } from "wasi-net/assembly";
import * as sys from "wasi-net/assembly/sys/socket";
import { background } from "wasi-net/assembly/task";
import { millisecond, second } from "wasi-net/assembly/time";
import { check, exchange, Pair, T } from "./check";

/** Probe reads the options of a connection, which no call of the library tells. */
class Probe extends TCPConn {
  option(level: i32, name: i32): i32 {
    return sys.option(this.fd.pfd.sysfd, level, name);
  }
}

function option(conn: Conn, level: i32, name: i32): i32 {
  return changetype<Probe>(conn).option(level, name);
}

/** five are NODELAY, KEEPALIVE and its three numbers. */
function five(conn: Conn): string {
  let text = option(conn, sys.Level.tcp, sys.Option.tcpNoDelay).toString();
  text += " " + option(conn, sys.Level.socket, sys.Option.keepAlive).toString();
  text += " " + option(conn, sys.Level.tcp, sys.Option.tcpKeepIdle).toString();
  text += " " + option(conn, sys.Level.tcp, sys.Option.tcpKeepInterval).toString();
  return text + " " + option(conn, sys.Level.tcp, sys.Option.tcpKeepCount).toString();
}

export function options(): void {
  check("option: what every connection has", (t: T) => {
    const pair = new Pair();
    t.log("dialled " + five(pair.client));
    t.log("accepted " + five(pair.server));
    pair.close();
  });

  check("option: setting them", (t: T) => {
    const pair = new Pair();
    const conn = pair.client;
    t.failed("setNoDelay", conn.setNoDelay(false), conn);
    t.log(five(conn));
    t.failed("setKeepAlive", conn.setKeepAlive(false), conn);
    t.log(five(conn));
    t.failed("setKeepAlivePeriod", conn.setKeepAlivePeriod(1500 * millisecond), conn);
    t.log(five(conn));
    conn.setKeepAlivePeriod(-1);
    t.log(five(conn));
    conn.setKeepAlivePeriod(0);
    t.log(five(conn));
    const config = new KeepAliveConfig(true, 60 * second, 7 * second, 4);
    t.failed("setKeepAliveConfig", conn.setKeepAliveConfig(config), conn);
    t.log(five(conn));
    const kept = new KeepAliveConfig(true, -1, -1, -1);
    t.failed("setKeepAliveConfig", conn.setKeepAliveConfig(kept), conn);
    t.log(five(conn));
    pair.close();
  });

  check("option: of a Dialer and a ListenConfig", (t: T) => {
    const config = new ListenConfig();
    config.keepAlive = -1;
    const dialer = new Dialer();
    dialer.keepAlive = -1;
    show(t, config, dialer);
    config.keepAlive = 20 * second;
    dialer.keepAlive = 30 * second;
    show(t, config, dialer);
    config.keepAliveConfig = new KeepAliveConfig(true, 3 * second, 4 * second, 5);
    dialer.keepAliveConfig = new KeepAliveConfig(true, 6 * second, 7 * second, 8);
    show(t, config, dialer);
  });

  check("option: buffers", (t: T) => {
    const pair = new Pair();
    t.failed("setReadBuffer", pair.client.setReadBuffer(20000), pair.client);
    t.failed("setWriteBuffer", pair.client.setWriteBuffer(30000), pair.client);
    t.log(option(pair.client, sys.Level.socket, sys.Option.receiveBuffer).toString());
    t.log(option(pair.client, sys.Level.socket, sys.Option.sendBuffer).toString());
    pair.close();
  });
}

/** What a host without the options makes of them: a connection all the same, and an error for who asks. */
export function refusedOptions(): void {
  check("refused option", (t: T) => {
    const pair = new Pair();
    t.failed("setNoDelay", pair.client.setNoDelay(false), pair.client);
    t.failed("setKeepAlive", pair.server.setKeepAlive(true), pair.server);
    t.failed("setReadBuffer", pair.client.setReadBuffer(20000), pair.client);
    t.ok("works", exchange(pair.client, pair.server));
    pair.close();
  });
}

function show(t: T, config: ListenConfig, dialer: Dialer): void {
  const ln = config.listen(background(), "tcp", "127.0.0.1:0").value;
  for (let i = 0; i < 2; i++) {
    const conn = dialer.dial("tcp", ln.addr().toString()).value;
    const peer = ln.accept().value;
    t.log("dialled " + five(conn) + " accepted " + five(peer));
    conn.close();
    peer.close();
  }
  ln.close();
}
