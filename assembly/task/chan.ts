/**
 * Channels, as Go's: a pipe between goroutines, with or without a buffer.
 */
import { panic } from "../sys/panic";
import { zero } from "../zero";
import { Goroutine, WaitReason } from "./goroutine";
import { current, park, ready } from "./scheduler";

/** Received is what `receiveOk` answers. */
export class Received<T> {
  constructor(
    /** value is what was sent; the zero value, for an object null, where ok is false. */
    readonly value: T,
    /** ok is false when the channel is closed and empty. */
    readonly ok: bool,
  ) {}
}

/** Chan is a channel of values of type T. */
export class Chan<T> {
  private readonly buffer: StaticArray<T>;
  /** first is the place of the oldest value in buffer, which is a ring. */
  private first: i32 = 0;
  private count: i32 = 0;
  private closed: bool = false;
  private readonly receivers: WaitList = new WaitList();
  private readonly senders: WaitList = new WaitList();

  /** capacity is how many values can be sent before somebody receives: 0 makes sender and receiver meet. */
  constructor(capacity: i32 = 0) {
    this.buffer = new StaticArray<T>(capacity);
  }

  /** length is the number of values in the buffer. */
  get length(): i32 {
    return this.count;
  }

  get capacity(): i32 {
    return this.buffer.length;
  }

  /** send waits until a receiver or the buffer takes the value. On a closed channel it panics. */
  send(value: T): void {
    const one = new Case<T>(this, true);
    one.value = value;
    if (!one.attempt()) one.waitAlone(WaitReason.chanSend);
    one.finish();
  }

  /** receive waits for a value. On a closed and empty channel it answers the zero value; where T cannot be null it panics. */
  receive(): T {
    const got = this.receiveOk();
    if (!got.ok && isReference<T>() && !isNullable<T>()) {
      panic("receive of an object from a closed channel (use receiveOk)");
    }
    return got.value;
  }

  /** receiveOk waits for a value, or for the channel to be closed: Go's `v, ok := <-ch`. */
  receiveOk(): Received<T> {
    const one = new Case<T>(this, false);
    if (!one.attempt()) one.waitAlone(WaitReason.chanReceive);
    return new Received<T>(one.value, one.ok);
  }

  /** close says that nothing more will be sent. Receivers get what the buffer holds, then `ok` false. Closing twice panics. */
  close(): void {
    if (this.closed) panic("close of closed channel");
    this.closed = true;
    let waiter = this.receivers.first();
    while (waiter !== null) {
      waiter.ok = false;
      waiter.fire();
      waiter = this.receivers.first();
    }
    waiter = this.senders.first();
    while (waiter !== null) {
      waiter.ok = false;
      waiter.fire();
      waiter = this.senders.first();
    }
  }

  /** trySend is the part of a send that does not wait: it tells whether it is done. For `Case`. */
  trySend(one: Case<T>): bool {
    if (this.closed) {
      one.ok = false;
      return true;
    }
    const receiver = this.receivers.first();
    if (receiver !== null) {
      changetype<Case<T>>(receiver).value = one.value;
      receiver.ok = true;
      receiver.fire();
    } else if (this.count < this.buffer.length) {
      this.put(one.value);
    } else {
      return false;
    }
    one.ok = true;
    return true;
  }

  /** tryReceive is the part of a receive that does not wait: it tells whether it is done. For `Case`. */
  tryReceive(one: Case<T>): bool {
    const sender = this.senders.first();
    if (this.count > 0) {
      one.value = this.take();
      if (sender !== null) this.put(changetype<Case<T>>(sender).value);
    } else if (sender !== null) {
      one.value = changetype<Case<T>>(sender).value;
    } else if (this.closed) {
      // A case that is used again still has the value of the last time.
      one.value = zero<T>();
      one.ok = false;
      return true;
    } else {
      return false;
    }
    if (sender !== null) {
      sender.ok = true;
      sender.fire();
    }
    one.ok = true;
    return true;
  }

  /** listOf is where a case that has to wait stands. */
  listOf(sending: bool): WaitList {
    return sending ? this.senders : this.receivers;
  }

  private put(value: T): void {
    let at = this.first + this.count;
    if (at >= this.buffer.length) at -= this.buffer.length;
    this.buffer[at] = value;
    this.count++;
  }

  private take(): T {
    const value = this.buffer[this.first];
    if (isReference<T>()) {
      // The buffer must not keep alive what was received.
      store<usize>(changetype<usize>(this.buffer) + ((<usize>this.first) << 2), 0);
    }
    this.first++;
    if (this.first == this.buffer.length) this.first = 0;
    this.count--;
    return value;
  }
}

/** AnyCase is one send or receive that may have to wait, whatever the type of its value. */
export abstract class AnyCase {
  /** ok: for a receive, whether a value came; for a send, whether it was taken. False for both means that the channel was closed. */
  ok: bool = false;
  previous: AnyCase | null = null;
  following: AnyCase | null = null;
  list: WaitList | null = null;
  waiter: Goroutine | null = null;
  /** group is the select that the case belongs to, if any. */
  group: CaseGroup | null = null;

  /** attempt does it if that needs no waiting. */
  abstract attempt(): bool;
  /** enqueue lets the case wait at its channel. */
  abstract enqueue(): void;
  /** finish panics where the case was a send to a channel that is closed. */
  abstract finish(): void;

  waitAlone(reason: i32): void {
    this.waiter = current;
    this.enqueue();
    park(reason);
  }

  /** fire ends the case's waiting: it was served by the other side. */
  fire(): void {
    this.dequeue();
    const group = this.group;
    if (group !== null) group.settle(this);
    const waiter = this.waiter;
    if (waiter === null) return;
    this.waiter = null;
    ready(waiter);
  }

  dequeue(): void {
    const list = this.list;
    if (list !== null) list.remove(this);
  }
}

/** CaseGroup is a select, as a case sees it, or something else that waits without a goroutine. */
export abstract class CaseGroup {
  /** settle is told which case was served; the others stop waiting. */
  abstract settle(served: AnyCase): void;
}

/** Case is one send or receive. After a select served it, `value` and `ok` say what came. */
export class Case<T> extends AnyCase {
  /** value was received, or is to be sent. */
  value: T = zero<T>();

  constructor(
    private readonly channel: Chan<T>,
    private readonly sending: bool,
  ) {
    super();
  }

  attempt(): bool {
    return this.sending ? this.channel.trySend(this) : this.channel.tryReceive(this);
  }

  enqueue(): void {
    if (!this.sending) this.value = zero<T>();
    this.channel.listOf(this.sending).push(this);
  }

  finish(): void {
    if (this.sending && !this.ok) panic("send on closed channel");
  }
}

/** WaitList is the cases that wait at one side of a channel, longest first. A case leaves it in constant time. */
class WaitList {
  private head: AnyCase | null = null;
  private tail: AnyCase | null = null;

  first(): AnyCase | null {
    return this.head;
  }

  push(one: AnyCase): void {
    const tail = this.tail;
    one.list = this;
    one.previous = tail;
    if (tail !== null) tail.following = one;
    else this.head = one;
    this.tail = one;
  }

  remove(one: AnyCase): void {
    const previous = one.previous;
    const following = one.following;
    if (previous !== null) previous.following = following;
    else this.head = following;
    if (following !== null) following.previous = previous;
    else this.tail = previous;
    one.list = null;
    one.previous = null;
    one.following = null;
  }
}
