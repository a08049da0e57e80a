/**
 * Small objects: blocks of 8 KiB, each of slots of one size.
 *
 *   block, at a multiple of its size                                       0
 *     next │ size of a slot │ cycle in which it was allocated from │ scan  16
 *     a bit for each 16 bytes, set where an object begins that was reached 80   two maps: one is read to find free slots,
 *     …  again                                                             144  the other is written while marking
 *     slots
 *
 * A *lane* is a size of slots. Allocating moves the lane's `at` through a *run*, free slots side by side, zeroed when the lane takes
 * them. When the run is used up, the next is looked for where the last one ended, in the lane's blocks one after another; a slot is free
 * if no object was reached in it. That look is all the sweeping that small objects need. At the end of the marking the maps
 * change places, and the lanes begin anew at their first block.
 */
import { GRANULE, idOf, SMALL_HEADER } from "./object";
import { poison } from "./stress";

const BLOCK: usize = 8192;
const MAP: usize = BLOCK / GRANULE / 8;
const FIRST_MAP: usize = 16;
const FIRST_SLOT: usize = FIRST_MAP + 2 * MAP;

/** The largest slot. */
const SLOT_LIMIT: usize = 512;

/** The largest object that is small. */
export const SMALL_LIMIT: usize = SLOT_LIMIT - SMALL_HEADER;

/** Blocks are asked for by so many at a time, at first and at most. */
const FIRST_BLOCKS: usize = 4;
const MOST_BLOCKS: usize = 64;

/** Blocks that are searched for a run before another is added: no search is long, and no lane grows by much more than it needs. */
const TRIES: i32 = 32;

@unmanaged
class Block {
  next: usize;
  /** Bytes of a slot. */
  size: u32;
  /** The cycle in which a run of it was taken last. */
  taken: u32;
  /** Where the search for runs goes on. */
  scan: u32;
}

@unmanaged
class Lane {
  /** The run: slots in [at, end) are free and zeroed. */
  at: usize;
  end: usize;
  /** The block that is searched for runs; 0 before the first. */
  current: usize;
  /** The lane's blocks. */
  first: usize;
}

const LANE: usize = 16;
const LANES: usize = SLOT_LIMIT / GRANULE + 1;
/** A lane for each multiple of GRANULE; that for 0 is not used. */
const lanes = memory.data(<i32>(LANES * LANE), 16);

/** Offsets in a block: where reached objects were noted in the last cycle, and where they are in this one. */
let reachedMap: usize = FIRST_MAP;
let markMap: usize = FIRST_MAP + MAP;
/** How many markings have ended. */
let cycle: u32 = 1;

/** slotSize is the bytes of the slot for an object. */
export function slotSize(size: usize): usize {
  return (size + SMALL_HEADER + (GRANULE - 1)) & ~(GRANULE - 1);
}

/** take is the next free slot of a size, zeroed, or 0 if the lane's run is used up. */
export function take(slot: usize): usize {
  const lane = changetype<Lane>(lanes + slot);
  const at = lane.at;
  if (at == lane.end) return 0;
  lane.at = at + slot;
  return at;
}

/** roomOf is how many bytes a small object could have where it is. */
export function roomOf(ptr: usize): usize {
  return <usize>changetype<Block>(ptr & ~(BLOCK - 1)).size - SMALL_HEADER;
}

/** mark notes that a small object was reached, and tells whether it is news. */
export function markSmall(ptr: usize): bool {
  const at = ptr & (BLOCK - 1);
  const word = (ptr & ~(BLOCK - 1)) + markMap + ((at >> 9) << 2);
  const bit = (<u32>1) << (<u32>(at >> 4));
  const bits = load<u32>(word);
  if (bits & bit) return false;
  store<u32>(word, bits | bit);
  return true;
}

/** wasReached tells whether the last cycle reached a small object; nothing may have been allocated since. */
export function wasReached(ptr: usize): bool {
  return isSet((ptr & ~(BLOCK - 1)) + reachedMap, ptr & (BLOCK - 1));
}

/**
 * after is the next object of a class in the blocks of its size, or, after 0, the first; 0 is the end. Objects that nothing refers to any
 * more are among them until something else is made of their slots.
 */
export function after(ptr: usize, size: usize, id: u32): usize {
  const slot = slotSize(size);
  let block = ptr & ~(BLOCK - 1);
  let at = ptr & (BLOCK - 1);
  while (true) {
    at += slot;
    if (at > BLOCK + SMALL_HEADER - slot || block == 0) {
      block = load<usize>(block != 0 ? block : lanes + slot + offsetof<Lane>("first"));
      if (block == 0) return 0;
      at = FIRST_SLOT + SMALL_HEADER;
    }
    if (idOf(block + at) == id) return block + at;
  }
}

/** refill gives the lane of a size another run, and returns how many bytes it has. */
export function refill(slot: usize): usize {
  const lane = changetype<Lane>(lanes + slot);
  let link = lane.current == 0 ? changetype<usize>(lane) + offsetof<Lane>("first") : lane.current;
  let tries = TRIES;
  while (lane.current == 0 || !takeRun(lane, changetype<Block>(lane.current))) {
    const next = load<usize>(link);
    if (next == 0 || tries-- == 0) {
      addBlock(lane, slot);
      break;
    }
    lane.current = link = next;
    changetype<Block>(next).scan = <u32>FIRST_SLOT;
  }
  const length = lane.end - lane.at;
  memory.fill(lane.at, 0, length);
  return length;
}

/** takeRun gives the lane the next run of a block, if there is one. */
function takeRun(lane: Lane, block: Block): bool {
  const size = <usize>block.size;
  const map = changetype<usize>(block) + reachedMap;
  const last = BLOCK - size;
  let at = <usize>block.scan;
  while (at <= last && isSet(map, at)) at += size;
  if (at > last) {
    block.scan = <u32>BLOCK;
    return false;
  }
  lane.at = changetype<usize>(block) + at;
  do at += size;
  while (at <= last && !isSet(map, at));
  lane.end = changetype<usize>(block) + at;
  block.scan = <u32>at;
  block.taken = cycle;
  return true;
}

/** addBlock gives the lane another block, and all of it as its run. */
function addBlock(lane: Lane, size: usize): void {
  const address = freeBlock();
  const block = changetype<Block>(address);
  memory.fill(address, 0, FIRST_SLOT);
  block.size = <u32>size;
  block.taken = cycle;
  block.scan = <u32>BLOCK;
  block.next = lane.first;
  lane.first = address;
  // What comes before `current` is not searched in this cycle.
  if (lane.current == 0) lane.current = address;
  lane.at = address + FIRST_SLOT;
  lane.end = lane.at + ((BLOCK - FIRST_SLOT) / size) * size;
}

function isSet(map: usize, at: usize): bool {
  return ((load<u32>(map + ((at >> 9) << 2)) >>> <u32>(at >> 4)) & 1) != 0;
}

/** Blocks that no lane has, linked by `next`. */
let unused: usize = 0;
/** Memory from which no block was made yet. */
let fresh: usize = 0;
let freshEnd: usize = 0;
let blocks: usize = FIRST_BLOCKS;

function freeBlock(): usize {
  const block = unused;
  if (block != 0) {
    unused = changetype<Block>(block).next;
    return block;
  }
  if (fresh == freshEnd) {
    // With a header of the allocator's before it, the piece is never aligned by itself.
    const size = (blocks + 1) * BLOCK - GRANULE;
    fresh = (__alloc(size) + (BLOCK - 1)) & ~(BLOCK - 1);
    freshEnd = fresh + blocks * BLOCK;
    blocks = min(blocks << 1, MOST_BLOCKS);
  }
  const made = fresh;
  fresh += BLOCK;
  return made;
}

/** endMarking makes everything free that was not reached. All is swept. */
export function endMarking(): void {
  cycle++;
  reached = 0;
  for (let slot = GRANULE; slot <= SLOT_LIMIT; slot += GRANULE) {
    const lane = changetype<Lane>(lanes + slot);
    lane.current = 0;
    // The rest of its run is the lane's: noted as reached, though there is nothing in it.
    for (let at = lane.at; at < lane.end; at += slot) markSmall(at);
    reached -= lane.end - lane.at;
  }
  const map = markMap;
  markMap = reachedMap;
  reachedMap = map;
  sweptLane = lanes;
  sweptLink = 0;
  if (isDefined(WASI_NET_STRESS)) poisonFree();
}

/**
 * poisonFree overwrites what was not reached, before anything new is made of it. In a block from which no run was taken that can only
 * be what was reached the time before, or was the rest of a run: all else has been overwritten already.
 */
function poisonFree(): void {
  for (let slot = GRANULE; slot <= SLOT_LIMIT; slot += GRANULE) {
    for (let block = changetype<Lane>(lanes + slot).first; block != 0; block = load<usize>(block)) {
      if (changetype<Block>(block).taken == cycle - 1) poisonBlock(block, slot);
      else {
        let lost: u64 = 0;
        for (let word: usize = 0; word < MAP; word += 8) {
          lost |= load<u64>(block + markMap + word) & ~load<u64>(block + reachedMap + word);
        }
        if (lost != 0) poisonBlock(block, slot);
      }
    }
  }
}

function poisonBlock(block: usize, slot: usize): void {
  for (let at = FIRST_SLOT; at <= BLOCK - slot; at += slot) {
    if (!isSet(block + reachedMap, at)) poison(block + at, slot);
  }
}

/** Bytes of slots in which objects were reached, as far as the sweep has come. */
export let reached: usize = 0;
/** The lane whose blocks are being swept, and the word that leads to the next of them. */
let sweptLane: usize = 0;
let sweptLink: usize = 0;

/**
 * sweep looks after a number of blocks: an empty one goes to those that no lane has, and the map of the next cycle is cleared.
 * It tells whether there are more.
 */
export function sweep(count: i32): bool {
  for (; count > 0; count--) {
    const address: usize = sweptLink == 0 ? 0 : load<usize>(sweptLink);
    if (address == 0) {
      if (sweptLane == lanes + SLOT_LIMIT) return false;
      sweptLane += LANE;
      sweptLink = sweptLane + offsetof<Lane>("first");
      continue;
    }
    const block = changetype<Block>(address);
    let objects: usize = 0;
    for (let word: usize = 0; word < MAP; word += 8) {
      objects += <usize>popcnt<u64>(load<u64>(address + reachedMap + word));
      store<u64>(address + markMap + word, 0);
    }
    if (objects == 0 && block.taken != cycle) {
      store<usize>(sweptLink, block.next);
      block.next = unused;
      unused = address;
    } else {
      reached += objects * block.size;
      sweptLink = address;
    }
  }
  return true;
}
