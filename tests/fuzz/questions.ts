/** The fuzzer's questions: those of the vectors, changed. */
import { bytesOf } from "../vectors/bytes.ts";
import { readVectors, type Vector } from "../vectors/row.ts";
import { mutate, type Random } from "./mutate.ts";

/** The functions whose argument is bytes, which vectors have in hex. */
const OF_BYTES: ReadonlySet<string> = new Set([
  ...["Addr", "AddrPort", "Prefix"].map((name) => `netip.${name}.UnmarshalBinary`),
  "netip.AddrFromSlice",
]);

/** The functions that the Go program answers for when asked. */
export const FUNCTIONS: ReadonlySet<string> = new Set([
  ...OF_BYTES,
  ...["ParseAddr", "ParseAddrPort", "ParsePrefix"].map((name) => `netip.${name}`),
  ...["Addr", "AddrPort", "Prefix"].map((name) => `netip.${name}.UnmarshalText`),
  ...["ParseIP", "ParseCIDR", "ParseMAC", "SplitHostPort", "JoinHostPort", "LookupPort"].map(
    (name) => `net.${name}`,
  ),
  ...["TCP", "UDP", "IP", "Unix"].map((name) => `net.Resolve${name}Addr`),
  ...["net.IP.UnmarshalText", "net.isDomainName", "net.LookupHost", "strconv.Quote"],
]);

/** A function and its arguments. */
export interface Question {
  readonly fn: string;
  readonly in: readonly Uint8Array[];
}

/** The question of a vector. */
export function questionOf({ fn, in: inputs, b64 }: Vector): Question {
  const read = (input: unknown): Buffer =>
    OF_BYTES.has(fn) ? Buffer.from(String(input), "hex") : bytesOf(String(input), b64);
  return { fn, in: inputs.map(read) };
}

/** What tells one question from another: Go answers neither twice nor in order. */
export function keyOf({ fn, in: inputs }: Question): string {
  return [fn, ...inputs.map((input) => Buffer.from(input).toString("hex"))].join(" ");
}

/** The questions of the vectors. */
export function readCorpus(): Question[] {
  return readVectors(new URL("../vectors/go-net.jsonl", import.meta.url))
    .filter(({ fn }) => FUNCTIONS.has(fn))
    .map(questionOf);
}

/** A text of the corpus, changed, and often put to another function than it came from. */
export function newQuestion(corpus: readonly Question[], pick: Random): Question {
  const { fn, in: texts } = corpus[pick(corpus.length)] as Question;
  const changed = pick(texts.length);
  const other = corpus[pick(corpus.length)] as Question;
  const donor = other.in[other.in.length - 1] as Uint8Array;
  const inputs = texts.map((text, i) => {
    if (i !== changed && pick(8) > 0) return text;
    return mutate(i > 0 || texts.length === 1 ? (pick(3) > 0 ? text : donor) : text, pick);
  });
  return { fn, in: inputs };
}
