/**
 * Shared is the memory that a guest's own thread and the thread that owns the guest look at
 * together. With it the owner commands a thread that sits in a wait, and closes the sockets of a
 * thread that it had to kill.
 *
 *   word   0         command     written by the owner
 *          1         connections open stream connections
 *          2         listeners   open listening sockets
 *          3         poller      handle + 1
 *          4         wake        handle + 1
 *          5         untold      denials on their way to the owner
 *          6         missed      denials that were not sent, because too many were on their way
 *          7         untaken     bytes of output, and of what else may not be lost, on their way to the owner
 *         16 + slot              handle + 1 of the socket in that slot of the fd table
 */
export class Shared {
  static readonly SLOTS: number = 1 << 18;
  readonly buffer: SharedArrayBuffer;
  readonly words: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer((FIRST + Shared.SLOTS) * 4)) {
    this.buffer = buffer;
    this.words = new Int32Array(buffer);
  }

  /** handles is the part with the sockets. */
  get handles(): Int32Array {
    return this.words.subarray(FIRST);
  }

  get command(): number {
    return Atomics.load(this.words, 0);
  }

  /** order gives a command; a stronger one given before stays. */
  order(command: number): void {
    if (command > this.command) Atomics.store(this.words, 0, command);
  }

  get connections(): number {
    return Atomics.load(this.words, CONNECTIONS);
  }

  get listeners(): number {
    return Atomics.load(this.words, LISTENERS);
  }

  /** count adds to one of the two numbers above. */
  count(what: typeof CONNECTIONS | typeof LISTENERS, change: number): void {
    Atomics.add(this.words, what, change);
  }

  /**
   * tells says whether a denial is to be sent to the owner, who takes it with taken. An owner that is
   * held up would find all of them in memory, so when many are on their way it is counted instead.
   */
  tells(): boolean {
    const tells = Atomics.load(this.words, UNTOLD) < MOST_UNTOLD;
    Atomics.add(this.words, tells ? UNTOLD : MISSED, 1);
    return tells;
  }

  taken(): void {
    Atomics.sub(this.words, UNTOLD, 1);
  }

  get missed(): number {
    return Atomics.load(this.words, MISSED) >>> 0;
  }

  /**
   * makeWay waits until a message with so many bytes may be on its way to the owner, who takes it with
   * took, and counts it. An owner that is held up would find all of them in memory, and none may be lost; so
   * the guest waits, as for the reader of a pipe. False when it shall stop instead: then nothing is sent.
   */
  makeWay(bytes: number): boolean {
    const weight = MESSAGE + bytes;
    for (;;) {
      const untaken = Atomics.load(this.words, UNTAKEN);
      // Only the guest's thread adds, and the owner only makes it less.
      if (untaken + weight <= MOST_UNTAKEN) break;
      if (this.command === STOP) return false;
      Atomics.wait(this.words, UNTAKEN, untaken, SLICE);
    }
    Atomics.add(this.words, UNTAKEN, weight);
    return true;
  }

  took(bytes: number): void {
    Atomics.sub(this.words, UNTAKEN, MESSAGE + bytes);
    Atomics.notify(this.words, UNTAKEN);
  }

  /** wake is the handle that interrupts the thread's wait, or -1. */
  get wake(): number {
    return Atomics.load(this.words, WAKE) - 1;
  }

  /** publish stores the handles of the guest's poller; -1 for none. */
  publish(poller: number, wake: number): void {
    Atomics.store(this.words, POLLER, poller + 1);
    Atomics.store(this.words, WAKE, wake + 1);
  }

  /**
   * leftovers takes every handle that is still open. Only for when the guest's thread is no more.
   */
  leftovers(): { readonly pollers: number[]; readonly sockets: number[] } {
    return { pollers: this.#take(POLLER, WAKE + 1), sockets: this.#take(FIRST, this.words.length) };
  }

  #take(from: number, to: number): number[] {
    const taken: number[] = [];
    for (let i = from; i < to; i++) {
      const word = this.words[i]!;
      if (word !== 0) taken.push(word - 1);
      this.words[i] = 0;
    }
    return taken;
  }
}

/** Commands, the stronger the larger. */
export const RUN = 0;
export const DRAIN = 1;
export const STOP = 2;

export const CONNECTIONS = 1;
export const LISTENERS = 2;
const POLLER = 3;
const WAKE = 4;
const UNTOLD = 5;
const MISSED = 6;
const UNTAKEN = 7;
const MOST_UNTOLD = 1024;
const MOST_UNTAKEN = 1 << 20;
/** Bytes that a message counts for besides those in it. */
const MESSAGE = 1024;
/** Milliseconds after which a wait looks at the command again, by which nothing wakes it. */
const SLICE = 100;
const FIRST = 16;
