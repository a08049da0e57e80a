/**
 * The scheduler: a run queue, served in turn by one thread. A goroutine runs until it waits.
 */
import { after } from "../rt/block";
import { driven } from "../sys/attach";
import { nanotime } from "../sys/clock";
import { fatal, writeError, writeNumber } from "../sys/panic";
import { proc_exit } from "../sys/wasi_snapshot_preview1";
import { ended, Goroutine, WaitReason } from "./goroutine";
import { netpoll, waiting } from "./netpoll";
import { Queue } from "./queue";
import { draw } from "./shuffle";
import { enter, suspend } from "./switch";
import { armed, earliest, fireDue } from "./timer";

/** current is the goroutine that runs, or null in the scheduler itself. */
export let current: Goroutine | null = null;

const runQueue = new Queue();
let mainGoroutine: Goroutine | null = null;

/** TURN is how many goroutines run before sockets and timers are looked at again. */
const TURN: i32 = 64;
/** SLICE is how many calls that could have waited a goroutine makes before the others have their turn. */
const SLICE: i32 = 128;
/** LONG is how many goroutines one counts for, besides itself, that has used up its slice. */
const LONG: i32 = 15;
let slice: i32 = SLICE;
/** NO_LIMIT is the wait that only a socket ends. */
const NO_LIMIT: i64 = -1;

/** ready makes a waiting goroutine run again, after those that are ready already. */
export function ready(g: Goroutine): void {
  g.waitReason = WaitReason.none;
  runQueue.push(g);
}

/** running is the goroutine that calls. At the top of a file there is none, which is fatal where one has to wait. */
export function running(): Goroutine {
  const g = current;
  if (g === null) {
    fatal("a call that waits must be in main, not at the top of a file");
  }
  return changetype<Goroutine>(g);
}

/** park makes the current goroutine wait until somebody calls `ready` with it. */
export function park(reason: i32): void {
  running().waitReason = reason;
  suspend();
}

/** parkIn makes the current goroutine wait as the last one in a queue. */
export function parkIn(queue: Queue, reason: i32): void {
  queue.push(running());
  park(reason);
}

/** gosched lets the others run first. */
export function gosched(): void {
  ready(running());
  suspend();
}

/** tookTurn counts a call that could have waited and did not: a connection that is never idle must not starve the others. */
export function tookTurn(): void {
  if (isDefined(WASI_NET_SHUFFLE)) slice = draw(4);
  if (--slice <= 0) gosched();
}

/** runMain runs goroutines until main has returned. In a driven module it only takes note of main. */
export function runMain(main: Goroutine): void {
  mainGoroutine = main;
  if (driven) return;
  while (true) netpoll(work());
}

/** tick is one round of a driven module: nanoseconds until it must run again, 0 for soon, −1 for when a socket is ready. */
export function tick(): i64 {
  netpoll(0);
  return work();
}

/** work runs a turn of goroutines and due timers, and answers how long to wait for sockets after it. */
function work(): i64 {
  if (armed() > 0) fireDue(nanotime());
  let left = TURN;
  if (isDefined(WASI_NET_SHUFFLE)) left = 1 + draw(TURN);
  for (; left > 0; left--) {
    const g = isDefined(WASI_NET_SHUFFLE) ? runQueue.take(draw(runQueue.length)) : runQueue.pop();
    if (g === null) return idle();
    current = g;
    slice = SLICE;
    const end = enter(g);
    current = null;
    if (slice <= 0) left -= LONG;
    if (!end) continue;
    if (g === mainGoroutine) proc_exit(0);
    ended();
  }
  return runQueue.length > 0 ? 0 : idle();
}

/** idle is the time until the next timer. Without a timer or a socket to wait for, nothing can ever happen again. */
function idle(): i64 {
  if (armed() > 0) return max<i64>(earliest() - nanotime(), 0);
  if (waiting() == 0) deadlock();
  return NO_LIMIT;
}

/**
 * deadlock ends the program, and says which goroutines it has and what they wait for. Nobody keeps a list of them: they are looked for
 * in memory. One that nothing can wake any more, nor refers to, may have been collected, and is missing then.
 */
function deadlock(): void {
  writeError("fatal error: ");
  writeError("all goroutines are asleep - deadlock!\n");
  // Nothing is allocated meanwhile, so nothing is collected.
  let at: usize = 0;
  while (true) {
    at = after(at, offsetof<Goroutine>(), idof<Goroutine>());
    if (at == 0) break;
    const g = changetype<Goroutine>(at);
    if (g.waitReason == WaitReason.none) continue;
    writeError("\ngoroutine ");
    writeNumber(g.id);
    writeError(" [");
    writeError(reasonText(g.waitReason));
    writeError("]:\n");
    if (g === mainGoroutine) writeError("main()\n");
  }
  proc_exit(2);
}

/** reasonText is Go's word for what a goroutine waits for, where it is neither a time nor a socket: then there is no deadlock. */
function reasonText(reason: i32): string {
  switch (reason) {
    case WaitReason.chanReceive:
      return "chan receive";
    case WaitReason.chanSend:
      return "chan send";
    case WaitReason.select:
      return "select";
    case WaitReason.emptySelect:
      return "select (no cases)";
    case WaitReason.mutexLock:
      return "sync.Mutex.Lock";
    case WaitReason.waitGroupWait:
      return "sync.WaitGroup.Wait";
    default:
      return "semacquire";
  }
}
