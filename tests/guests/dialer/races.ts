import { Conn, Dialer, listen, Listener, NetError, RawConn, Result } from "wasi-net/assembly";
import * as sys from "wasi-net/assembly/sys/socket";
import { Chan, Context } from "wasi-net/assembly/task";
import { alive } from "wasi-net/assembly/task/goroutine";
import { armed } from "wasi-net/assembly/task/timer";
import { Duration, millisecond, minute, now } from "wasi-net/assembly/time";
import { tryFull } from "../shared/full";
import { Attempt, check, Ends, Fixed, portOf, settle, T } from "./check";
import { count, note, take } from "./control";

const BOTH: string[] = ["::1", "127.0.0.1"];

function racer(addresses: string[], delay: Duration): Dialer {
  const dialer = new Dialer();
  dialer.resolver = new Fixed(addresses);
  dialer.fallbackDelay = delay;
  dialer.control = note;
  return dialer;
}

let why: string = "";
let told: Chan<bool> = new Chan<bool>(1);

/** hold keeps the socket of IPv6 from being connected until its context ends. */
function hold(context: Context, network: string, _address: string, _c: RawConn): NetError | null {
  if (network != "tcp6") return null;
  context.done()!.receiveOk();
  why = context.err()!.error();
  told.send(true);
  return null;
}

export function races(): void {
  check("ip6: race: the first family wins", (t: T) => {
    const ends = new Ends();
    const port = ends.port;
    ends.full.close();
    const ln6 = listen("tcp", "[::1]:" + port).unwrap();
    t.port = port;
    t.dialed("dial", racer(BOTH, minute).dial("tcp", "race.test.:" + port));
    t.log(take());
    ln6.close();
    ends.ln.close();
  });

  check("ip6: race: refused at once", (t: T) => {
    const ends = new Ends();
    const port = ends.port;
    ends.full.close();
    t.port = port;
    t.dialed("dial", racer(BOTH, minute).dial("tcp", "race.test.:" + port));
    t.log(take());
    ends.ln.close();
  });

  check("ip6: race: both fail", (t: T) => {
    t.dialed("dial", racer(BOTH, minute).dial("tcp", "race.test.:1"));
    t.log(take());
  });

  check("ip6: race: the first hangs", (t: T) => {
    const ends = new Ends();
    t.port = ends.port;
    const start = now();
    t.dialed("dial", racer(BOTH, 20 * millisecond).dial("tcp", "race.test.:" + t.port));
    t.ok("not early", now() - start >= 20 * millisecond);
    t.log(take());
    ends.close();
  });

  check("ip6: race: 300 ms where nothing is said", (t: T) => {
    const ends = new Ends();
    t.port = ends.port;
    const start = now();
    t.dialed("dial", racer(BOTH, 0).dial("tcp", "race.test.:" + t.port));
    t.ok("not early", now() - start >= 300 * millisecond);
    take();
    ends.close();
  });

  check("ip6: race: the loser is cancelled", (t: T) => {
    const ln = listen("tcp", "127.0.0.1:0").unwrap();
    t.port = portOf(ln.addr().toString());
    const dialer = racer(BOTH, millisecond);
    dialer.controlContext = hold;
    t.dialed("dial", dialer.dial("tcp", "race.test.:" + t.port));
    told.receive();
    t.log("loser: " + why);
    ln.close();
  });

  check("ip6: race: cancelled when the second has failed", (t: T) => {
    const ends = new Ends();
    t.port = ends.port;
    ends.ln.close();
    const one = new Attempt(racer(BOTH, millisecond), "race.test.:" + t.port);
    cancelAfter(one, 2);
    t.dialed("dial", one.wait());
    t.log(take());
    ends.full.close();
  });

  check("ip6: race: cancelled when both hang", (t: T) => {
    const ends = new Ends();
    t.port = ends.port;
    ends.ln.close();
    const full4 = tryFull(false, <i32>parseInt(t.port))!;
    const one = new Attempt(racer(BOTH, millisecond), "race.test.:" + t.port);
    cancelAfter(one, 2);
    t.dialed("dial", one.wait());
    t.log(take());
    full4.close();
    ends.full.close();
  });

  check("ip6: no race: cancelled at the first of two", (t: T) => {
    const ends = new Ends();
    t.port = ends.port;
    const one = new Attempt(racer(BOTH, -1), "race.test.:" + t.port);
    cancelAfter(one, 1);
    t.dialed("dial", one.wait());
    t.log(take());
    ends.close();
  });

  check("ip6: no race: of one version, and one after the other", (t: T) => {
    const ends = new Ends();
    t.port = ends.port;
    t.dialed("tcp4", racer(BOTH, millisecond).dial("tcp4", "race.test.:" + t.port));
    ends.full.close();
    t.dialed("no delay", racer(BOTH, -1).dial("tcp", "race.test.:" + t.port));
    t.log(take());
    ends.ln.close();
  });

  check("list: the first that answers, or the first error", (t: T) => {
    const ln: Listener = listen("tcp", "127.0.0.3:0").unwrap();
    t.port = portOf(ln.addr().toString());
    const dialer = racer(["127.0.0.2", "127.0.0.3"], 0);
    dialer.timeout = minute;
    t.dialed("dial", dialer.dial("tcp", "race.test.:" + t.port));
    ln.close();
    t.dialed("dial", dialer.dial("tcp", "race.test.:1"));
    t.log(take());
  });
}

/** cancelAfter cancels a dial when it has gone on to so many addresses, and waits for them or has failed. */
function cancelAfter(one: Attempt, addresses: i32): void {
  while (count() < addresses) settle();
  settle();
  one.context.cancel();
}

/** What only the port promises: that a dial leaves nothing behind. */
export function leftovers(): void {
  check("ip6: own: a dial leaves nothing behind", (t: T) => {
    const ends = new Ends();
    const address = "race.test.:" + ends.port;
    const dialer = racer(BOTH, millisecond);
    dialer.cancel = new Chan<bool>();
    dialer.timeout = minute;
    const goroutines = alive;
    const timers = armed();
    const fd = highest();
    const hung: Result<Conn> = dialer.dial("tcp", address);
    t.ok("goroutines", alive == goroutines);
    t.ok("timers", armed() == timers);
    hung.value.close();
    t.ok("sockets", highest() == fd);
    dialer.controlContext = hold;
    const held = dialer.dial("tcp", address);
    t.ok("goroutines", alive == goroutines);
    t.ok("timers", armed() == timers);
    held.value.close();
    told.receive();
    t.ok("sockets", highest() == fd);
    dialer.controlContext = null;
    const ten: Attempt[] = [];
    for (let i = 0; i < 10; i++) ten.push(new Attempt(dialer, address));
    for (let i = 0; i < 10; i++) ten[i].wait().value.close();
    settle();
    t.ok("ten at once: goroutines", alive == goroutines);
    t.ok("timers", armed() == timers);
    t.ok("sockets", highest() == fd);
    ends.close();
    take();
  });

  check("own: a resolver is asked for names alone", (t: T) => {
    const none = new Fixed([]);
    const dialer = new Dialer();
    dialer.resolver = none;
    t.dialed("name", dialer.dial("tcp", "race.test:1"));
    t.dialed("address", dialer.dial("tcp", "127.0.0.1:1"));
    t.log("asked: " + none.asked.toString());
    dialer.resolver = new Fixed(["what?", "127.0.0.2"]);
    t.dialed("what is no address", dialer.dial("tcp", "race.test:1"));
  });
}

/** highest is the highest number of many sockets at once. It grows when one that was there before has not been given back. */
function highest(): i32 {
  const fds: i32[] = [];
  let top = 0;
  for (let i = 0; i < 32; i++) {
    const fd = sys.open(sys.Family.inet4, sys.SockType.stream);
    fds.push(fd);
    top = max(top, fd);
  }
  for (let i = 0; i < fds.length; i++) sys.close(fds[i]);
  return top;
}
