// Objects of all sizes: where they are, what is in them, and what becomes of it when they grow.
import { check, equal, fail } from "../shared/check";

/** The borders: of a slot, of what is small, of a block, of a page, and beyond. */
const BORDERS: i32[] = [
  0, 1, 7, 8, 9, 15, 16, 23, 24, 25, 487, 488, 489, 495, 496, 503, 504, 505, 511, 512, 513, 519,
  520, 1023, 1024, 8175, 8176, 8184, 8192, 8193, 65519, 65520, 65535, 65536, 65537, 300_000,
];

function fill(at: usize, from: i32, to: i32, salt: i32): void {
  for (let i = from; i < to; i++) store<u8>(at + i, <u8>(i * 31 + salt));
}

function holds(at: usize, to: i32, salt: i32, what: string): void {
  for (let i = 0; i < to; i++) {
    if (load<u8>(at + i) != <u8>(i * 31 + salt)) return fail(what + ": byte " + i.toString());
  }
}

function zeros(at: usize, from: i32, to: i32, what: string): void {
  for (let i = from; i < to; i++) {
    if (load<u8>(at + i) != 0) return fail(what + ": byte " + i.toString() + " is not zero");
  }
}

/** all makes buffers of all sizes, and looks at them when all are made. */
function all(list: i32[], what: string): void {
  const made: ArrayBuffer[] = [];
  for (let i = 0; i < list.length; i++) {
    const one = new ArrayBuffer(list[i]);
    const at = changetype<usize>(one);
    equal(one.byteLength, list[i], what);
    equal(<i32>at & 7, 0, what + " alignment");
    zeros(at, 0, list[i], what + " of " + list[i].toString());
    fill(at, 0, list[i], i);
    made.push(one);
  }
  __collect();
  for (let i = 0; i < list.length; i++) {
    holds(changetype<usize>(made[i]), list[i], i, what + " of " + list[i].toString());
  }
}

/** grown lets an object have another size, and again. */
function grown(from: i32, to: i32): void {
  const what = from.toString() + " to " + to.toString();
  let one = new ArrayBuffer(from);
  fill(changetype<usize>(one), 0, from, 5);
  one = changetype<ArrayBuffer>(__renew(changetype<usize>(one), to));
  equal(one.byteLength, to, what);
  holds(changetype<usize>(one), min(from, to), 5, what);
  zeros(changetype<usize>(one), min(from, to), to, what);
  fill(changetype<usize>(one), 0, to, 6);
  one = changetype<ArrayBuffer>(__renew(changetype<usize>(one), from));
  holds(changetype<usize>(one), min(from, to), 6, what + " and back");
  zeros(changetype<usize>(one), min(from, to), from, what + " and back");
}

const literal: i32[] = [1, 2, 3, 4, 5];

export function sizes(): void {
  check("every small size", () => {
    const list: i32[] = [];
    for (let size = 0; size < 600; size++) list.push(size);
    all(list, "a buffer");
  });

  check("every border", () => all(BORDERS, "a buffer"));

  check("memory that was used is zero again", () => {
    for (let round = 0; round < 6; round++) all(BORDERS, "round " + round.toString());
  });

  check("objects that grow and shrink", () => {
    for (let i = 0; i < BORDERS.length; i++) {
      for (let j = 0; j < BORDERS.length; j++) {
        if (BORDERS[i] < 70_000 || BORDERS[j] < 70_000) grown(BORDERS[i], BORDERS[j]);
      }
      if (BORDERS[i] > 9000) __collect();
    }
  });

  check("an array in the module's data grows out of it", () => {
    for (let i = 6; i <= 3000; i++) literal.push(i);
    for (let i = 0; i < 3000; i++) equal(literal[i], i + 1);
  });

  check("a string that grows a character at a time", () => {
    let text = "";
    for (let i = 0; i < 600; i++) {
      text += String.fromCharCode(97 + (i % 26));
      equal(text.length, i + 1);
    }
    for (let i = 0; i < 600; i++) equal(text.charCodeAt(i), 97 + (i % 26));
  });
}
