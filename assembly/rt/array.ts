/** Arrays that become longer. */

/** The library's own, which it does not export: host/build/library.ts finds it. */
declare function ensureCapacity(array: usize, length: usize, align: u32, canGrow: bool): void;

/**
 * ensureEmpty makes room for so many elements, and empties those that are new. Where an array was longer before, the library leaves what
 * it had there, also references to objects that are gone. `Array.length` and `Array[i] =` call it (host/build/library.ts).
 */
export function ensureEmpty(array: usize, length: usize, align: u32, canGrow: bool = true): void {
  ensureCapacity(array, length, align, canGrow);
  const before = <usize>load<i32>(array, offsetof<i32[]>("length_"));
  if (length <= before) return;
  const start = changetype<ArrayBufferView>(array).dataStart;
  memory.fill(start + (before << align), 0, (length - before) << align);
}
