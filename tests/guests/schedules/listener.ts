// One listener, many users: accepts, dials, deadlines and closes at once.
import { dialTimeout, errClosed, listen, TCPListener } from "wasi-net/assembly";
import { go, gosched, sleep, WaitGroup } from "wasi-net/assembly/task";
import { microsecond, now, second } from "wasi-net/assembly/time";
import { check, equal, fail, ok, Random } from "../shared/check";
import { dither } from "./tasks";
import { Limit } from "./traffic";

const DIALERS = 4;
const DIALS = 8;

let random: Random = new Random(0);

export function listeners(seeded: Random): void {
  random = seeded;

  check("every connection is accepted by exactly one of many", () => {
    const use = begin();
    use.dialers.wait();
    while (use.accepted.size < DIALERS * DIALS && use.wrong == "") sleep(100 * microsecond);
    use.closing = true;
    ok(use.ln.close() === null, "close");
    finish(use);
    equal(use.accepted.size, DIALERS * DIALS, "accepted");
    equal(use.dialed.size, DIALERS * DIALS, "dialed");
  });

  check("a listener that is closed meanwhile ends every accept and every dial", () => {
    const use = begin();
    sleep(random.below(1500) * microsecond);
    use.closing = true;
    ok(use.ln.close() === null, "close");
    ok(use.ln.accept().err!.is(errClosed), "accept after close");
    use.dialers.wait();
    finish(use);
  });
}

class Shared {
  readonly ln: TCPListener = <TCPListener>listen("tcp", "127.0.0.1:0").unwrap();
  readonly limit: Limit = new Limit();
  readonly dialers: WaitGroup = new WaitGroup();
  readonly accepters: WaitGroup = new WaitGroup();
  /** dialed and accepted are the dialers' addresses. */
  readonly dialed: Set<string> = new Set<string>();
  readonly accepted: Set<string> = new Set<string>();
  closing: bool = false;
  wrong: string = "";
}

function begin(): Shared {
  const use = new Shared();
  use.dialers.add(DIALERS);
  use.accepters.add(5);
  for (let i = 0; i < 3; i++) go<Shared>(acceptAll, use);
  for (let i = 0; i < DIALERS; i++) go<Shared>(dialMany, use);
  for (let i = 0; i < 2; i++) go<Shared>(moveDeadline, use);
  return use;
}

function finish(use: Shared): void {
  use.accepters.wait();
  if (use.wrong != "") fail(use.wrong);
  const accepted = use.accepted.values();
  for (let i = 0; i < accepted.length; i++) {
    // A dial that the close met half-way may have been accepted before it failed.
    if (!use.closing) ok(use.dialed.has(accepted[i]), "accepted, but nobody's");
  }
}

function acceptAll(use: Shared): void {
  while (true) {
    const start = now();
    const result = use.ln.accept();
    const err = result.err;
    if (err === null) {
      const conn = result.value;
      const from = conn.remoteAddr()!.toString();
      if (use.accepted.has(from)) use.wrong = "accepted twice: " + from;
      use.accepted.add(from);
      dither();
      conn.close();
    } else if (err.timeout()) {
      if (!use.limit.overSince(start)) use.wrong = "an accept timed out before its time";
    } else {
      if (!use.closing || !err.is(errClosed)) use.wrong = err.error();
      break;
    }
  }
  use.accepters.done();
}

function dialMany(use: Shared): void {
  const address = use.ln.addr().toString();
  for (let i = 0; i < DIALS; i++) {
    const dialed = dialTimeout("tcp", address, 5 * second);
    const err = dialed.err;
    if (err === null) {
      use.dialed.add(dialed.value.localAddr()!.toString());
      dither();
      dialed.value.close();
    } else if (!use.closing || err.timeout()) {
      use.wrong = err.error();
    }
  }
  use.dialers.done();
}

function moveDeadline(use: Shared): void {
  while (!use.closing) {
    const choice = random.below(4);
    let deadline: i64 = 0;
    if (choice == 1) deadline = 1;
    else if (choice == 2) deadline = now() + random.below(1000) * microsecond;
    else if (choice == 3) deadline = now() + 3600 * second;
    if (use.ln.setDeadline(deadline) !== null) break;
    use.limit.set(deadline);
    if (random.below(3) == 0) sleep(random.below(300) * microsecond);
    else gosched();
  }
  use.accepters.done();
}
