import koffi from "koffi";
import type { Observer } from "./abi/context.ts";
import type { Driver, End, Inherited, Report } from "./driver.ts";
import { EINTR } from "./errno.ts";
import { WasiNetError } from "./errors.ts";
import { GuestExit } from "./exit.ts";
import { Instance, type Plan } from "./instance.ts";
import { Shared, STOP } from "./shared.ts";
import { inherit } from "./stdio.ts";

/** The longest that a timer of Node can wait. */
const LONGEST = 2 ** 31 - 1;

/**
 * Cooperative runs a guest inside this thread's event loop. The guest never waits: its tick is
 * called when its poller has events, when its time has come, and soon when it has more to run.
 */
export class Cooperative implements Driver {
  readonly shared: Shared;
  readonly ended: Promise<End>;
  readonly #instance: Instance;
  readonly #events: ReturnType<typeof koffi.node.poll>;
  #resolve!: (end: End) => void;
  #reject!: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;
  #inside = false;
  #closed = false;

  static async start(plan: Plan, inherited: Inherited, report: Report): Promise<Cooperative> {
    const shared = new Shared();
    const observer: Observer = {
      listening: (address) => report.listening(address),
      denied: (denial) => report.denied(denial),
      write(fd, bytes) {
        if (inherited[fd - 1]) return inherit(fd, bytes);
        report.output(fd, bytes.slice(), () => undefined);
        return shared.command === STOP ? EINTR : 0; // stopped by who takes the output
      },
    };
    const instance = await Instance.create(plan, shared, observer, false);
    if (!instance.driven && instance.exit === undefined) {
      instance.close();
      throw new WasiNetError(
        "WASI_NET_NOT_DRIVABLE",
        'the guest cannot be driven from an event loop; run it with mode: "dedicated"',
      );
    }
    return new Cooperative(instance, shared);
  }

  private constructor(instance: Instance, shared: Shared) {
    this.#instance = instance;
    this.shared = shared;
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // The handle also keeps the event loop, and so the process, alive as long as the guest runs.
    // koffi's callback is no turn of Node's: the promises that are settled in it would be looked at
    // when Node has something else to do. After an immediate they are, still in the same round.
    this.#events = koffi.node.poll(instance.poller, { readable: true }, () => this.#turnSoon());
    this.#soon = setImmediate(() => {
      this.#enter(() => instance.start());
      this.#turn();
    });
  }

  command(): void {
    this.#turnSoon();
  }

  stop(): void {
    this.#instance.exit ??= new GuestExit("stop", 0);
    if (!this.#inside) this.#finish();
  }

  /** turn ticks once and arranges the next. */
  #turn(): void {
    if (this.#inside || this.#closed) return;
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
    const next = this.#enter(() => this.#instance.tick()) ?? -1;
    if (this.#instance.exit !== undefined) this.#finish();
    else if (next === 0) this.#turnSoon();
    else if (next > 0) {
      this.#timer = setTimeout(() => this.#turn(), Math.min(LONGEST, Math.ceil(next / 1e6)));
    }
  }

  /**
   * enter calls into the guest. What comes out as an exception is this host's error, or one of the
   * embedder's own functions: the guest cannot go on, and exited rejects.
   */
  #enter<T>(call: () => T): T | undefined {
    this.#inside = true;
    try {
      return call();
    } catch (error) {
      this.#reject(error);
      this.#instance.exit = new GuestExit("stop", 0);
      return undefined;
    } finally {
      this.#inside = false;
    }
  }

  #turnSoon(): void {
    clearImmediate(this.#soon);
    this.#soon = setImmediate(() => this.#turn());
  }

  #finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
    this.#events.close();
    this.#instance.close();
    const { reason, code } = this.#instance.exit!;
    this.#resolve({ reason, code });
  }
}
