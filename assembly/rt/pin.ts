/** Objects that the host, or a program by hand, keeps: they are in an array to which a global refers. */

class Pinned {}

const pinned = new Array<Pinned>();

/** pin keeps an object until it is unpinned. */
export function pin(ptr: usize): usize {
  if (ptr != 0) {
    const object = changetype<Pinned>(ptr);
    if (pinned.includes(object)) throw new Error("Object already pinned");
    pinned.push(object);
  }
  return ptr;
}

/** unpin ends that. */
export function unpin(ptr: usize): void {
  if (ptr == 0) return;
  const index = pinned.lastIndexOf(changetype<Pinned>(ptr));
  if (index < 0) throw new Error("Object is not pinned");
  const last = pinned.pop();
  if (index < pinned.length) pinned[index] = last;
}
