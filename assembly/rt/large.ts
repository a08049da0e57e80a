/** Large objects: each is a piece of the compiler's allocator, and all are in one list. */
import { LARGE_HEADER, setClass, SMALL_HEADER, sizeOf } from "./object";
import { poison } from "./stress";

/** What is before an object: see object.ts. */
@unmanaged
class Large {
  next: usize;
  /** The marking that reached it last; of static objects too. */
  marked: u32;
}

let first: usize = 0;
/** The number of this or of the last marking. */
let cycle: u32 = 1;
let marking = false;

/** The word before a piece of the allocator's: its size, and two bits of flags. */
const SIZE_BITS: usize = ~3;

/** newLarge makes an object, zeroed. */
export function newLarge(size: usize, id: u32): usize {
  // Of what is too large the allocator says so, as long as the sum is a number.
  const address = __alloc(LARGE_HEADER + min<usize>(size, i32.MAX_VALUE));
  const large = changetype<Large>(address);
  large.next = first;
  large.marked = marking ? 0 : cycle;
  first = address;
  setClass(address + (LARGE_HEADER - SMALL_HEADER), id, size);
  memory.fill(address + LARGE_HEADER, 0, size);
  return address + LARGE_HEADER;
}

/** roomOfLarge is how many bytes a large object could have where it is. Before a static one the compiler has written the same word. */
export function roomOfLarge(ptr: usize): usize {
  return (load<usize>(ptr - LARGE_HEADER - sizeof<usize>()) & SIZE_BITS) - LARGE_HEADER;
}

/** markLarge notes that an object, large or static, was reached, and tells whether it is news. */
export function markLarge(ptr: usize): bool {
  const large = changetype<Large>(ptr - LARGE_HEADER);
  if (large.marked == cycle) return false;
  large.marked = cycle;
  return true;
}

export function startMarkingLarge(): void {
  cycle++;
  marking = true;
}

export function endMarkingLarge(): void {
  marking = false;
  link = 0;
  reachedLarge = 0;
}

/** Bytes of the objects that were reached, as far as the sweep has come. */
export let reachedLarge: usize = 0;
/** The object after which the sweep goes on; 0 before the first. */
let link: usize = 0;

/** sweepLarge frees those of a number of objects that were not reached. It tells whether there are more. */
export function sweepLarge(count: i32): bool {
  for (; count > 0; count--) {
    const address = link == 0 ? first : changetype<Large>(link).next;
    if (address == 0) return false;
    const large = changetype<Large>(address);
    if (large.marked == cycle) {
      reachedLarge += sizeOf(address + LARGE_HEADER);
      link = address;
      continue;
    }
    if (link == 0) first = large.next;
    else changetype<Large>(link).next = large.next;
    if (isDefined(WASI_NET_STRESS)) {
      const ptr = address + LARGE_HEADER;
      poison(ptr - SMALL_HEADER, sizeOf(ptr) + SMALL_HEADER);
    }
    __free(address);
  }
  return true;
}
