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
}
