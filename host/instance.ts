import { attach, type Exports, isAttachable } from "./abi/attach.ts";
import type { Context, Observer } from "./abi/context.ts";
import { importsOf } from "./abi/index.ts";
import { Base, loadBase } from "./base.ts";
import { ControlBlock } from "./control.ts";
import { type Decoration, decorate } from "./decorate.ts";
import { errorText } from "./errno.ts";
import { WasiNetError } from "./errors.ts";
import { GuestExit, unwind, unwound } from "./exit.ts";
import { FdTable } from "./fdtable.ts";
import { FDS, inherit } from "./inherit.ts";
import { usualLimit } from "./limit.ts";
import { GuestMemory } from "./memory.ts";
import { withNearest } from "./nearest.ts";
import { openSystem } from "./os/index.ts";
import { Policy, type Rules } from "./policy.ts";
import type { Shared } from "./shared.ts";
import type { Poller, System } from "./system.ts";
import { systemFiles } from "./systemfiles.ts";
import { trace } from "./trace.ts";
import { Waiter } from "./waiter.ts";

/** Plan is all that an instance is made from, and can be sent to another thread. */
export interface Plan {
  readonly module: WebAssembly.Module;
  /** Whether the module's imports are known to have the types that this host gives them. */
  readonly typed: boolean;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly rules: Rules;
  /** Sockets of this process that the guest gets, by this process's numbers. */
  readonly sockets?: readonly number[];
  /** How many sockets the guest may have open at once. */
  readonly maxSockets?: number | undefined;
  /** For tests only: what stands between the guest and the system. */
  readonly decoration?: Decoration | undefined;
}

/**
 * Instance is one guest in this thread. Nothing but this class enters the guest's code, and each
 * way in comes back, with the guest's end in exit when it has ended:
 *
 *   start   _start: the whole program, or the setting up of a driven one
 *   tick    one turn of a driven program
 */
export class Instance {
  /** exit is how the guest has ended, undefined while it has not. */
  exit: GuestExit | undefined;
  /** driven tells whether the guest wants to be driven by tick. */
  driven = false;
  readonly exports: Exports;
  readonly #context: Context;
  readonly #shared: Shared;
  readonly #observer: Observer;

  /**
   * create instantiates a module. Whether the guest may wait in this thread decides whether it is
   * asked to be driven.
   */
  static async create(
    plan: Plan,
    shared: Shared,
    observer: Observer,
    mayWait: boolean,
  ): Promise<Instance> {
    const context = await openContext(plan, shared, observer, mayWait);
    try {
      return new Instance(plan, shared, observer, mayWait, context);
    } catch (error) {
      closeContext(context, shared, mayWait);
      throw error;
    }
  }

  private constructor(
    plan: Plan,
    shared: Shared,
    observer: Observer,
    mayWait: boolean,
    context: Context,
  ) {
    this.#context = context;
    this.#shared = shared;
    this.#observer = observer;
    const instance = this.#enter(() => instantiate(plan.module, importsOf(context, plan.typed)));
    this.exports = (instance?.exports ?? {}) as unknown as Exports;
    if (instance === undefined) return;
    context.memory.attach(this.exports.memory);
    context.base.attach(instance);
    this.driven = this.#enter(() => attach(context, this.exports, !mayWait)) ?? false;
  }

  /** poller is what an event loop watches to know when to tick. */
  get poller(): number {
    return this.#context.waiter.poller.handle;
  }

  /** start runs the program. When it returns and is not driven, the guest has ended. */
  start(): void {
    const { _start: start } = this.exports;
    if (this.exit !== undefined || start === undefined) return;
    this.#enter(() => {
      start();
      if (!this.driven) throw new GuestExit("exit", 0);
    });
  }

  /**
   * tick runs one turn. It answers nanoseconds until the next, 0 for soon, or -1 for when a socket
   * is ready.
   */
  tick(): number {
    const { wasi_net_tick: tick } = this.exports;
    if (this.exit !== undefined || tick === undefined) return -1;
    return (
      this.#enter(() => {
        const next = Number(tick());
        this.#context.waiter.obey(next !== 0);
        return next;
      }) ?? -1
    );
  }

  /**
   * close gives back all that the guest had open, but for the wake handle of a guest in a thread of
   * its own: the owner may be about to write to it, and closes it when the thread has ended.
   */
  close(leaveWake = false): void {
    closeContext(this.#context, this.#shared, leaveWake);
  }

  /**
   * enter is the one place where the guest's code is called. It answers undefined when the guest
   * has ended meanwhile.
   */
  #enter<T>(call: () => T): T | undefined {
    try {
      return call();
    } catch (caught) {
      const thrown = unwound(caught);
      const trapped = !(thrown instanceof GuestExit);
      this.exit = trapped ? this.#trap(thrown) : thrown;
      this.#say(trace(caught, trapped));
      return undefined;
    }
  }

  /**
   * trap says on the guest's standard error why it dies. What is no trap is an error of this host,
   * and goes on.
   */
  #trap(thrown: unknown): GuestExit {
    const overflow = thrown instanceof RangeError && /call stack/.test(thrown.message);
    const uncaught = thrown instanceof WebAssembly.Exception;
    if (thrown instanceof TypeError && CONVERSION.test(thrown.message)) {
      throw new WasiNetError(
        "WASI_NET_SIGNATURE",
        `an export that this host calls has another type: ${thrown.message}`,
        { cause: thrown },
      );
    }
    if (!overflow && !uncaught && !(thrown instanceof WebAssembly.RuntimeError)) throw thrown;
    const { memory, control } = this.#context;
    memory.refresh();
    let text = `panic: ${uncaught ? "uncaught exception" : thrown.message}`;
    if (overflow || control.copyingStack) text = "fatal error: stack overflow";
    this.#say(`${text}\n`);
    return new GuestExit("trap", 2);
  }

  #say(text: string): void {
    if (text !== "") this.#observer.write(2, new TextEncoder().encode(text));
  }
}

/**
 * CONVERSION is what the engine says when a value cannot pass between JavaScript and a function of
 * wasm: only a module that came compiled, whose types nobody can see, gets as far.
 */
const CONVERSION = /to a BigInt|type incompatibility when transforming/;

async function openContext(
  plan: Plan,
  shared: Shared,
  observer: Observer,
  mayWait: boolean,
): Promise<Context> {
  const [opened] = await Promise.all([openSystem(), loadBase()]);
  const whole = await decorate(opened, plan.decoration);
  const system = isAttachable(plan.module) ? whole : withNearest(whole);
  const poller = system.poller();
  if (typeof poller === "number") {
    throw new WasiNetError("WASI_NET_INTERNAL", `no poller: ${errorText(-poller)}`);
  }
  shared.publish(poller.handle, poller.wakeHandle);
  const fds = new FdTable(shared, plan.maxSockets ?? usualLimit(system));
  const memory = new GuestMemory((buffer) => system.locate(buffer));
  try {
    const given = inherit(system, fds, observer, plan.sockets ?? []);
    return {
      system,
      memory,
      fds,
      observer: uncaught(observer),
      control: new ControlBlock(memory),
      waiter: new Waiter(system, poller, shared, fds, mayWait),
      policy: new Policy(plan.rules),
      base: new Base(plan.module, systemFiles(system, plan.rules)),
      args: plan.args,
      env: given.length === 0 ? plan.env : { ...plan.env, [FDS]: given.join(",") },
    };
  } catch (error) {
    closeSystem(system, fds, poller, shared, mayWait);
    throw error;
  }
}

/** uncaught is an observer whose errors, the embedder's own, a guest that calls it cannot catch. */
function uncaught(observer: Observer): Observer {
  const told = <T>(tell: () => T): T => {
    try {
      return tell();
    } catch (error) {
      return unwind(error);
    }
  };
  return {
    listening: (address) => told(() => observer.listening(address)),
    denied: (denial) => told(() => observer.denied(denial)),
    write: (fd, bytes) => told(() => observer.write(fd, bytes)),
  };
}

function closeContext(context: Context, shared: Shared, leaveWake: boolean): void {
  const { system, fds, waiter, base } = context;
  closeSystem(system, fds, waiter.poller, shared, leaveWake);
  base.close();
}

function closeSystem(
  system: System,
  fds: FdTable,
  poller: Poller,
  shared: Shared,
  leaveWake: boolean,
): void {
  for (const handle of fds.clear()) system.close(handle);
  shared.publish(-1, leaveWake ? poller.wakeHandle : -1);
  poller.close(leaveWake);
}

function instantiate(
  module: WebAssembly.Module,
  imports: WebAssembly.Imports,
): WebAssembly.Instance {
  try {
    return new WebAssembly.Instance(module, imports);
  } catch (cause) {
    if (!(cause instanceof WebAssembly.LinkError)) throw cause;
    throw new WasiNetError("WASI_NET_LINK", cause.message, { cause });
  }
}
