/**
 * Why a guest has ended: by proc_exit or return, by a trap, because it was stopped, or because it
 * was drained.
 */
export type Reason = "exit" | "trap" | "stop" | "drain";

/** GuestExit is how a guest has ended. */
export class GuestExit {
  readonly reason: Reason;
  readonly code: number;

  constructor(reason: Reason, code: number) {
    this.reason = reason;
    this.code = code;
  }
}

/**
 * unwind leaves a guest from within one of its imports, for its end or for an error of who runs it.
 * wasm cannot return from the middle, so something is thrown through the guest's frames; and a guest
 * with exception handling catches whatever JavaScript throws, but no trap of WebAssembly's own. So it
 * is one of those, and what it stands for goes with it to the one place that enters the guest.
 */
export function unwind(what: unknown): never {
  const error = trapped();
  standsFor.set(error, what);
  throw error;
}

/** trapped is what a trap throws, with the guest's frames. */
function trapped(): object {
  const limit = Error.stackTraceLimit;
  // An embedder may have frozen what belongs to the language.
  const own = !Object.isFrozen(Error);
  if (own) Error.stackTraceLimit = FRAMES;
  try {
    return trap();
  } catch (error) {
    return error as object;
  } finally {
    if (own) Error.stackTraceLimit = limit;
  }
}

/** How many frames are noted, for trace.ts: as many as Go shows. */
const FRAMES = 100;

/** unwound is what a thrown error stands for: itself, unless it comes from unwind. */
export function unwound(thrown: unknown): unknown {
  return standsFor.has(thrown as object) ? standsFor.get(thrown as object) : thrown;
}

const standsFor = new WeakMap<object, unknown>();

/** (module (func (export "t") unreachable)) */
const TRAP = "0061736d0100000001040160000003020100070501017400000a05010300000b";
const trap: () => never = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(TRAP, "hex")))
  .exports["t"] as () => never;
