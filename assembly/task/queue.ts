/**
 * A first-in, first-out list of goroutines, linked through the goroutines themselves: queueing allocates nothing.
 */
import { Goroutine } from "./goroutine";

/** Queue is the list. A goroutine stands in at most one. */
export class Queue {
  private head: Goroutine | null = null;
  private tail: Goroutine | null = null;
  /** length is the number of goroutines in the list. */
  length: i32 = 0;

  push(g: Goroutine): void {
    const tail = this.tail;
    g.next = null;
    if (tail !== null) tail.next = g;
    else this.head = g;
    this.tail = g;
    this.length++;
  }

  /** pop takes the first goroutine out, or null. */
  pop(): Goroutine | null {
    const g = this.head;
    if (g === null) return null;
    this.head = g.next;
    if (this.head === null) this.tail = null;
    g.next = null;
    this.length--;
    return g;
  }

  /** take takes the goroutine out that stands at an index, or null where nobody stands. */
  take(index: i32): Goroutine | null {
    if (index == 0) return this.pop();
    let before = this.head;
    while (--index > 0 && before !== null) before = before.next;
    const g = before !== null ? before.next : null;
    if (before === null || g === null) return null;
    before.next = g.next;
    if (this.tail === g) this.tail = before;
    g.next = null;
    this.length--;
    return g;
  }
}
