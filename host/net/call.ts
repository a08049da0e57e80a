import { ArgumentError, ModuleError, type ParseCode, ParseError } from "./error.ts";
import { type Exports, instantiate } from "./load.ts";

/** The kinds of text, with the numbers that assembly/js.ts has for them. */
export const Kind = { addr: 0, addrPort: 1, prefix: 2, cidr: 3, mac: 4, hostPort: 5 } as const;

const CODES: readonly ParseCode[] = [
  "WASI_NET_PARSE_ADDR",
  "WASI_NET_PARSE_ADDR_PORT",
  "WASI_NET_PARSE_PREFIX",
  "WASI_NET_PARSE_CIDR",
  "WASI_NET_PARSE_MAC",
  "WASI_NET_SPLIT_HOST_PORT",
];

/**
 * A list of more texts, or of longer ones, is read in parts, so that the module's memory stays
 * small. A single text may be longer. (The numbers are written out: bundlers leave those out where
 * they are not used, and keep what has to be computed.)
 */
const MOST_TEXTS = 4096;
const MOST_UNITS = 1_000_000;

/** An instance whose memory grew beyond this is given up, as a memory cannot shrink. */
const MOST_MEMORY = 64_000_000;

/** Made when there is none. */
let instance: Exports | undefined;

/** Reads each text of a list, and makes a value, or an error, of what comes back. */
export function parse<T>(
  kind: number,
  inputs: readonly string[],
  make: (answer: Answer) => T,
): (T | ParseError)[] {
  if (!Array.isArray(inputs)) throw new ArgumentError("texts", "an array of strings", inputs);
  // By index, so that holes are seen too.
  for (let i = 0; i < inputs.length; i++) checkText(`texts[${i}]`, inputs[i]);
  return parseAll(kind, inputs, make);
}

/** Reads one text; a wrong one is thrown as a ParseError. */
export function parseOne<T>(kind: number, input: string, make: (answer: Answer) => T): T {
  checkText("text", input);
  const [value] = parseAll(kind, [input], make);
  if (value instanceof ParseError) throw value;
  return value as T;
}

/** Throws for what is no text: the module would read it as an empty one. */
export function checkText(name: string, value: unknown): void {
  if (typeof value !== "string") throw new ArgumentError(name, "a string", value);
}

function parseAll<T>(
  kind: number,
  inputs: readonly string[],
  make: (answer: Answer) => T,
): (T | ParseError)[] {
  const values: (T | ParseError)[] = [];
  for (let from = 0, to = 0; from < inputs.length; from = to) {
    let units = 0;
    for (to = from; to < inputs.length && to - from < MOST_TEXTS; to++) {
      units += (inputs[to] as string).length;
      if (units > MOST_UNITS && to > from) break;
    }
    const part = to - from === inputs.length ? inputs : inputs.slice(from, to);
    const answer = ask(kind, part);
    for (const input of part) {
      if (answer.next() === 0) {
        values.push(new ParseError(CODES[kind] as ParseCode, answer.text(), input));
      } else {
        values.push(make(answer));
      }
    }
  }
  return values;
}

/** Answer is what the module made of some texts, read from the front. */
export class Answer {
  readonly #memory: DataView;
  readonly #texts: string;
  #at: number;
  #text = 0;
  #first = 0;

  /** The words begin at `at`; memory may not change until the last is read. */
  constructor(memory: DataView, at: number, texts: string) {
    this.#memory = memory;
    this.#at = at;
    this.#texts = texts;
  }

  /** The first word of the next value: 0 for an error. */
  next(): number {
    this.#first = this.word();
    return this.#first;
  }

  /** What next told. */
  get first(): number {
    return this.#first;
  }

  word(): number {
    const word = this.#memory.getUint32(this.#at, true);
    this.#at += 4;
    return word;
  }

  text(): string {
    const from = this.#text;
    this.#text += this.word();
    return this.#texts.slice(from, this.#text);
  }

  bytes(): Uint8Array {
    const length = this.word();
    const bytes = new Uint8Array(this.#memory.buffer, this.#at, length).slice();
    this.#at += (length + 3) & ~3;
    return bytes;
  }
}

/** Has the module read some texts. */
function ask(kind: number, inputs: readonly string[]): Answer {
  let units = 0;
  for (const input of inputs) units += input.length;
  try {
    instance ??= instantiate();
    const answer = exchange(instance, kind, inputs, units);
    if (instance.memory.buffer.byteLength > MOST_MEMORY) instance = undefined;
    return answer;
  } catch (cause) {
    // It may have been left in the middle of anything.
    instance = undefined;
    const texts = inputs.length === 1 ? "a text" : `${inputs.length} texts`;
    throw new ModuleError(`the module failed on ${texts} of ${units} UTF-16 units`, cause);
  }
}

function exchange(module: Exports, kind: number, inputs: readonly string[], size: number): Answer {
  const at = module.input(inputs.length, size) >>> 0;
  const lengths = new Uint32Array(module.memory.buffer, at, inputs.length);
  const units = new Uint16Array(module.memory.buffer, at + inputs.length * 4, size);
  let unit = 0;
  inputs.forEach((input, i) => {
    lengths[i] = input.length;
    for (let j = 0; j < input.length; j++) units[unit++] = input.charCodeAt(j);
  });
  const answered = module.parse(kind);
  // Memory may have grown, which makes the views above void.
  const { buffer } = module.memory;
  const texts = decode(new Uint16Array(buffer, module.texts() >>> 0, answered));
  return new Answer(new DataView(buffer), module.words() >>> 0, texts);
}

/** String.fromCharCode takes so many units at once. */
const MOST_ARGUMENTS = 4096;

function decode(units: Uint16Array): string {
  let text = "";
  for (let i = 0; i < units.length; i += MOST_ARGUMENTS) {
    text += String.fromCharCode.apply(
      null,
      units.subarray(i, i + MOST_ARGUMENTS) as unknown as number[],
    );
  }
  return text;
}
