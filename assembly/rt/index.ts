/**
 * The runtime of programs: where objects live, and how those that nothing refers to any more are found. The builder hands this file to
 * the compiler in place of the compiler's own runtime.
 *
 *   globals.ts            the names by which the compiler calls it
 *     allocate.ts         making objects
 *     pin.ts              keeping some for ever
 *     sort.ts             keeping those that are being sorted
 *     array.ts            emptying what arrays show again
 *       collector.ts      when to mark and when to sweep
 *         mark.ts         which objects can be reached
 *           block.ts      small objects: many of one size in a block
 *           large.ts      the others, each by itself
 *             object.ts   what stands before an object in memory
 *
 * Below is the compiler's own allocator, for everything that is not an object: `__alloc`, `__realloc`, `__free`.
 *
 * Why not the compiler's collector: it searches for room for each object, and links each into lists and out of them. Here the
 * usual object is made by moving a pointer, and one that is not reached costs nothing any more (docs/RATIONALE.md).
 */
import "rt/tlsf";
import "./globals";
import "./sort";
import "./array";
