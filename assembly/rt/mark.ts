/**
 * Marking: which objects can be reached from the globals and the stack.
 *
 * An object is unmarked, or marked and in `list`, to be visited, or marked and visited. Marking goes on in steps while the program
 * runs, and can count on it that every object is marked to which a reference is stored in another (`__link`). New objects are unmarked:
 * the standard library moves references into them that it does not report. Locals and globals are not reported either, so they are
 * looked at once more when nothing else is left.
 */
import { markSmall } from "./block";
import { markLarge } from "./large";
import { holdsReferences, idOf, isSmall } from "./object";

/** What the compiler hands from `__visit_members` to `__visit`; not used. */
const COOKIE: u32 = 0;

/** Objects that are marked and not visited yet: their addresses, `count` bytes of them, and room for so many. */
let list: usize = 0;
let count: usize = 0;
let room: usize = 0;

/** What may be looked at in a step, and what of it is left: a reference and a visit count as one each. */
const LOOKS: i32 = isDefined(WASI_NET_STRESS) ? 1 : 4096;
let looks: i32 = 0;

/** reach marks an object, and has it visited later if it refers to others. */
export function reach(ptr: usize): void {
  looks--;
  if (isSmall(ptr) ? markSmall(ptr) : markLarge(ptr)) {
    if (holdsReferences(idOf(ptr))) later(ptr);
  }
}

/** later has a marked object visited. */
function later(ptr: usize): void {
  if (count == room) {
    room += max<usize>(room, 1024);
    const larger = __alloc(room);
    memory.copy(larger, list, count);
    __free(list);
    list = larger;
  }
  store<usize>(list + count, ptr);
  count += sizeof<usize>();
}

/** visit visits some of the objects that are waiting, and tells whether there are more. */
export function visit(): bool {
  looks = LOOKS;
  while (count != 0) {
    if (looks <= 0) return true;
    looks--;
    count -= sizeof<usize>();
    __visit_members(load<usize>(list + count), COOKIE);
  }
  return false;
}

/** forget gives back the list, which one large array can have made as large as itself. */
export function forget(): void {
  __free(list);
  list = 0;
  room = 0;
}

/** reachRoots marks what can be reached at once. */
export function reachRoots(): void {
  __visit_globals(COOKIE);
  for (let at = __stack_pointer; at < __heap_base; at += sizeof<usize>()) {
    const ptr = load<usize>(at);
    if (ptr != 0) reach(ptr);
  }
}
