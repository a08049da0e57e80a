// What ends a program: more than there is, pins that are no pairs, and an element that is nothing.
import { print } from "wasi-net/assembly/os";
import { Box } from "./box";

const all: ArrayBuffer[] = [];

/** exhaust takes memory until there is no more. */
export function exhaust(): void {
  while (true) all.push(new ArrayBuffer(5_000_000));
}

/** tooLarge asks for an object that can never be. */
export function tooLarge(): void {
  all.push(changetype<ArrayBuffer>(__new(0xfffffff0, idof<ArrayBuffer>())));
}

/** pinTwice keeps what is kept already. */
export function pinTwice(): void {
  __pin(__pin(changetype<usize>(all)));
}

/** unpinNone ends the keeping of what is not kept: of two objects that are, one is let go twice. */
export function unpinNone(): void {
  const other = __pin(changetype<usize>(new ArrayBuffer(1)));
  __pin(changetype<usize>(all));
  __unpin(other);
  __unpin(other);
}

/** hole looks at an element that an array lost and was not given again. */
export function hole(): void {
  const all = [new Box(1), new Box(2)];
  all.pop();
  all.length = 2;
  print(all[1].id.toString());
}
