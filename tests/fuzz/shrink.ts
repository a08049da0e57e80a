/** Makes inputs that show a difference as short as can be. */

/** Tells of each candidate whether it still shows the difference. */
export type Differs = (candidates: readonly (readonly Uint8Array[])[]) => readonly boolean[];

/**
 * Takes bytes away, then makes those left plain, as long as the difference stays. All candidates
 * of a round are asked about at once.
 */
export function shrink(inputs: readonly Uint8Array[], differs: Differs): readonly Uint8Array[] {
  let best = inputs;
  while (true) {
    const candidates = [...shorter(best), ...plainer(best)];
    const found = differs(candidates).indexOf(true);
    if (found < 0) return best;
    best = candidates[found] as readonly Uint8Array[];
  }
}

/** The inputs without a run of bytes: long runs come first. */
function shorter(inputs: readonly Uint8Array[]): Uint8Array[][] {
  const candidates: { readonly inputs: Uint8Array[]; readonly less: number }[] = [];
  inputs.forEach((input, which) => {
    for (let less = input.length; less > 0; less >>= 1) {
      for (let at = 0; at + less <= input.length; at += Math.max(1, less >> 1)) {
        const cut = Uint8Array.from([...input.subarray(0, at), ...input.subarray(at + less)]);
        candidates.push({ inputs: replaced(inputs, which, cut), less });
      }
    }
  });
  return candidates.sort((a, b) => b.less - a.less).map((candidate) => candidate.inputs);
}

/** The inputs with one byte made "0", or "a", where it was neither. */
function plainer(inputs: readonly Uint8Array[]): Uint8Array[][] {
  const candidates: Uint8Array[][] = [];
  inputs.forEach((input, which) => {
    input.forEach((byte, at) => {
      for (const plain of PLAIN.slice(0, PLAIN.indexOf(byte) < 0 ? 2 : PLAIN.indexOf(byte))) {
        candidates.push(replaced(inputs, which, input.with(at, plain)));
      }
    });
  });
  return candidates;
}

function replaced(inputs: readonly Uint8Array[], which: number, by: Uint8Array): Uint8Array[] {
  return inputs.map((input, i) => (i === which ? by : input));
}

/** "0" and "a". */
const PLAIN = [0x30, 0x61];
