/** Makes inputs that show a difference as short as can be. */

/** Tells of each candidate whether it still shows the difference. */
export type Differs = (candidates: readonly (readonly Uint8Array[])[]) => readonly boolean[];

/**
 * Takes bytes away, then makes those left plain, as long as the difference stays. All candidates of
 * a round are asked about at once, long runs of bytes in the first rounds.
 */
export function shrink(inputs: readonly Uint8Array[], differs: Differs): readonly Uint8Array[] {
  let best = inputs;
  for (let better: typeof best | undefined = best; better !== undefined; ) {
    best = better;
    better = undefined;
    for (const candidates of rounds(best)) {
      const found = differs(candidates).indexOf(true);
      if (found < 0) continue;
      better = candidates[found] as readonly Uint8Array[];
      break;
    }
  }
  return best;
}

/** Runs in an input that are tried, at most: in a long one, the short runs would take hours. */
const MOST_RUNS = 512;

/** The rounds of candidates: the inputs without a run of bytes, then with a run made plain. */
function* rounds(inputs: readonly Uint8Array[]): Generator<Uint8Array[][]> {
  for (const change of [without, plain]) {
    for (const run of lengths(inputs)) {
      const candidates = inputs.flatMap((input, which) =>
        starts(input, run).flatMap((at) =>
          change(input, at, run).map((by) => inputs.map((one, i) => (i === which ? by : one))),
        ),
      );
      if (candidates.length > 0) yield candidates;
    }
  }
}

/** The lengths of runs: that of the longest input, its half, and so on. */
function lengths(inputs: readonly Uint8Array[]): number[] {
  const longest = Math.max(...inputs.map((input) => input.length));
  const all: number[] = [];
  for (let run = longest; run > 0 && run * MOST_RUNS >= longest; run >>= 1) all.push(run);
  return all;
}

/** Where runs of a length begin: each overlaps the next by half. */
function starts(input: Uint8Array, run: number): number[] {
  const all: number[] = [];
  for (let at = 0; at + run <= input.length; at += Math.max(1, run >> 1)) all.push(at);
  return all;
}

function without(input: Uint8Array, at: number, run: number): Uint8Array[] {
  return [Uint8Array.from([...input.subarray(0, at), ...input.subarray(at + run)])];
}

/** The input with a run made "0", or "a", where no byte of it is plainer already. */
function plain(input: Uint8Array, at: number, run: number): Uint8Array[] {
  const bytes = [...input.subarray(at, at + run)];
  return PLAIN.filter((byte, i) => {
    const plainer = bytes.some((one) => PLAIN.slice(0, i).includes(one));
    return !plainer && bytes.some((one) => one !== byte);
  }).map((byte) => Uint8Array.from(input).fill(byte, at, at + run));
}

/** "0" and "a", the plainest first. */
const PLAIN = [0x30, 0x61];
