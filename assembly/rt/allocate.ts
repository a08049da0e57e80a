/** Making objects, and making them larger: `__new` and `__renew`. */
import { refill, roomOf, SMALL_LIMIT, slotSize, take } from "./block";
import { account } from "./collector";
import { newLarge, roomOfLarge } from "./large";
import { idOf, isSmall, setClass, setSize, SMALL_HEADER, sizeOf } from "./object";

/** allocate makes an object of a class, zeroed. */
export function allocate(size: usize, id: u32): usize {
  if (size > SMALL_LIMIT) return makeLarge(size, id);
  const slot = slotSize(size);
  if (isDefined(WASI_NET_STRESS)) account(slot);
  let at = take(slot);
  if (at == 0) at = takeAfterRefill(slot);
  setClass(at, id, size);
  return at + SMALL_HEADER;
}

/** make is allocate for a small object whose class is known where it is made: nothing is left to compute. */
export function make<T>(): usize {
  return makeOf<T>(offsetof<T>());
}

/** makeOf is make for a class whose objects differ in size, as strings do. */
export function makeOf<T>(size: usize): usize {
  if (!isDefined(WASI_NET_RUNTIME)) return makeElsewhere(size, idof<T>());
  const slot = slotSize(size);
  if (isDefined(WASI_NET_STRESS)) account(slot);
  let at = take(slot);
  if (at == 0) at = takeAfterRefill(slot);
  setClass(at, idof<T>(), size);
  return at + SMALL_HEADER;
}

/** makeElsewhere makes an object in a program with another runtime, whose collector would not find one of ours. */
function makeElsewhere(size: usize, id: u32): usize {
  const ptr = __new(size, id);
  memory.fill(ptr, 0, size);
  return ptr;
}

function takeAfterRefill(slot: usize): usize {
  account(refill(slot));
  return take(slot);
}

function makeLarge(size: usize, id: u32): usize {
  account(size);
  return newLarge(size, id);
}

/** resize gives an object another size, where it is or in another place. What is new of it is zeroed. */
export function resize(old: usize, size: usize): usize {
  const before = sizeOf(old);
  if (size <= (isSmall(old) ? roomOf(old) : roomOfLarge(old))) {
    if (size > before) memory.fill(old + before, 0, size - before);
    setSize(old, size);
    return old;
  }
  // References arrive in it that nobody reports: it is new, so whatever is in it is looked at when it is reached.
  const ptr = allocate(size, idOf(old));
  memory.copy(ptr, old, min(size, before));
  return ptr;
}
