// How much of the heap is in use, from the blocks of AssemblyScript's allocator (std/assembly/rt/tlsf.ts), which tells nobody.

/** The allocator's root is first in the heap: lists and bit maps for 23 sizes in 16 steps each, and the tail. */
const ROOT_SIZE: usize = 4 + 23 * 4 + 23 * 16 * 4 + 4;
const OVERHEAD: usize = 4;
const TAGS: usize = 3;
const FREE: usize = 1;

/** used is the number of bytes in blocks that are not free; 0 when the blocks do not lie as expected. */
export function used(): usize {
  const root = (__heap_base + 15) & ~15;
  let block = ((root + ROOT_SIZE + OVERHEAD + 15) & ~15) - OVERHEAD;
  const end = ((<usize>memory.size()) << 16) - OVERHEAD;
  let sum: usize = 0;
  while (block < end) {
    const info = load<usize>(block);
    const size = info & ~TAGS;
    if ((info & FREE) == 0) sum += size;
    block += OVERHEAD + size;
  }
  return block == end ? sum : 0;
}
