/**
 * Times and durations, as far as sockets need them: numbers, so that they cost nothing.
 */
import { nanotime, walltime } from "./sys/clock";
import { Goroutine, WaitReason } from "./task/goroutine";
import { park, ready, running } from "./task/scheduler";
import { Timer } from "./task/timer";

export { afterFunc, newTicker, newTimer, Ticker, Timer } from "./tick";

/** Duration is a length of time in nanoseconds. */
export type Duration = i64;
/** Time is a point in time: nanoseconds since the Unix epoch. 0 is Go's zero time, "no deadline". */
export type Time = i64;

export const nanosecond: Duration = 1;
export const microsecond: Duration = 1000;
export const millisecond: Duration = 1_000_000;
export const second: Duration = 1_000_000_000;
export const minute: Duration = 60_000_000_000;
export const hour: Duration = 3_600_000_000_000;

/** now is the time. The wall clock is read once: later steps of it do not move deadlines, as in Go, where a Time carries both clocks. */
export function now(): Time {
  return offset() + nanotime();
}

/** after is the time d from now; one that no Time can hold is the last one. */
export function after(d: Duration): Time {
  const start = now();
  return d > i64.MAX_VALUE - start ? i64.MAX_VALUE : start + d;
}

/** monotonic is the time t on the clock of `nanotime`. Whatever was before 1970 is over. */
export function monotonic(t: Time): i64 {
  return t < 0 ? i64.MIN_VALUE : t - offset();
}

/** timeOf is the time of an instant of `nanotime`: what `monotonic` takes back. */
export function timeOf(instant: i64): Time {
  return instant > i64.MAX_VALUE - offset() ? i64.MAX_VALUE : offset() + instant;
}

/** sleep stops the calling goroutine for at least d. */
export function sleep(d: Duration): void {
  if (d <= 0) return;
  const when = nanotime() + d;
  new SleepTimer(running()).set(when < 0 ? i64.MAX_VALUE : when);
  park(WaitReason.sleep);
}

let wallOffset: i64 = 0;

function offset(): i64 {
  if (wallOffset == 0) wallOffset = walltime() - nanotime();
  return wallOffset;
}

class SleepTimer extends Timer {
  constructor(private sleeper: Goroutine) {
    super();
  }

  fire(): void {
    ready(this.sleeper);
  }
}
