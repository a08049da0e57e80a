/** A median and how far the values lie around it. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  const lower = sorted[sorted.length % 2 === 0 ? middle - 1 : middle] ?? Number.NaN;
  return {
    median: (lower + upper) / 2,
    min: sorted[0] ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
  };
}

/** Divides round by round: what slowed a whole round down cancels out. */
export function ratios(values: readonly number[], base: readonly number[]): Spread {
  const rounds = Math.min(values.length, base.length);
  return spread(Array.from({ length: rounds }, (_, i) => values[i]! / base[i]!));
}
