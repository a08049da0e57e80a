/**
 * A goroutine: a function that runs by itself, and what is kept of it while it waits.
 */
import { ready } from "./scheduler";

/** Why a goroutine waits: the words of Go's own traces. */
export namespace WaitReason {
  export const none = 0;
  export const sleep = 1;
  export const chanReceive = 2;
  export const chanSend = 3;
  export const select = 4;
  export const ioWait = 5;
  export const mutexLock = 6;
  export const waitGroupWait = 7;
  export const emptySelect = 8;
  export const semacquire = 9;
}

/** What a goroutine's saved shadow stack holds: references to objects of any class. */
export class Rooted {}

/** Goroutine is one goroutine. */
export class Goroutine {
  /** next links the run queue, or the one list of waiters that the goroutine stands in. Never both: who waits is not ready. */
  next: Goroutine | null = null;
  /** frames is the call stack while parked: `{u32 top, u32 end, bytes…}` as Asyncify wants it. */
  frames: StaticArray<u8> | null = null;
  /** slots is the shadow stack while parked. As an object's field it keeps what the frames refer to from being collected. */
  slots: StaticArray<Rooted | null> | null = null;
  /** slotBytes is the used length of slots in bytes. */
  slotBytes: usize = 0;
  /** held keeps the argument, where it is an object, for as long as the goroutine lives. */
  held: Rooted | null = null;
  waitReason: i32 = WaitReason.none;
  /** id is how many goroutines had begun with this one. */
  id: i32 = 0;

  constructor(
    /** entry is the function's index in the table. */
    readonly entry: u32,
    /** arg is the function's argument: an address or an integer. */
    readonly arg: usize,
    /** arity is 1 for a function that takes the argument, 0 for one that takes none. */
    readonly arity: i32,
  ) {}
}

/** begun is the number of goroutines so far. */
let begun: i32 = 0;
/** alive is the number of those that have not ended. */
export let alive: i32 = 0;

/** ended counts a goroutine out. */
export function ended(): void {
  alive--;
}

/**
 * go runs fn(arg) in a goroutine of its own: Go's `go fn(arg)`. There are no closures: what the function needs travels in arg, an
 * object, or an integer of up to 32 bits. go returns at once; the goroutine first runs when this one waits or ends.
 */
export function go<T>(fn: (arg: T) => void, arg: T): void {
  if (isManaged<T>()) {
    const g = new Goroutine(fn.index, changetype<usize>(arg), 1);
    g.held = changetype<Rooted | null>(arg);
    begin(g);
  } else if (isInteger<T>() && sizeof<T>() <= 4) {
    begin(new Goroutine(fn.index, <usize>arg, 1));
  } else {
    ERROR("go: the argument must be an object or an integer of up to 32 bits");
  }
}

/** goFunc runs fn() in a goroutine of its own. */
export function goFunc(fn: () => void): Goroutine {
  const g = new Goroutine(fn.index, 0, 0);
  begin(g);
  return g;
}

function begin(g: Goroutine): void {
  alive++;
  g.id = ++begun;
  ready(g);
}
