import { closeSync, writeSync } from "node:fs";
import type { Worker } from "node:worker_threads";
import type { Driver, End, Inherited, Report } from "./driver.ts";
import { type Code, WasiNetError } from "./errors.ts";
import type { Plan } from "./instance.ts";
import type { Listening } from "./listening.ts";
import { openSystem } from "./os/index.ts";
import type { Denial } from "./policy.ts";
import { Shared } from "./shared.ts";
import { takeThread } from "./thread.ts";

/** ToThread is the one message that a guest's thread gets. */
export interface ToThread {
  readonly plan: Plan;
  readonly buffer: SharedArrayBuffer;
  readonly inherited: Inherited;
}

/** FromThread are the messages that it sends. */
export type FromThread =
  | { readonly type: "started" }
  | { readonly type: "failed"; readonly code: Code; readonly message: string }
  | { readonly type: "listening"; readonly address: Listening }
  | { readonly type: "denied"; readonly denial: Denial }
  | { readonly type: "output"; readonly fd: 1 | 2; readonly bytes: Uint8Array }
  | { readonly type: "ended"; readonly end: End };

/** Milliseconds that a guest gets to notice that it shall end; one that waits notices at once. */
const GRACE = 150;

/** Dedicated runs a guest in a thread of its own, where it may wait. */
export class Dedicated implements Driver {
  readonly shared: Shared = new Shared();
  readonly ended: Promise<End>;
  readonly #worker: Worker = takeThread();
  readonly #report: Report;
  /**
   * How the guest ended. Until it says so itself, the only way for its thread to end is to be
   * stopped.
   */
  #end: End = { reason: "stop", code: 0 };
  /** The error of this host, or of the embedder's functions, that ended the thread, if one did. */
  #failure: { readonly error: unknown } | undefined;
  #killer: NodeJS.Timeout | undefined;

  /**
   * start settles when the guest has been instantiated, which its own code can hold up for ever: so
   * the signal kills it until then, and start rejects with the signal's reason.
   */
  static async start(
    plan: Plan,
    inherited: Inherited,
    report: Report,
    signal: AbortSignal | undefined,
  ): Promise<Dedicated> {
    signal?.throwIfAborted();
    const driver = new Dedicated(report);
    const kill = (): void => void driver.#worker.terminate();
    signal?.addEventListener("abort", kill, { once: true });
    try {
      await driver.#start({ plan, buffer: driver.shared.buffer, inherited });
    } finally {
      signal?.removeEventListener("abort", kill);
    }
    if (signal?.aborted) {
      await driver.ended;
      throw signal.reason;
    }
    return driver;
  }

  private constructor(report: Report) {
    this.#report = report;
    this.ended = new Promise((resolve, reject) => {
      this.#worker.once("exit", () => {
        clearTimeout(this.#killer);
        closeAll(this.shared).then(() => {
          if (this.#failure === undefined) resolve(this.#end);
          else reject(this.#failure.error);
        }, reject);
      });
    });
  }

  command(): void {
    const { wake } = this.shared;
    if (wake < 0) return; // It has not begun to wait, or is gone.
    try {
      writeSync(wake, ONE);
    } catch {
      // It sees the command at the end of its slice.
    }
  }

  stop(): void {
    this.command();
    this.#killer ??= setTimeout(() => this.#worker.terminate(), GRACE);
  }

  /** start sends the plan and waits until the guest has been instantiated. */
  async #start(message: ToThread): Promise<void> {
    const started = new Promise<void>((resolve) => {
      this.#worker.on("message", (message: FromThread) => {
        if (message.type === "started") resolve();
        else this.#hear(message);
      });
    });
    this.#worker.on("error", (cause) => {
      this.#fail(new WasiNetError("WASI_NET_INTERNAL", cause.message, { cause }));
    });
    try {
      this.#worker.postMessage(message);
    } catch (error) {
      await this.#worker.terminate();
      throw error;
    }
    await Promise.race([started, this.ended]);
  }

  /**
   * hear takes a message, unless the guest is lost already. An error of a function of the embedder's is
   * the end of the guest, which could not go on either if it ran in the embedder's own thread.
   */
  #hear(message: Exclude<FromThread, { type: "started" }>): void {
    if (this.#failure !== undefined) return;
    try {
      this.#receive(message);
    } catch (error) {
      this.#fail(error);
      void this.#worker.terminate();
    }
  }

  #receive(message: Exclude<FromThread, { type: "started" }>): void {
    if (message.type === "listening") this.#listening(message.address);
    else if (message.type === "denied") this.#denied(message.denial);
    else if (message.type === "output") this.#output(message.fd, message.bytes);
    else if (message.type === "ended") this.#end = message.end;
    else this.#fail(new WasiNetError(message.code, message.message));
  }

  #listening(address: Listening): void {
    this.shared.took(0);
    this.#report.listening(address);
  }

  #output(fd: 1 | 2, bytes: Uint8Array): void {
    const { length } = bytes;
    this.#report.output(fd, bytes, () => this.shared.took(length));
  }

  #denied(denial: Denial): void {
    this.shared.taken();
    this.#report.denied(denial);
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
  }
}

/** closeAll closes what a thread that is no more has left open. */
async function closeAll(shared: Shared): Promise<void> {
  const { pollers, sockets } = shared.leftovers();
  for (const handle of pollers) closeSync(handle);
  if (sockets.length > 0) (await openSystem()).release(sockets);
}

/** One, as an eventfd takes it. */
const ONE = new Uint8Array(new BigUint64Array([1n]).buffer);
