/**
 * maskHi is the first 64 bits of a number of 128 that begins with n ones, n from 0 to 128, and goes
 * on with zeros.
 */
export function maskHi(n: i32): u64 {
  return n >= 64 ? u64.MAX_VALUE : ~(u64.MAX_VALUE >> n);
}

/** maskLo is the last 64 bits of that number. */
export function maskLo(n: i32): u64 {
  return n <= 64 ? 0 : u64.MAX_VALUE << (128 - n);
}
