/**
 * The collector at its worst, for tests. Built with `--use WASI_NET_STRESS=1` a program collects everything at each allocation; with
 * 2 it takes the smallest step at each, so that the program runs in the midst of the marking nearly always. Either way what is freed
 * is overwritten and counted. In all other programs the compiler drops what stands behind `isDefined(WASI_NET_STRESS)`.
 */

/** What freed memory is filled with, the object's class included. */
const POISON: u8 = 0xdd;
const POISONED: u32 = 0xdddddddd;

/** Where the objects that were freed are counted: below the memory that the compiler uses (`memoryBase`). */
const FREED: usize = 8;

/** poison overwrites an object from its rtId on, if it was one and is not overwritten yet. */
export function poison(header: usize, size: usize): void {
  const id = load<u32>(header);
  if (load<u64>(header) == 0 || id == POISONED) return;
  store<u32>(FREED, load<u32>(FREED) + 1);
  memory.fill(header, POISON, size);
}
