/**
 * The sockets that the poller knows, by their fd. An fd is an opaque number, on some hosts a random one, so this is a hash table;
 * it is linked through the entries themselves, and so never allocates but to grow.
 */
import { PollDesc } from "./netpoll";

/** Descriptors is the table. */
export class Descriptors {
  private buckets: StaticArray<PollDesc | null> = new StaticArray<PollDesc | null>(64);
  private count: i32 = 0;

  /** find is the socket with this fd, or null. */
  find(fd: i32): PollDesc | null {
    let pd = this.buckets[this.bucketOf(fd)];
    while (pd !== null && pd.fd != fd) pd = pd.following;
    return pd;
  }

  add(pd: PollDesc): void {
    if (++this.count > this.buckets.length) this.grow();
    this.link(pd);
  }

  remove(pd: PollDesc): void {
    const bucket = this.bucketOf(pd.fd);
    const first = this.buckets[bucket];
    this.count--;
    if (first === pd) {
      this.buckets[bucket] = pd.following;
      return;
    }
    let previous = first;
    while (previous !== null && previous.following !== pd) previous = previous.following;
    if (previous !== null) previous.following = pd.following;
  }

  /** first is some socket, or null; with `after` it goes through all. A callback would count as a call that may wait. */
  first(): PollDesc | null {
    return this.firstFrom(0);
  }

  /** after is the socket behind this one, or null. */
  after(pd: PollDesc): PollDesc | null {
    const following = pd.following;
    return following !== null ? following : this.firstFrom(this.bucketOf(pd.fd) + 1);
  }

  private firstFrom(bucket: i32): PollDesc | null {
    for (let i = bucket; i < this.buckets.length; i++) {
      const pd = this.buckets[i];
      if (pd !== null) return pd;
    }
    return null;
  }

  private link(pd: PollDesc): void {
    const bucket = this.bucketOf(pd.fd);
    pd.following = this.buckets[bucket];
    this.buckets[bucket] = pd;
  }

  /** bucketOf mixes the number (by the golden ratio): consecutive ones spread, and so do random ones. */
  private bucketOf(fd: i32): i32 {
    return <i32>(((<u32>fd * 0x9e37_79b1) >> 16) & (<u32>this.buckets.length - 1));
  }

  private grow(): void {
    const old = this.buckets;
    // No more than 2¹⁶ buckets: bucketOf uses the upper half of the product.
    if (old.length == 65536) return;
    this.buckets = new StaticArray<PollDesc | null>(old.length * 2);
    for (let i = 0; i < old.length; i++) {
      let pd = old[i];
      while (pd !== null) {
        const following = pd.following;
        this.link(pd);
        pd = following;
      }
    }
  }
}
