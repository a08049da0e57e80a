/**
 * Who uses an fd: Go's fdMutex, without the atomics, as goroutines run one at a time.
 */
import { panic } from "../sys/panic";
import { WaitReason } from "../task/goroutine";
import { Queue } from "../task/queue";
import { parkIn, ready } from "../task/scheduler";

/** LIMIT is how many may use, or wait for, one fd. */
const LIMIT: i32 = (1 << 20) - 1;
const OVERFLOW = "too many concurrent operations on a single file or socket (max 1048575)";

/**
 * FdMutex counts references to an fd, and has one lock for reading and one for writing, each of which holds a reference.
 *
 * Once closed, every incref and lock fails, and those that waited for a lock have been sent away. The fd may be given back when
 * it is closed and the last reference has gone: the call that lets it go is told so. Who waits for a lock holds no reference: a
 * closed fd does not have to wait until all of them have run.
 */
export class FdMutex {
  private references: i32 = 0;
  private closed: bool = false;
  private readLocked: bool = false;
  private writeLocked: bool = false;
  // The queues are made by the first that has to wait: on most connections nobody ever does.
  private readers: Queue | null = null;
  private writers: Queue | null = null;

  /** incref adds a reference; false when the fd is closed. */
  incref(): bool {
    if (this.closed) return false;
    if (this.references == LIMIT) panic(OVERFLOW);
    this.references++;
    return true;
  }

  /** increfAndClose adds a reference and closes; false when it was closed before. */
  increfAndClose(): bool {
    if (!this.incref()) return false;
    this.closed = true;
    sendAway(this.readers);
    sendAway(this.writers);
    return true;
  }

  /** decref gives a reference back; true when it was the last one of a closed fd. */
  decref(): bool {
    if (this.references == 0) panic(INCONSISTENT);
    this.references--;
    return this.closed && this.references == 0;
  }

  /** rwlock takes a direction's lock, after those who came before, and a reference; false when the fd is closed. */
  rwlock(read: bool): bool {
    if (this.closed) return false;
    if (read ? this.readLocked : this.writeLocked) {
      this.wait(read);
      // Whoever unlocked has left the lock locked, for this goroutine.
      return this.incref();
    }
    if (read) this.readLocked = true;
    else this.writeLocked = true;
    return this.incref();
  }

  /** rwunlock gives both back; true when it was the last reference of a closed fd. */
  rwunlock(read: bool): bool {
    if (!(read ? this.readLocked : this.writeLocked)) panic(INCONSISTENT);
    const queue = read ? this.readers : this.writers;
    const next = queue !== null ? queue.pop() : null;
    if (next !== null) ready(next);
    else if (read) this.readLocked = false;
    else this.writeLocked = false;
    return this.decref();
  }

  private wait(read: bool): void {
    let queue = read ? this.readers : this.writers;
    if (queue === null) {
      queue = new Queue();
      if (read) this.readers = queue;
      else this.writers = queue;
    }
    if (queue.length == LIMIT) panic(OVERFLOW);
    parkIn(queue, WaitReason.semacquire);
  }
}

const INCONSISTENT = "inconsistent poll.fdMutex";

function sendAway(queue: Queue | null): void {
  if (queue === null) return;
  let waiter = queue.pop();
  while (waiter !== null) {
    ready(waiter);
    waiter = queue.pop();
  }
}
