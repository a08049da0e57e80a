import { EAGAIN, ENOTSUP } from "./errno.ts";
import { GuestExit, unwind } from "./exit.ts";
import type { FdTable } from "./fdtable.ts";
import { DRAIN, RUN, type Shared, STOP } from "./shared.ts";
import type { Poller, PollSet, System } from "./system.ts";

/**
 * The longest a thread stays inside the kernel. A wake ends a wait at once; the limit is for what
 * cannot wake, such as the end of the process, which Node delays until all threads have come back
 * to JavaScript.
 */
const SLICE = 100;

/**
 * Waiter is where a guest waits, and the only place where the host lets it, but for its output to be
 * taken: there the owner's commands are obeyed. Inside an event loop nothing may wait, so there every wait but a look is
 * ENOTSUP.
 */
export class Waiter {
  readonly poller: Poller;
  readonly #system: System;
  readonly #shared: Shared;
  readonly #fds: FdTable;
  readonly #set: PollSet;
  readonly #mayWait: boolean;
  #draining = false;
  /** What set waits for. */
  #waiting: PollSet | undefined;

  constructor(system: System, poller: Poller, shared: Shared, fds: FdTable, mayWait: boolean) {
    this.#system = system;
    this.poller = poller;
    this.#shared = shared;
    this.#fds = fds;
    this.#set = system.pollSet();
    this.#mayWait = mayWait;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /**
   * events waits for the watched sockets, at most timeout milliseconds (-1: no limit). Results as
   * Poller.wait's.
   */
  events(events: Int32Array, index: number, capacity: number, timeout: number): number {
    this.obey(timeout !== 0);
    if (timeout === 0) return this.poller.wait(events, index, capacity, 0);
    if (!this.#mayWait) return -ENOTSUP;
    const end = timeout < 0 ? Number.POSITIVE_INFINITY : performance.now() + timeout;
    for (let left = timeout < 0 ? SLICE : timeout; ; left = end - performance.now()) {
      if (left <= 0) return 0;
      const slice = left < SLICE ? Math.ceil(left) : SLICE;
      const n = this.poller.wait(events, index, capacity, slice);
      if (n !== 0) return n;
      this.obey(true);
    }
  }

  /**
   * set waits for the sockets of a set, which it adds its own wake handle to. Results as
   * PollSet.wait's.
   */
  set(set: PollSet, timeout: number): number {
    this.#waiting = set;
    this.obey(timeout !== 0);
    const wake = set.add(this.poller.wakeHandle, 1);
    const end = timeout < 0 ? Number.POSITIVE_INFINITY : performance.now() + timeout;
    for (let left = timeout < 0 ? SLICE : timeout; ; left = end - performance.now()) {
      const n = set.wait(this.#mayWait ? Math.min(SLICE, Math.ceil(left)) : 0);
      const woken = set.readiness(wake) !== 0;
      if (woken) this.poller.rest();
      if (n > (woken ? 1 : 0)) return woken ? n - 1 : n;
      if (performance.now() >= end) return 0;
      if (!this.#mayWait) return -ENOTSUP;
      this.obey(true);
    }
  }

  /**
   * socket waits for one socket of a guest that left it blocking. 0 when it is ready, EAGAIN when
   * the time is over.
   */
  socket(handle: number, interest: number, timeout: number): number {
    if (!this.#mayWait) return ENOTSUP;
    this.#set.clear();
    this.#set.add(handle, interest);
    return this.set(this.#set, timeout) === 0 ? EAGAIN : 0;
  }

  /** pause waits so many milliseconds for nothing. It answers 0 or an errno. */
  pause(time: number): number {
    if (!this.#mayWait) return ENOTSUP;
    this.#set.clear();
    this.set(this.#set, time);
    return 0;
  }

  /**
   * obey carries out the owner's command. An idle guest that is being drained ends when it has no
   * connection left.
   */
  obey(idle: boolean): void {
    const { command } = this.#shared;
    if (command === RUN) return;
    if (command === STOP) unwind(new GuestExit("stop", 0));
    if (command === DRAIN && !this.#draining) this.drain();
    if (idle && this.#shared.connections === 0) unwind(new GuestExit("drain", 0));
  }

  /**
   * drain closes the listening sockets and leaves the guest's fds: its accept finds nothing any
   * more and waits. An error would make the usual loop around accept spin.
   */
  drain(): void {
    this.#draining = true;
    for (const handle of this.#fds.drain()) {
      this.poller.unwatch(handle); // which closing does not end when others have the socket too
      this.#waiting?.forget(handle);
      this.#system.close(handle);
    }
  }
}
