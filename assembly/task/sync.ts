/**
 * Go's sync package, the part that servers use. Goroutines run one at a time and change only where they wait; a Mutex is still
 * needed around anything that waits in the middle.
 */
import { fatal, panic } from "../sys/panic";
import { WaitReason } from "./goroutine";
import { Queue } from "./queue";
import { parkIn, ready } from "./scheduler";

/** Mutex is a lock for one goroutine at a time. Those that wait get it in the order they came. */
export class Mutex {
  private locked: bool = false;
  private readonly waiters: Queue = new Queue();

  lock(): void {
    if (this.tryLock()) return;
    parkIn(this.waiters, WaitReason.mutexLock);
  }

  /** tryLock takes the lock if it is free, and tells whether it did. */
  tryLock(): bool {
    if (this.locked) return false;
    this.locked = true;
    return true;
  }

  /** unlock hands the lock to the next. It is a fatal error if nobody holds it. */
  unlock(): void {
    if (!this.locked) fatal("sync: unlock of unlocked mutex");
    const next = this.waiters.pop();
    if (next !== null) ready(next);
    else this.locked = false;
  }
}

/** WaitGroup waits for a number of goroutines to end. */
export class WaitGroup {
  private count: i32 = 0;
  private readonly waiters: Queue = new Queue();

  /** add changes the number that is waited for. */
  add(delta: i32): void {
    this.count += delta;
    if (this.count < 0) panic("sync: negative WaitGroup counter");
    if (this.count > 0) return;
    let waiter = this.waiters.pop();
    while (waiter !== null) {
      ready(waiter);
      waiter = this.waiters.pop();
    }
  }

  /** done counts one goroutine out. */
  done(): void {
    this.add(-1);
  }

  /** wait waits until the number is 0. */
  wait(): void {
    if (this.count == 0) return;
    parkIn(this.waiters, WaitReason.waitGroupWait);
  }
}
