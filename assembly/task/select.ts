/**
 * Waiting for the first of several channels: Go's select statement.
 */
import { nanotime } from "../sys/clock";
import { AnyCase, Case, CaseGroup, Chan } from "./chan";
import { Goroutine, WaitReason } from "./goroutine";
import { current, park } from "./scheduler";
import { draw } from "./shuffle";

/**
 * Select is a set of cases. Build it once, wait as often as needed:
 *
 *     const select = new Select();
 *     const job = select.receive(jobs);
 *     const stop = select.receive(done);
 *     while (select.wait() === job) work(job.value);
 *
 * Of several cases that are ready, each has the same chance.
 */
export class Select extends CaseGroup {
  private readonly cases: AnyCase[] = [];
  private served: AnyCase | null = null;

  /** receive adds a case; its `value` and `ok` are set when it is served. */
  receive<T>(channel: Chan<T>): Case<T> {
    return this.add<T>(new Case<T>(channel, false));
  }

  /** send adds a case; for another round set its `value` to what is to be sent next. */
  send<T>(channel: Chan<T>, value: T): Case<T> {
    const one = this.add<T>(new Case<T>(channel, true));
    one.value = value;
    return one;
  }

  /** wait waits until one of the cases can be served, serves it, and answers which. Without cases it waits for ever. */
  wait(): AnyCase {
    const now = this.attempt();
    if (now !== null) return now;
    const cases = this.cases;
    for (let i = 0; i < cases.length; i++) {
      const one = cases[i];
      one.waiter = current;
      one.enqueue();
    }
    park(cases.length > 0 ? WaitReason.select : WaitReason.emptySelect);
    const served = this.served!;
    this.served = null;
    served.finish();
    return served;
  }

  /** attempt serves a case that needs no waiting, or answers null: a select with a default. */
  attempt(): AnyCase | null {
    const cases = this.cases;
    const length = cases.length;
    if (length == 0) return null;
    // The cases are drawn one after the other, each by chance from those that are left: their order means nothing. To begin anywhere
    // and go round would favour a case that stands behind many which are not ready.
    for (let i = 0; i < length; i++) {
      const at = i + <i32>(random() % <u32>(length - i));
      const one = cases[at];
      if (at != i) {
        cases[at] = cases[i];
        cases[i] = one;
      }
      if (!one.attempt()) continue;
      one.finish();
      return one;
    }
    return null;
  }

  settle(served: AnyCase): void {
    this.served = served;
    for (let i = 0; i < this.cases.length; i++) this.cases[i].dequeue();
  }

  private add<T>(one: Case<T>): Case<T> {
    one.group = this;
    this.cases.push(one);
    return one;
  }
}

let seed: u32 = 0;

/** random is a xorshift step: the choice must be fair, not secret. */
function random(): u32 {
  if (isDefined(WASI_NET_SHUFFLE)) return draw(i32.MAX_VALUE);
  if (seed == 0) seed = <u32>nanotime() | 1;
  seed ^= seed << 13;
  seed ^= seed >> 17;
  seed ^= seed << 5;
  return seed;
}
