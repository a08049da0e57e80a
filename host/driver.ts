import type { Reason } from "./exit.ts";
import type { Listening } from "./listening.ts";
import type { Denial } from "./policy.ts";
import type { Shared } from "./shared.ts";

/** Driver runs one guest, in this thread or in one of its own. */
export interface Driver {
  readonly shared: Shared;
  /** ended settles when the guest has ended and nothing of it is open any more. */
  readonly ended: Promise<End>;
  /** command makes the guest see the command given in shared. */
  command(): void;
  /** stop ends the guest, even one that never waits. */
  stop(): void;
}

/** End is how a guest ended. */
export interface End {
  readonly reason: Reason;
  readonly code: number;
}

/** Report is what a driver tells about its guest. */
export interface Report {
  listening(address: Listening): void;
  denied(denial: Denial): void;
  /** output hands over a copy of what the guest writes; taken is called when it takes no more room. */
  output(fd: 1 | 2, bytes: Uint8Array, taken: () => void): void;
}

/** Inherited tells which of the guest's streams are this process's own. */
export type Inherited = readonly [output: boolean, error: boolean];
