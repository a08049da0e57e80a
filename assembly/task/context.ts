/**
 * Go's context package: telling everything that works on one matter to stop.
 */
import { ErrorString, NetError } from "../errors";
import { nanotime } from "../sys/clock";
import { Duration, monotonic, now, Time } from "../time";
import { Chan } from "./chan";
import { Rooted } from "./goroutine";
import { Timer } from "./timer";

/** canceled is what `err` answers after a `cancel`. */
export const canceled: NetError = new ErrorString("context canceled");

class DeadlineExceededError extends NetError {
  error(): string {
    return "context deadline exceeded";
  }

  timeout(): bool {
    return true;
  }

  temporary(): bool {
    return true;
  }
}

/** deadlineExceeded is what `err` answers when the time is over. */
export const deadlineExceeded: NetError = new DeadlineExceededError();

/** Watcher is told when a context ends. */
export abstract class Watcher {
  abstract contextDone(err: NetError): void;
}

/** Context is a matter that can end. This class itself is the one that never does. */
export class Context extends Watcher {
  constructor(protected parent: Context | null) {
    super();
  }

  /** deadline is when the context will end, or 0 for none. */
  deadline(): Time {
    const parent = this.parent;
    return parent !== null ? parent.deadline() : 0;
  }

  /** done is closed when the context ends; null for a context that never does. */
  done(): Chan<bool> | null {
    const parent = this.parent;
    return parent !== null ? parent.done() : null;
  }

  /** err is why the context has ended: `canceled` or `deadlineExceeded`; null before. */
  err(): NetError | null {
    const parent = this.parent;
    return parent !== null ? parent.err() : null;
  }

  /** watch has the watcher told when the context ends; if it has ended, at once. */
  watch(watcher: Watcher): void {
    const parent = this.parent;
    if (parent !== null) parent.watch(watcher);
  }

  /** unwatch takes that back. */
  unwatch(watcher: Watcher): void {
    const parent = this.parent;
    if (parent !== null) parent.unwatch(watcher);
  }

  /** value is what `withValue` put under the key, here or in a parent, if it is of class T; null otherwise. */
  value<T>(key: string): T | null {
    let context: Context | null = this;
    while (context !== null) {
      if (context instanceof ValueContext) {
        const held = changetype<ValueContext>(context);
        if (held.key == key && held.id == idof<T>()) return changetype<T>(held.held);
      }
      context = context.parent;
    }
    return null;
  }

  contextDone(err: NetError): void {}
}

/** background is the context that everything else derives from. It never ends. */
export function background(): Context {
  return root;
}

const root = new Context(null);

/** CancelContext is a context with an end. Whoever made it must call `cancel` when the matter is over. */
export class CancelContext extends Context {
  private reason: NetError | null = null;
  private channel: Chan<bool> | null = null;
  /** watchers is a set, for a server's context has one for each request; most contexts have none, and no set. */
  private watchers: Set<Watcher> | null = null;

  constructor(parent: Context) {
    super(parent);
    parent.watch(this);
  }

  /** cancel ends the context and all that derive from it. Later calls do nothing. */
  cancel(): void {
    this.end(canceled);
  }

  done(): Chan<bool> | null {
    let channel = this.channel;
    if (channel === null) {
      channel = new Chan<bool>();
      this.channel = channel;
      if (this.reason !== null) channel.close();
    }
    return channel;
  }

  err(): NetError | null {
    return this.reason;
  }

  watch(watcher: Watcher): void {
    const reason = this.reason;
    if (reason !== null) {
      watcher.contextDone(reason);
      return;
    }
    let watchers = this.watchers;
    if (watchers === null) {
      watchers = new Set<Watcher>();
      this.watchers = watchers;
    }
    watchers.add(watcher);
  }

  unwatch(watcher: Watcher): void {
    const watchers = this.watchers;
    if (watchers !== null) watchers.delete(watcher);
  }

  contextDone(err: NetError): void {
    this.end(err);
  }

  protected end(reason: NetError): void {
    if (this.reason !== null) return;
    this.reason = reason;
    this.parent!.unwatch(this);
    const channel = this.channel;
    if (channel !== null) channel.close();
    const watchers = this.watchers;
    if (watchers === null) return;
    const all = watchers.values();
    for (let i = 0; i < all.length; i++) {
      // One that was told may have taken back another.
      if (watchers.delete(all[i])) all[i].contextDone(reason);
    }
  }
}

/** withCancel derives a context that ends by its `cancel`, or with its parent. */
export function withCancel(parent: Context): CancelContext {
  return new CancelContext(parent);
}

/** withDeadline derives a context that also ends at a time. */
export function withDeadline(parent: Context, deadline: Time): CancelContext {
  return new DeadlineContext(parent, deadline);
}

/** withTimeout derives a context that also ends after a time. */
export function withTimeout(parent: Context, timeout: Duration): CancelContext {
  const deadline = now() + timeout;
  return withDeadline(parent, timeout > 0 && deadline < 0 ? i64.MAX_VALUE : deadline);
}

class DeadlineContext extends CancelContext {
  private timer: ContextTimer | null = null;

  constructor(
    parent: Context,
    private readonly at: Time,
  ) {
    super(parent);
    if (this.err() === null) this.arm(monotonic(at));
  }

  private arm(when: i64): void {
    if (when <= nanotime()) {
      this.end(deadlineExceeded);
      return;
    }
    const timer = new ContextTimer(this);
    timer.set(when);
    this.timer = timer;
  }

  deadline(): Time {
    const outer = this.parent!.deadline();
    return outer != 0 && outer < this.at ? outer : this.at;
  }

  expire(): void {
    this.end(deadlineExceeded);
  }

  protected end(reason: NetError): void {
    const timer = this.timer;
    if (timer !== null) timer.stop();
    super.end(reason);
  }
}

class ContextTimer extends Timer {
  constructor(private readonly context: DeadlineContext) {
    super();
  }

  fire(): void {
    this.context.expire();
  }
}

class ValueContext extends Context {
  constructor(
    parent: Context,
    readonly key: string,
    readonly id: u32,
    readonly held: Rooted,
  ) {
    super(parent);
  }
}

/** withValue derives a context that carries an object. */
export function withValue<T>(parent: Context, key: string, value: T): Context {
  if (!isManaged<T>()) ERROR("withValue: the value must be an object");
  return new ValueContext(parent, key, idof<T>(), changetype<Rooted>(value));
}
