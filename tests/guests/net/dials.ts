import {
  Conn,
  dial,
  Dialer,
  dialTCP,
  dialTimeout,
  listen,
  resolveTCPAddr,
  Result,
} from "wasi-net/assembly";
import { background, CancelContext, go, withCancel, withTimeout } from "wasi-net/assembly/task";
import { millisecond, now, second } from "wasi-net/assembly/time";
import { tryFull } from "../shared/full";
import { check, DEAD, exchange, local, settle, T } from "./check";

const SOON = 30 * millisecond;

export function dials(): void {
  check("dial: refused", (t: T) => {
    const address = DEAD;
    t.named("dial", dial("tcp", address).err, address);
    t.named("dial tcp4", dial("tcp4", address).err, address);
    t.named("dialTCP", dialTCP("tcp", null, resolveTCPAddr("tcp", address).value).err, address);
    t.named("dialTimeout", dialTimeout("tcp", address, 10 * second).err, address);
  });

  check("dial: by a name", (t: T) => {
    const ln = local();
    const port = ln.addr().toString().substring(10);
    const dialed = dial("tcp", "localhost:" + port);
    t.failed("dial", dialed.err);
    t.ok("to IPv4", dialed.value.remoteAddr()!.toString() == ln.addr().toString());
    t.log(dialed.value.remoteAddr()!.network());
    dialed.value.close();
    ln.close();
  });

  check("dial: no time at all", (t: T) => {
    const ln = local();
    const address = ln.addr().toString();
    t.named("negative", dialTimeout("tcp", address, -1).err, address);
    t.named("a nanosecond", dialTimeout("tcp", address, 1).err, address);
    const dialer = new Dialer();
    dialer.deadline = now() - second;
    t.named("deadline", dialer.dial("tcp", address).err, address);
    const context = withTimeout(background(), -second);
    t.named("context", new Dialer().dialContext(context, "tcp", address).err, address);
    ln.close();
  });

  check("dial: all the time of the world", (t: T) => {
    const ln = local();
    const address = ln.addr().toString();
    const dialed = dialTimeout("tcp", address, i64.MAX_VALUE);
    t.named("dialTimeout", dialed.err, address);
    if (dialed.err === null) dialed.value.close();
    const context = withTimeout(background(), i64.MAX_VALUE);
    t.failed("context", context.err());
    context.cancel();
    ln.close();
  });

  check("dial: cancelled before", (t: T) => {
    const ln = local();
    const address = ln.addr().toString();
    const context = withCancel(background());
    context.cancel();
    t.named("dial", new Dialer().dialContext(context, "tcp", address).err, address);
    ln.close();
  });

  check("dial: the connection outlives its context", (t: T) => {
    const ln = local();
    const context = withTimeout(background(), 10 * second);
    const dialer = new Dialer();
    dialer.timeout = 5 * second;
    const conn = dialer.dialContext(context, "tcp", ln.addr().toString()).value;
    const peer = ln.accept().value;
    context.cancel();
    settle();
    t.ok("works", exchange(conn, peer));
    conn.close();
    peer.close();
    ln.close();
  });

  check("dial: from a local address", (t: T) => {
    const ln = local();
    const address = ln.addr().toString();
    const dialer = new Dialer();
    dialer.localAddr = resolveTCPAddr("tcp", "127.0.0.2:0").value;
    const conn = dialer.dial("tcp", address).value;
    t.ok("local", conn.localAddr()!.toString().startsWith("127.0.0.2:"));
    const peer = ln.accept().value;
    t.ok("the peer sees it", peer.remoteAddr()!.toString() == conn.localAddr()!.toString());
    conn.close();
    peer.close();
    ln.close();
    t.named("refused", dialer.dial("tcp", DEAD).err, DEAD);
    dialer.localAddr = resolveTCPAddr("tcp", "192.0.2.1:0").value;
    t.named("not of this machine", dialer.dial("tcp", address).err, address);
    dialer.localAddr = resolveTCPAddr("tcp", "[::1]:0").value;
    t.named("of the other family", dialer.dial("tcp", address).err, address);
  });

  check("dial: a port that is in use", (t: T) => {
    const ln = local();
    const address = ln.addr().toString();
    t.named("listen", listen("tcp", address).err, address);
    t.named("listen tcp4", listen("tcp4", address).err, address);
    ln.close();
    const again = listen("tcp", address);
    t.named("listen after close", again.err, address);
    again.value.close();
  });

  check("dial: port 0", (t: T) => {
    t.failed("dial", dial("tcp", "127.0.0.1:0").err);
  });
}

export function slowDials(): void {
  check("slow dial: a timeout", (t: T) => {
    const full = tryFull(false, 0)!;
    const start = now();
    t.named("dialTimeout", dialTimeout("tcp", full.address, SOON).err, full.address);
    t.ok("not early", now() - start >= SOON);
    const dialer = new Dialer();
    dialer.deadline = now() + SOON;
    t.named("deadline", dialer.dial("tcp", full.address).err, full.address);
    full.close();
  });

  check("slow dial: a context", (t: T) => {
    const full = tryFull(false, 0)!;
    const dialer = new Dialer();
    const timed = withTimeout(background(), SOON);
    t.named("timeout", dialer.dialContext(timed, "tcp", full.address).err, full.address);
    const attempt = new Attempt(full.address, withCancel(background()));
    go<Attempt>(tryIt, attempt);
    settle();
    t.ok("waits", !attempt.over);
    attempt.context.cancel();
    settle();
    t.ok("over at once", attempt.over);
    t.named("cancel", attempt.result!.err, full.address);
    full.close();
  });

  check("slow dial: the earlier limit counts", (t: T) => {
    const full = tryFull(false, 0)!;
    const dialer = new Dialer();
    dialer.timeout = 3600 * second;
    dialer.deadline = now() + SOON;
    t.named("deadline", dialer.dial("tcp", full.address).err, full.address);
    dialer.timeout = SOON;
    dialer.deadline = now() + 3600 * second;
    t.named("timeout", dialer.dial("tcp", full.address).err, full.address);
    full.close();
  });
}

class Attempt {
  over: bool = false;
  result: Result<Conn> | null = null;

  constructor(
    readonly address: string,
    readonly context: CancelContext,
  ) {}
}

function tryIt(attempt: Attempt): void {
  attempt.result = new Dialer().dialContext(attempt.context, "tcp", attempt.address);
  attempt.over = true;
}
