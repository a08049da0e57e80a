/**
 * Why a guest has ended: by proc_exit or return, by a trap, because it was stopped, or because it
 * was drained.
 */
export type Reason = "exit" | "trap" | "stop" | "drain";

/**
 * GuestExit unwinds a guest that has ended. wasm cannot return from the middle, so it is thrown
 * through the guest's frames and caught at the one place that enters the guest.
 */
export class GuestExit {
  readonly reason: Reason;
  readonly code: number;

  constructor(reason: Reason, code: number) {
    this.reason = reason;
    this.code = code;
  }
}
