import type { Base } from "../base.ts";
import type { ControlBlock } from "../control.ts";
import { EBADF, ENOTSOCK } from "../errno.ts";
import type { FdTable } from "../fdtable.ts";
import type { Listening } from "../listening.ts";
import type { GuestMemory } from "../memory.ts";
import type { Denial, Policy } from "../policy.ts";
import type { System } from "../system.ts";
import type { Waiter } from "../waiter.ts";

/** Context is what the imports of one guest work on. */
export interface Context {
  readonly system: System;
  readonly memory: GuestMemory;
  readonly fds: FdTable;
  readonly waiter: Waiter;
  readonly control: ControlBlock;
  readonly policy: Policy;
  readonly base: Base;
  readonly observer: Observer;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Observer learns what a guest does. */
export interface Observer {
  listening(address: Listening): void;
  denied(denial: Denial): void;
  /**
   * write takes what the guest writes to standard output (1) or error (2), and answers 0 or an
   * errno. The bytes are the guest's own memory: who wants to keep them copies them.
   */
  write(fd: 1 | 2, bytes: Uint8Array): number;
}

/**
 * Family is one family's imports: name and function. Parameters come as signed 32-bit numbers, or
 * BigInts.
 */
export type Family = Readonly<Record<string, (...args: never[]) => number | undefined>>;

/** notSocket is the errno for an fd that is no socket: ENOTSOCK for a file, EBADF for nothing. */
export function notSocket({ base }: Context, fd: number): number {
  return base.isOpen(fd) ? ENOTSOCK : EBADF;
}
