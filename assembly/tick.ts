/**
 * Timers and tickers, Go's `time.Timer` and `time.Ticker`: channels that get the time when it has come, for a select to wait for among
 * others. As in Go since 1.23, nothing from before is received after a stop or reset.
 */
import { nanotime } from "./sys/clock";
import { panic } from "./sys/panic";
import { Case, Chan } from "./task/chan";
import { go } from "./task/goroutine";
import { Timer as Alarm } from "./task/timer";
import { Duration, Time, timeOf } from "./time";

/** Timer is one event, at a time. `newTimer` and `afterFunc` make it. */
export class Timer {
  constructor(
    private readonly alarm: Alarm,
    /** c gets the time when it has come; nothing, where a function is called instead. */
    readonly c: Chan<Time>,
  ) {}

  /** stop keeps the event from happening, and tells whether it does so: false if it has happened, or was stopped before. */
  stop(): bool {
    const armed = this.alarm.slot >= 0;
    this.alarm.stop();
    return drain(this.c) || armed;
  }

  /** reset has the event happen d from now, and tells whether it was still to happen. */
  reset(d: Duration): bool {
    const pending = this.stop();
    this.alarm.set(fromNow(d));
    return pending;
  }
}

/** newTimer makes a timer whose channel gets the time d from now. Its channel alone is Go's `time.After(d)`. */
export function newTimer(d: Duration): Timer {
  const alarm = new Sending(0);
  alarm.set(fromNow(d));
  return new Timer(alarm, alarm.c);
}

/** afterFunc calls fn(arg) in a goroutine of its own d from now, unless the timer is stopped. */
export function afterFunc<T>(d: Duration, fn: (arg: T) => void, arg: T): Timer {
  const alarm = new Calling<T>(fn, arg);
  alarm.set(fromNow(d));
  return new Timer(alarm, new Chan<Time>());
}

/** Ticker is an event again and again. Until it is stopped it is kept, and has work to do. */
export class Ticker {
  private readonly alarm: Sending;

  constructor(d: Duration) {
    this.alarm = new Sending(d);
    this.alarm.set(fromNow(d));
  }

  /** c gets the time at every tick. One that comes before the last one was received is left out. */
  get c(): Chan<Time> {
    return this.alarm.c;
  }

  /** stop ends the ticks. The channel is not closed. */
  stop(): void {
    this.alarm.stop();
    drain(this.alarm.c);
  }

  /** reset has the next tick come d from now, and one every d after it. */
  reset(d: Duration): void {
    if (d <= 0) panic("non-positive interval for Ticker.Reset");
    this.stop();
    this.alarm.period = d;
    this.alarm.set(fromNow(d));
  }
}

/** newTicker makes a ticker with a tick every d, the first d from now. */
export function newTicker(d: Duration): Ticker {
  if (d <= 0) panic("non-positive interval for NewTicker");
  return new Ticker(d);
}

/** Sending sends the time, if there is room. */
class Sending extends Alarm {
  readonly c: Chan<Time> = new Chan<Time>(1);

  /** period is the time between two ticks; 0 for one alone. */
  constructor(public period: Duration) {
    super();
  }

  fire(): void {
    const due = this.when;
    const period = this.period;
    if (period > 0) {
      const next = due + period * (1 + (nanotime() - due) / period);
      this.set(next < 0 ? i64.MAX_VALUE : next);
    }
    const one = new Case<Time>(this.c, true);
    one.value = timeOf(due);
    one.attempt();
  }
}

class Calling<T> extends Alarm {
  constructor(
    private readonly fn: (arg: T) => void,
    private readonly arg: T,
  ) {
    super();
  }

  fire(): void {
    go<T>(this.fn, this.arg);
  }
}

/** drain takes out of a channel what nobody has received yet, and tells whether there was something. */
function drain(c: Chan<Time>): bool {
  return new Case<Time>(c, false).attempt();
}

/** fromNow is d from now on the clock of timers; without a d above 0, now. */
function fromNow(d: Duration): i64 {
  const when = nanotime() + max<i64>(d, 0);
  return when < 0 ? i64.MAX_VALUE : when;
}
