import { DECORATION, type Decorated } from "./decorate.ts";
import type { Driver, End, Report } from "./driver.ts";
import { WasiNetError } from "./errors.ts";
import type { Plan } from "./instance.ts";
import type { Listening } from "./listening.ts";
import { loadModule } from "./module.ts";
import { checkOptions, checkSignal, checkSource } from "./options.ts";
import { allow, type Denial, type Policy } from "./policy.ts";
import { DRAIN, STOP } from "./shared.ts";
import type { Source } from "./source.ts";
import { forward, type Output } from "./stdio.ts";

/** Options of a guest. */
export interface GuestOptions {
  /** The guest's arguments. The first is its own name; by default that is the only one. */
  readonly args?: readonly string[];
  /** The guest's environment: nothing of this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the guest may do with the network; by default nothing. */
  readonly net?: Policy;
  /**
   * Open sockets of this process that the guest gets, by their numbers, which the system calls file
   * descriptors. They need no rule of the policy. The guest finds its fds of them, separated by
   * commas, in its environment variable WASI_NET_FDS. They become non-blocking. This process's own
   * stay open; it may close them when the guest has started.
   */
  readonly sockets?: readonly number[];
  /**
   * How many sockets the guest may have open at once, with those that it was given. Beyond it the guest
   * gets EMFILE, "too many open files", and this process has room for others. By default 16,384, or
   * three quarters of what this process may have open where that is less.
   */
  readonly maxSockets?: number;
  /**
   * Where the guest runs: in a thread of its own (dedicated, the default), or inside this thread's
   * event loop (cooperative), which only a guest can that speaks docs/ABI.md's level 2.
   */
  readonly mode?: "cooperative" | "dedicated";
  /** Stops the guest when it aborts; one that has not started yet never does. */
  readonly signal?: AbortSignal;
  /**
   * Where the guest's standard output goes. A guest in a thread of its own waits when it writes more than
   * this thread, or the stream, takes: about a megabyte may be on the way.
   */
  readonly stdout?: Output;
  /** Where its standard error goes, likewise. */
  readonly stderr?: Output;
  /** Called for each address that the guest listens on. */
  readonly onListening?: (address: Listening) => void;
  /** Called when the guest wanted what it may not; of a flood not each time, see missedDenials. */
  readonly onDenied?: (denial: Denial) => void;
}

/** Signal is why a guest was told to end. */
export type Signal = "SIGINT" | "SIGTERM";

/** Exit is how a guest has ended. */
export interface Exit {
  /** The guest's own code; 2 after a panic; 128 and the signal's number when a signal ended it. */
  readonly code: number;
  readonly signal?: Signal;
}

/** Guest is a running WebAssembly program. */
export class Guest implements AsyncDisposable {
  /**
   * exited settles when the guest has ended and its sockets are closed. It rejects for no fault of
   * the guest's.
   */
  readonly exited: Promise<Exit>;
  readonly #driver: Driver;
  readonly #addresses: Addresses;
  #signal: Signal | undefined;

  /**
   * start checks a module, instantiates it and lets it run. A module that cannot run is a
   * WasiNetError.
   */
  static async start(wasm: Source, options: GuestOptions = {}): Promise<Guest> {
    checkSource(wasm);
    checkOptions(options);
    const { args = ["guest"], env = {}, net = allow, sockets = [], maxSockets, signal } = options;
    signal?.throwIfAborted();
    const module = await loadModule(wasm);
    const { [DECORATION]: decoration } = options as Decorated;
    const typed = !(wasm instanceof WebAssembly.Module);
    const { rules } = net;
    const plan: Plan = {
      module,
      typed,
      args: [...args],
      env: { ...env },
      rules,
      sockets: [...sockets],
      maxSockets,
      decoration,
    };
    const addresses = new Addresses();
    const driver = await drive(plan, options, addresses);
    return new Guest(driver, addresses, signal);
  }

  private constructor(driver: Driver, addresses: Addresses, signal: AbortSignal | undefined) {
    this.#driver = driver;
    this.#addresses = addresses;
    const abort = (): void => void this.stop();
    signal?.addEventListener("abort", abort, { once: true });
    this.exited = driver.ended
      .finally(() => {
        signal?.removeEventListener("abort", abort);
        addresses.close();
      })
      .then((end) => this.#exit(end));
    // Who does not wait for the end does not want to hear of this host's errors either.
    this.exited.catch(() => undefined);
    if (signal?.aborted) abort();
  }

  /** connections is the number of stream connections that the guest has open. */
  get connections(): number {
    return this.#driver.shared.connections;
  }

  /**
   * missedDenials is the number of denials that onDenied was not called for, because the guest made
   * them faster than this thread took them.
   */
  get missedDenials(): number {
    return this.#driver.shared.missed;
  }

  /**
   * listening answers the first address that the guest listens on. It rejects when the guest ends
   * before it listens.
   */
  listening(): Promise<Listening> {
    return this.#addresses.first;
  }

  /**
   * drain closes the guest's listening sockets and lets its connections finish; the guest does not
   * notice. When the last is closed, or there was none, the guest is ended. Code 0, or a signal's.
   */
  drain(signal?: Signal): Promise<Exit> {
    checkSignal(signal);
    const { shared } = this.#driver;
    this.#signal ??= signal;
    if (shared.listeners === 0 || shared.connections === 0) return this.#stop();
    shared.order(DRAIN);
    this.#driver.command();
    return this.exited;
  }

  /** stop ends the guest at once, with its sockets. */
  stop(signal: Signal = "SIGTERM"): Promise<Exit> {
    checkSignal(signal);
    this.#signal = signal;
    return this.#stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #stop(): Promise<Exit> {
    this.#driver.shared.order(STOP);
    this.#driver.stop();
    return this.exited;
  }

  #exit({ reason, code }: End): Exit {
    if (reason === "exit" || reason === "trap") return { code };
    const signal = this.#signal;
    return signal === undefined ? { code: 0 } : { code: CODES[signal], signal };
  }
}

const CODES: Readonly<Record<Signal, number>> = { SIGINT: 130, SIGTERM: 143 };

async function drive(plan: Plan, options: GuestOptions, addresses: Addresses): Promise<Driver> {
  const { mode = "dedicated", stdout = "inherit", stderr = "inherit" } = options;
  const report: Report = {
    listening(address) {
      addresses.add(address);
      options.onListening?.(address);
    },
    denied: (denial) => options.onDenied?.(denial),
    output(fd, bytes, taken) {
      const output = fd === 1 ? stdout : stderr;
      if (output !== "inherit") forward(output, bytes, taken);
    },
  };
  const inherited = [stdout === "inherit", stderr === "inherit"] as const;
  if (mode === "dedicated") {
    const { Dedicated } = await import("./dedicated.ts");
    return Dedicated.start(plan, inherited, report, options.signal);
  }
  const { Cooperative } = await import("./cooperative.ts");
  return Cooperative.start(plan, inherited, report);
}

/** Addresses is a promise of the first address. */
class Addresses {
  readonly first: Promise<Listening>;
  #resolve!: (address: Listening) => void;
  #reject!: (error: WasiNetError) => void;

  constructor() {
    this.first = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Who does not ask for the address does not want to hear that there is none.
    this.first.catch(() => undefined);
  }

  add(address: Listening): void {
    this.#resolve(address);
  }

  close(): void {
    this.#reject(new WasiNetError("WASI_NET_EXITED", "the guest ended before it listened"));
  }
}
