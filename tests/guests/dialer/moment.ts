// Dials whose context ends in the very moment in which the connection is made, or refused.
import { Dialer, listen, Listener } from "wasi-net/assembly";
import { alive } from "wasi-net/assembly/task/goroutine";
import { netpoll } from "wasi-net/assembly/task/netpoll";
import { armed } from "wasi-net/assembly/task/timer";
import { gosched } from "wasi-net/assembly/task";
import { Attempt, check, portOf, T } from "./check";

/**
 * connected is a dial that waits for its connection, which is made by now: the poller has reported it and made the goroutine ready,
 * but that has not run yet.
 */
function connected(ln: Listener): Attempt {
  while (true) {
    const one = new Attempt(new Dialer(), ln.addr().toString());
    if (one.result === null) {
      netpoll(0);
      return one;
    }
    // The scheduler has looked at sockets of its own accord.
    one.wait().value.close();
    ln.accept().value.close();
  }
}

/** refused is a dial that waits for its connection, of which the poller has reported the end as well. */
function refused(): Attempt {
  while (true) {
    const one = new Attempt(new Dialer(), "127.0.0.1:1");
    if (one.result === null) {
      netpoll(0);
      return one;
    }
    one.wait();
  }
}

export function moments(): void {
  check("own: cancelled in the moment of the connection", (t: T) => {
    const ln = listen("tcp", "127.0.0.1:0").unwrap();
    t.port = portOf(ln.addr().toString());
    const goroutines = alive;
    const timers = armed();

    // That it is this moment, one that nobody cancels shows: nothing more is needed than its turn.
    const first = connected(ln);
    gosched();
    t.ok("has had its turn", first.result !== null);
    t.dialed("not cancelled", first.wait());
    ln.accept().value.close();

    const second = connected(ln);
    second.context.cancel();
    t.dialed("cancelled", second.wait());
    const peer = ln.accept().value;
    t.failed("the other end", peer.read(new Uint8Array(1)).err);
    peer.close();
    t.ok("goroutines", alive == goroutines);
    t.ok("timers", armed() == timers);
    ln.close();
  });

  // What the connect has met by itself stays the reason.
  check("own: cancelled in the moment of a refusal", (t: T) => {
    const first = refused();
    gosched();
    t.ok("has had its turn", first.result !== null);
    const second = refused();
    second.context.cancel();
    t.dialed("cancelled", second.wait());
  });
}
