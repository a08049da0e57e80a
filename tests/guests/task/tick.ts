// Timers and tickers as a program uses them.
import { check, equal, ok } from "../shared/check";
import { Case, Chan, gosched, Select, sleep } from "wasi-net/assembly/task";
import { armed } from "wasi-net/assembly/task/timer";
import {
  afterFunc,
  hour,
  millisecond,
  newTicker,
  newTimer,
  now,
  Time,
} from "wasi-net/assembly/time";

/** waiting tells whether a time can be received. */
function waiting(c: Chan<Time>): bool {
  return new Case<Time>(c, false).attempt();
}

/** untilDue sleeps until the timers of so long ago have fired. */
function untilDue(): void {
  sleep(2 * millisecond);
  gosched();
}

let called: string = "";
/** left is how many timers the checks so far have left. */
let left: i32 = 0;

function call(text: string): void {
  called += text;
}

export function ticks(): void {
  check("a timer sends the time at which it was due", () => {
    const from = now() + 5 * millisecond;
    const got = newTimer(5 * millisecond).c.receive();
    ok(got >= from, "early");
    ok(got <= now(), "later than now");
  });

  check("a timer fires once", () => {
    const timer = newTimer(millisecond);
    timer.c.receive();
    untilDue();
    ok(!waiting(timer.c), "twice");
  });

  check("a timer without time fires at once, and a select meets it", () => {
    for (let d: i64 = -1; d <= 0; d++) {
      const select = new Select();
      const due = select.receive(newTimer(d).c);
      select.receive(newTimer(hour).c);
      left++;
      ok(select.wait() === due, "the other");
    }
    const longest = newTimer(i64.MAX_VALUE);
    untilDue();
    ok(!waiting(longest.c), "the longest has fired");
    left++;
  });

  check("stop tells whether the timer was still to be received", () => {
    const timer = newTimer(hour);
    ok(timer.stop(), "armed");
    ok(!timer.stop(), "stopped");
    const due = newTimer(0);
    untilDue();
    ok(due.stop(), "fired, not received");
    ok(!waiting(due.c), "something of before");
    const received = newTimer(0);
    received.c.receive();
    ok(!received.stop(), "received");
  });

  check("reset sends the new time, and nothing of before", () => {
    const timer = newTimer(0);
    untilDue();
    const from = now();
    ok(timer.reset(3 * millisecond), "fired, not received");
    ok(timer.c.receive() >= from + 3 * millisecond, "the old time");
    ok(!timer.reset(hour), "received");
    ok(timer.reset(0), "armed");
    timer.c.receive();
    timer.reset(hour);
    ok(timer.stop(), "armed again");
    ok(!timer.reset(0), "stopped");
    timer.c.receive();
  });

  check("a function is called after a time, unless it is stopped", () => {
    called = "";
    const timer = afterFunc<string>(0, call, "a");
    const never = afterFunc<string>(0, call, "b");
    equal(called, "", "at once");
    ok(never.stop(), "it was called");
    untilDue();
    equal(called, "a");
    ok(!timer.stop(), "called");
    ok(!timer.reset(0), "called");
    untilDue();
    equal(called, "aa");
    ok(!waiting(timer.c), "something came");
  });

  check("a ticker ticks at its times, whenever it is received", () => {
    const period = millisecond;
    const from = now();
    const ticker = newTicker(period);
    const first = ticker.c.receive();
    ok(first >= from + period, "early");
    for (let i = 0; i < 5; i++) {
      sleep(i * period);
      const tick = ticker.c.receive();
      ok(tick > first && tick <= now(), "at another time");
      equal((tick - first) % period, 0, "out of step by");
    }
    ticker.stop();
  });

  check("of the ticks that nobody receives one is left", () => {
    const ticker = newTicker(millisecond);
    sleep(5 * millisecond);
    ok(waiting(ticker.c), "none");
    ok(!waiting(ticker.c), "two");
    ticker.stop();
  });

  check("a ticker stops, and is reset", () => {
    const ticker = newTicker(millisecond);
    untilDue();
    ticker.stop();
    ok(!waiting(ticker.c), "something of before");
    untilDue();
    ok(!waiting(ticker.c), "after its stop");
    const from = now();
    ticker.reset(3 * millisecond);
    const first = ticker.c.receive();
    ok(first >= from + 3 * millisecond, "early");
    equal((ticker.c.receive() - first) % (3 * millisecond), 0, "out of step by");
    ticker.stop();
  });

  check("what is over or stopped is not kept", () => {
    for (let i = 0; i < 8; i++) newTimer(hour).stop();
    equal(armed(), left, "timers");
  });
}
