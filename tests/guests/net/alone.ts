// Checks that need a program for themselves: they count what it holds, or fill what it shares.
import { Conn, Dialer, dialTimeout, listen, Listener } from "wasi-net/assembly";
import { print } from "wasi-net/assembly/os";
import { go, WaitGroup } from "wasi-net/assembly/task";
import { armed } from "wasi-net/assembly/task/timer";
import { TCPAddr } from "wasi-net/assembly/tcpsock";
import { ipv4 } from "wasi-net/assembly/ip";
import { minute } from "wasi-net/assembly/time";

/** Connections of each listener: several turns of the accept loop. */
const CONNECTIONS = 300;

export function main(): void {
  refusedDialLeavesNoTimer();
  peersOfTwoListeners();
}

function refusedDialLeavesNoTimer(): void {
  const ln = listen("tcp", "127.0.0.1:0").unwrap();
  const address = ln.addr().toString();
  ln.close();
  const refused = dialTimeout("tcp", address, minute);
  print("a refused dial leaves no timer: " + (refused.err && armed() == 0 ? "yes" : "no"));
}

class Crowd {
  readonly ln: Listener = listen("tcp", "127.0.0.1:0").unwrap();
  readonly conns: Conn[] = [];
  strangers: i32 = 0;

  constructor(
    readonly host: u8,
    readonly done: WaitGroup,
  ) {}

  /** fill connects everybody, from the crowd's own address, before anybody is accepted. */
  fill(): void {
    const dialer = new Dialer();
    dialer.localAddr = new TCPAddr(ipv4(127, 0, 0, this.host));
    const address = this.ln.addr().toString();
    for (let i = 0; i < CONNECTIONS; i++) this.conns.push(dialer.dial("tcp", address).unwrap());
  }
}

/** The host leaves an accepted connection's peer in one place for all listeners: it must be read before another one accepts. */
function peersOfTwoListeners(): void {
  const done = new WaitGroup();
  const one = new Crowd(2, done);
  const two = new Crowd(3, done);
  one.fill();
  two.fill();
  done.add(2);
  go<Crowd>(acceptAll, one);
  go<Crowd>(acceptAll, two);
  done.wait();
  print("strangers among the accepted: " + (one.strangers + two.strangers).toString());
}

function acceptAll(crowd: Crowd): void {
  const prefix = "127.0.0." + crowd.host.toString() + ":";
  for (let i = 0; i < CONNECTIONS; i++) {
    const conn = crowd.ln.accept().unwrap();
    if (!conn.remoteAddr()!.toString().startsWith(prefix)) crowd.strangers++;
    conn.close();
  }
  crowd.done.done();
}
