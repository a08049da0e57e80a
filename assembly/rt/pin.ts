/** Objects that the host, or a program by hand, keeps: they are in a list to which a global refers. */

class Pinned {}

class Pin {
  constructor(
    readonly object: Pinned,
    public next: Pin | null,
  ) {}
}

let first: Pin | null = null;

/** pin keeps an object until it is unpinned. */
export function pin(ptr: usize): usize {
  if (ptr != 0) {
    if (remove(ptr)) throw new Error("Object already pinned");
    first = new Pin(changetype<Pinned>(ptr), first);
  }
  return ptr;
}

/** unpin ends that. */
export function unpin(ptr: usize): void {
  if (ptr != 0 && !remove(ptr)) throw new Error("Object is not pinned");
}

/** remove takes an object off the list, and tells whether it was there. */
function remove(ptr: usize): bool {
  let before: Pin | null = null;
  let at = first;
  while (at !== null) {
    const next = at.next;
    if (changetype<usize>(at.object) == ptr) {
      if (before === null) first = next;
      else before.next = next;
      return true;
    }
    before = at;
    at = next;
  }
  return false;
}
