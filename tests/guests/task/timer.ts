// Sleeping, and the timers below it.
import { check, equal, fail, ok, Random } from "../shared/check";
import { nanotime } from "wasi-net/assembly/sys/clock";
import { go, goFunc, gosched, sleep, WaitGroup } from "wasi-net/assembly/task";
import { armed, earliest, fireDue, Timer } from "wasi-net/assembly/task/timer";
import { hour, microsecond, millisecond, second } from "wasi-net/assembly/time";

let log: string = "";
let count: i32 = 0;
let flag: bool = false;

export function timers(): void {
  sleeping();
  heap4();
}

function note(text: string): void {
  log += text + " ";
}

function sleeping(): void {
  check("sleepers wake in the order of their times", () => {
    let before: i64;
    let asleep: i64;
    const group = new WaitGroup();
    do {
      log = "";
      before = nanotime();
      for (let i = 0; i < 4; i++) go<Sleeper>(wake, new Sleeper(group, 1 + ((i + 2) & 3)));
      gosched();
      asleep = nanotime();
      group.wait();
      // On a busy machine a sleeper that began late may wake late: then it counts for nothing.
    } while (asleep - before >= 4 * millisecond);
    equal(log, "1 2 3 4 ");
  });

  check("sleep never ends early", () => {
    for (let d: i64 = 1; d <= 4 * millisecond; d = d * 3) {
      const before = nanotime();
      sleep(d);
      const took = nanotime() - before;
      ok(took >= d, "slept " + took.toString() + " of " + d.toString());
    }
  });

  check("sleep of zero or less returns without giving way", () => {
    log = "";
    goFunc(() => note("other"));
    sleep(0);
    sleep(-1);
    sleep(i64.MIN_VALUE);
    note("main");
    gosched();
    equal(log, "main other ");
  });

  check("the longest sleep does not overflow", () => {
    flag = false;
    goFunc(() => {
      sleep(i64.MAX_VALUE);
      flag = true;
    });
    sleep(millisecond);
    equal(flag, false, "ended");
  });

  check("10,000 timers fire in order and never early", () => {
    const random = new Random(1);
    const start = nanotime();
    lastFired = 0;
    count = 0;
    for (let i = 0; i < 10_000; i++) new InOrder().set(start + random.below(20_000) * microsecond);
    const limit = start + 10 * second;
    while (count < 10_000 && nanotime() < limit) sleep(millisecond);
    equal(count, 10_000, "fired");
  });

  check("10,000 sleepers wake, and never early", () => {
    const random = new Random(2);
    count = 0;
    for (let i = 0; i < 10_000; i++) {
      go<i32>((microseconds) => {
        const when = nanotime() + microseconds * microsecond;
        sleep(microseconds * microsecond);
        if (nanotime() < when) fail("early");
        count++;
      }, random.below(20_000));
    }
    const limit = nanotime() + 10 * second;
    while (count < 10_000 && nanotime() < limit) sleep(millisecond);
    equal(count, 10_000, "woken");
  });
}

class Sleeper {
  constructor(
    readonly group: WaitGroup,
    readonly steps: i32,
  ) {
    group.add(1);
  }
}

function wake(one: Sleeper): void {
  sleep(one.steps * 4 * millisecond);
  note(one.steps.toString());
  one.group.done();
}

let lastFired: i64 = 0;

class InOrder extends Timer {
  fire(): void {
    if (this.when < lastFired) fail("after a later one");
    if (nanotime() < this.when) fail("early");
    lastFired = this.when;
    count++;
  }
}

/** The times of these timers are hours away: they fire when the check says so. */
function heap4(): void {
  check("timers under random changes behave like a sorted list", () => {
    for (let seed = 1; seed <= 5; seed++) modelTimers(new Random(seed));
  });

  check("a timer that another's fire stops does not fire", () => {
    const at = nanotime() + hour;
    const first = new Mark(0);
    const second = new Mark(1);
    first.stops = second;
    fired = [];
    first.set(at);
    second.set(at + 1);
    fireDue(at + 2);
    equal(fired.join(), "0");
    equal(second.slot, -1, "slot");
  });

  check("a timer may set itself again when it fires", () => {
    const at = nanotime() + hour;
    const one = new Mark(0);
    one.again = 3;
    fired = [];
    one.set(at);
    fireDue(at + 1);
    equal(fired.join(), "0,0,0,0");
    equal(one.slot, -1, "slot");
  });

  check("stopping what is not armed does nothing", () => {
    const before = armed();
    const one = new Mark(0);
    one.stop();
    one.set(nanotime() + hour);
    one.stop();
    one.stop();
    equal(armed(), before, "armed");
  });
}

let fired: i32[] = [];

class Mark extends Timer {
  stops: Mark | null = null;
  again: i32 = 0;

  constructor(readonly id: i32) {
    super();
  }

  fire(): void {
    fired.push(this.id);
    const other = this.stops;
    if (other !== null) other.stop();
    if (this.again-- > 0) this.set(this.when);
  }
}

function modelTimers(random: Random): void {
  const size = 300;
  const before = armed();
  let clock = nanotime() + hour;
  const marks = new Array<Mark>(size);
  const model = new StaticArray<i64>(size);
  let set = 0;
  for (let i = 0; i < size; i++) marks[i] = new Mark(i);
  for (let step = 0; step < 4000; step++) {
    const i = random.below(size);
    if (random.below(4) > 0) {
      if (model[i] == 0) set++;
      model[i] = clock + 1 + random.below(500);
      marks[i].set(model[i]);
    } else {
      if (model[i] != 0) set--;
      model[i] = 0;
      marks[i].stop();
    }
    if (random.below(20) == 0) {
      clock += random.below(100);
      fired = [];
      fireDue(clock);
      set -= fired.length;
      takeDue(model, clock);
    }
    equal(armed() - before, set, "armed");
    if (set > 0) equal(earliest(), least(model), "earliest");
  }
  for (let i = 0; i < size; i++) marks[i].stop();
  equal(armed(), before, "armed in the end");
}

/** takeDue compares what fired with what the model says, and takes it out there. */
function takeDue(model: StaticArray<i64>, clock: i64): void {
  let previous: i64 = 0;
  for (let i = 0; i < fired.length; i++) {
    const when = model[fired[i]];
    ok(when != 0 && when <= clock, "fired without reason");
    ok(when >= previous, "fired out of order");
    previous = when;
    model[fired[i]] = 0;
  }
  if (least(model) <= clock) fail("did not fire");
}

function least(model: StaticArray<i64>): i64 {
  let least = i64.MAX_VALUE;
  for (let i = 0; i < model.length; i++) if (model[i] != 0) least = min(least, model[i]);
  return least;
}
