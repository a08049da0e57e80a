/**
 * generator is a small generator of pseudo-random numbers in [0, 1), the same for the same seed.
 */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 0x1_0000_0000;
  };
}
