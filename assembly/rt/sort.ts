/** Sorting references. */
import { SORT } from "util/sort";

class Kept {}

/**
 * sortKept is the library's SORT, which has some references only in memory of its own while it calls the comparison. The collector
 * may look then, so it sees them here. `Array.sort` calls it (host/build/library.ts).
 */
export function sortKept<T>(start: usize, length: i32, compare: (a: T, b: T) => i32): void {
  if (!isManaged<T>()) return SORT<T>(start, length, compare);
  const kept = new StaticArray<Kept | null>(length);
  for (let i = 0; i < length; i++) kept[i] = load<Kept | null>(start + ((<usize>i) << 2));
  SORT<T>(start, length, compare);
}
