/**
 * What stands in memory before an object. The compiler reads the last two words; the rest is the runtime's.
 *
 *   small, in a block      ptr ≡ 8 mod 16                 ┌──────┬────────┬ ptr
 *                                                         │ rtId │ rtSize │ …
 *   large, by itself       ptr ≡ 0 mod 16 ┌──────┬────────┼──────┼────────┼ ptr
 *                                         │ next │ marked │ rtId │ rtSize │ …
 *   static, in the module  ptr ≡ 0 mod 16 ├──────┼────────┼──────┼────────┼ ptr
 *                                         │ –    │ marked │ rtId │ rtSize │ …
 *
 * So one bit of an object's address tells whether its mark is in its block or in the word before its rtId.
 */
import { TypeinfoFlags } from "shared/typeinfo";

/** Addresses of slots, and of large objects, are multiples of this. */
export const GRANULE: usize = 16;

/** Bytes before a small object. */
export const SMALL_HEADER: usize = 8;

/** Bytes before a large object. */
export const LARGE_HEADER: usize = 16;

/** isSmall tells whether the object is in a block. */
export function isSmall(ptr: usize): bool {
  return (ptr & SMALL_HEADER) != 0;
}

/** sizeOf is how many bytes the object has, as the program sees it. */
export function sizeOf(ptr: usize): usize {
  return load<u32>(ptr - 4);
}

export function setSize(ptr: usize, size: usize): void {
  store<u32>(ptr - 4, <u32>size);
}

/** idOf is the number of the object's class. */
export function idOf(ptr: usize): u32 {
  return load<u32>(ptr - 8);
}

/** setClass writes the two words that the compiler reads, 8 bytes before the object. */
export function setClass(header: usize, id: u32, size: usize): void {
  store<u32>(header, id);
  store<u32>(header, <u32>size, 4);
}

/** holdsReferences tells whether there is anything to visit in an object of a class. */
export function holdsReferences(id: u32): bool {
  // 0 is Object, 1 ArrayBuffer, 2 String. The compiler's table: how many there are, and the flags of each, u32.
  return (
    id > idof<string>() &&
    (load<u32>(__rtti_base + ((<usize>id) << 2), 4) & TypeinfoFlags.POINTERFREE) == 0
  );
}
