/** The most digits of a number below 2³², and a sign. */
const MAX_UNITS: usize = 11;

const area = memory.data(22, 2);

/** The end of the digits, which are UTF-16. */
export const digitsEnd: usize = area + (MAX_UNITS << 1);

/** decimal is a number as text. The language's own toString brings tables for every radix along, which a small module feels. */
export function decimal(value: i32): string {
  const at = digits(value);
  return String.UTF16.decodeUnsafe(at, digitsEnd - at);
}

/** digits writes a number without allocating, and tells where it begins. It is there until the next one is written. */
export function digits(value: i32): usize {
  let at = digitsEnd;
  let rest: u32 = value < 0 ? 0 - <u32>value : <u32>value;
  do {
    at -= 2;
    store<u16>(at, 48 + (rest % 10));
    rest /= 10;
  } while (rest != 0);
  if (value < 0) {
    at -= 2;
    store<u16>(at, 0x2d);
  }
  return at;
}
