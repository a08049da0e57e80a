// Objects that know what must be in them, and garbage.
import { fail } from "../shared/check";

/** Box holds a text that is made of its number: an object that was freed, or whose place another has, does not. */
export class Box {
  readonly text: string;
  next: Box | null = null;

  constructor(readonly id: i32) {
    this.text = "box " + id.toString();
  }

  /** whole tells whether nothing has happened to the box. */
  get whole(): bool {
    return this.text == "box " + this.id.toString();
  }
}

/** The collector works as the program allocates. In a stressed program it does at every allocation. */
const ROUNDS = isDefined(WASI_NET_STRESS) ? 4 : 2000;
/** How many boxes are made where a check has no number of its own. */
export const MANY = isDefined(WASI_NET_STRESS) ? 150 : 1500;

/** churn makes garbage of many sizes: some steps of the collector's work. */
export function churn(): void {
  for (let i = 0; i < ROUNDS; i++) {
    new StaticArray<u8>((i * 7) & 511);
    new Box(i);
  }
}

/** boxes makes boxes with the numbers from 0. */
export function boxes(count: i32): Box[] {
  const made: Box[] = [];
  for (let i = 0; i < count; i++) made.push(new Box(i));
  return made;
}

/** intact fails the check unless all boxes are whole and their numbers add up. */
export function intact(all: Box[], sum: i32, what: string): void {
  for (let i = 0; i < all.length; i++) {
    if (!all[i].whole) fail(what + ": the box at " + i.toString() + " is damaged");
    sum -= all[i].id;
  }
  if (sum != 0) fail(what + ": " + sum.toString() + " are missing in the sum");
}

/** sumTo is 0 + 1 + … + (count - 1). */
export function sumTo(count: i32): i32 {
  return (count * (count - 1)) / 2;
}
