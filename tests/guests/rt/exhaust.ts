// What ends a program: more than there is.

const all: ArrayBuffer[] = [];

/** exhaust takes memory until there is no more. */
export function exhaust(): void {
  while (true) all.push(new ArrayBuffer(50_000_000));
}

/** tooLarge asks for an object that can never be. */
export function tooLarge(): void {
  all.push(changetype<ArrayBuffer>(__new(0xfffffff0, idof<ArrayBuffer>())));
}
