/** What the compiler calls by these names, wherever it needs them. */
import { allocate, resize } from "./allocate";
import { collect, marking } from "./collector";
import { reach } from "./mark";
import { pin, unpin } from "./pin";

/** WASI_NET_RUNTIME is defined in a program that has this runtime, and not the compiler's. */
@global
export const WASI_NET_RUNTIME: bool = true;

@global @unsafe
export function __new(size: usize, id: u32): usize {
  return allocate(size, id);
}

@global @unsafe
export function __renew(ptr: usize, size: usize): usize {
  return resize(ptr, size);
}

@global @unsafe
export function __link(_parent: usize, child: usize, _expectMultiple: bool): void {
  if (marking) reachStored(child);
}

function reachStored(child: usize): void {
  if (child != 0) reach(child);
}

@global @unsafe
export function __visit(ptr: usize, _cookie: u32): void {
  if (ptr != 0) reach(ptr);
}

@global @unsafe
export function __collect(): void {
  collect();
}

@global @unsafe
export function __pin(ptr: usize): usize {
  return pin(ptr);
}

@global @unsafe
export function __unpin(ptr: usize): void {
  unpin(ptr);
}
