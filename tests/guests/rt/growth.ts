// Programs that go on for ever, and structures without end: memory is bounded, and no depth is too deep.
import { parseAddr } from "wasi-net/assembly/netip";
import { heapSize } from "wasi-net/assembly/rt/collector";
import { check, equal, ok, Random } from "../shared/check";
import { Box } from "./box";

class Node {
  constructor(
    readonly next: Node | null,
    readonly number: i32,
  ) {}
}

/** grown is by how many bytes the memory grew meanwhile. */
function grown(work: () => void): i32 {
  __collect();
  const before = memory.size();
  work();
  return (memory.size() - before) << 16;
}

/** bounded fails the check if the work goes on needing more memory when it is done again. */
function bounded(work: () => void): void {
  for (let i = 0; i < 3; i++) work();
  for (let i = 0; i < 3; i++) {
    const more = grown(work);
    ok(more == 0, "grew again by " + more.toString());
  }
}

const held = new StaticArray<ArrayBuffer | null>(1000);

/** replace keeps 1000 objects, and replaces any of them by one of up to so many bytes. */
function replace(limit: i32, times: i32): void {
  const random = new Random(7);
  for (let i = 0; i < times; i++) held[random.below(1000)] = new ArrayBuffer(random.below(limit));
}

/** comb fills the heap with objects of a size, and keeps of each block one. */
function comb(size: i32): void {
  const all: ArrayBuffer[] = [];
  for (let i = 0; i < 4_000_000 / (size + 8); i++) all.push(new ArrayBuffer(size));
  for (let i = 0; i < 400; i++) held[i] = all[(i * all.length) / 400];
}

export function growth(): void {
  // First, while the memory is small.
  check("large garbage is freed in time", () => {
    const bytes = grown(() => {
      for (let i = 0; i < 200; i++) new ArrayBuffer(20_000_000);
    });
    ok(bytes < 64_000_000, bytes.toString());
  });

  check("small objects of any size", () => bounded(() => replace(505, 1_000_000)));

  check("objects of any size", () => bounded(() => replace(20_000, 200_000)));

  check("each size has its turn, and leaves some objects everywhere", () =>
    bounded(() => {
      for (let size = 8; size <= 504; size += 16) comb(size);
    }),
  );

  check("small garbage between few objects is freed in time", () => {
    const bytes = grown(() => {
      for (let i = 0; i < 3_000_000; i++) new Box(i & 7);
    });
    ok(bytes < 8_000_000, bytes.toString());
  });

  check("a list of a million", () => {
    let head: Node | null = null;
    for (let i = 0; i < 1_000_000; i++) head = new Node(head, i);
    __collect();
    ok(heapSize() >= 16_000_000, heapSize().toString());
    for (let i = 999_999; i >= 0; i--) {
      if (head!.number != i) return equal(head!.number, i);
      head = head!.next;
    }
    __collect();
    ok(heapSize() < 10_000_000, heapSize().toString());
  });

  check("an array of a million", () => {
    const all = new Array<Node>();
    for (let i = 0; i < 1_000_000; i++) all.push(new Node(null, i));
    __collect();
    for (let i = 0; i < 1_000_000; i++) if (all[i].number != i) return equal(all[i].number, i);
  });

  check("a lane of full blocks", () => {
    const all = new Array<ArrayBuffer>();
    for (let i = 0; i < 500_000; i++) all.push(new ArrayBuffer(8));
    const bytes = grown(() => {
      for (let i = 0; i < 3_000_000; i++) new ArrayBuffer(8);
    });
    ok(bytes < 40_000_000, bytes.toString());
    equal(all.length, 500_000);
  });

  check("an error text with a million escapes", () => {
    // Were the text copied at each of them, the guest would not end in time.
    const err = parseAddr("\0".repeat(1_000_000)).err;
    equal(err!.error().length, "ParseAddr(): unable to parse IP".length + 4_000_002);
  });
}
