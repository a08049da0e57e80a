/**
 * Happy Eyeballs (RFC 6555): a name has addresses of both families, and one of the two may lead nowhere.
 *
 *     primaries   ├──────────────────────────────▶  by the goroutine that dials
 *     fallbacks   ·  ·  ·  ·  ├─────────────────▶  by one of their own, once the delay is over
 *
 * The first connection wins, and the other side is cancelled. Where the primaries fail before the delay is over, the fallbacks
 * follow at once, and there is no second goroutine. The dial returns when both sides have ended: what loses does not live on.
 */
import { Addr } from "./addr";
import { Result } from "./errors";
import { Conn } from "./net";
import { nanotime } from "./sys/clock";
import { SysDialer } from "./sysdialer";
import { CancelContext, Context, withCancel } from "./task/context";
import { go } from "./task/goroutine";
import { WaitGroup } from "./task/sync";
import { Timer } from "./task/timer";
import { Duration } from "./time";

/** dialParallel dials the primaries, and after the delay the fallbacks as well. Where both fail, the primaries' error counts. */
export function dialParallel(
  dialer: SysDialer,
  context: Context,
  primaries: Addr[],
  fallbacks: Addr[],
  delay: Duration,
): Result<Conn> {
  if (fallbacks.length == 0) return dialer.dialSerial(context, primaries);
  const leader = withCancel(context);
  const race = new Race(dialer, fallbacks, leader, withCancel(context));
  race.begin(delay);
  return race.finish(dialer.dialSerial(leader, primaries));
}

/** Race is the fallbacks' side of it, and the timer that starts them. */
class Race extends Timer {
  private readonly running: WaitGroup = new WaitGroup();
  private result: Result<Conn> | null = null;

  constructor(
    private readonly dialer: SysDialer,
    private readonly fallbacks: Addr[],
    private readonly leader: CancelContext,
    private readonly context: CancelContext,
  ) {
    super();
  }

  begin(delay: Duration): void {
    const when = nanotime() + delay;
    this.set(when < 0 ? i64.MAX_VALUE : when);
  }

  fire(): void {
    this.running.add(1);
    go<Race>(runFallbacks, this);
  }

  dial(): void {
    const dialed = this.dialer.dialSerial(this.context, this.fallbacks);
    this.result = dialed;
    if (dialed.err === null) this.leader.cancel();
    this.running.done();
  }

  /** finish takes the primaries' result, and answers that of the dial. */
  finish(first: Result<Conn>): Result<Conn> {
    const started = this.slot < 0;
    this.stop();
    if (first.err === null) this.context.cancel();
    else if (!started) this.result = this.dialer.dialSerial(this.context, this.fallbacks);
    this.running.wait();
    this.leader.cancel();
    this.context.cancel();
    const second = this.result;
    if (second === null || second.err !== null) return first;
    if (first.err !== null) return second;
    second.value.close();
    return first;
  }
}

function runFallbacks(race: Race): void {
  race.dial();
}
