/**
 * The guest that answers vectors, tests/guests/vectors, as a function of the host. It is built as a
 * user's program is; the host here is standard input and output: no vector needs more.
 */
import { buildPlain } from "../build.ts";
import { bytesOf } from "./bytes.ts";
import type { Vector } from "./row.ts";

/** What is asked: a vector without its answer. */
export type Question = Pick<Vector, "fn" | "in" | "b64">;

/** What the guest answers: nothing for a function that it does not know. */
export interface Answer {
  readonly out?: unknown;
  readonly err?: string;
  readonly type?: string;
  readonly inner?: string;
  /** What the guest died of, instead of an answer. */
  readonly died?: string;
}

/** The texts of /etc/services and /etc/protocols. */
export type Tables = readonly [services: string, protocols: string];

/**
 * Builds the guest and returns a function that answers questions, one for one. Where the guest dies
 * of a question, a new one answers the rest.
 */
export async function guest(
  tables: Tables = ["", ""],
): Promise<(questions: readonly Question[]) => Answer[]> {
  const module = await WebAssembly.compile(await buildPlain("tests/guests/vectors/main.ts"));
  const start = (): Running => {
    const running = new Running(module);
    const { died } = running.ask([lineOf({ fn: "tables", in: tables })]);
    if (died !== undefined) throw new Error(died);
    return running;
  };
  let running = start();
  return (questions) => {
    const lines = questions.map(lineOf);
    const answers: Answer[] = [];
    while (answers.length < lines.length) {
      const { output, died } = running.ask(lines.slice(answers.length));
      for (const line of output) answers.push(JSON.parse(line) as Answer);
      if (died === undefined) continue;
      answers.push({ died });
      running = start();
    }
    return answers;
  };
}

const NOTSUP = 58;

/** A guest that this host drives (docs/ABI.md): it ticks until it has answered. */
class Running {
  readonly #memory: WebAssembly.Memory;
  readonly #tick: () => bigint;
  #input: Buffer = Buffer.alloc(0);
  #written: [output: Buffer[], errors: Buffer[]] = [[], []];
  #now = 0n;

  constructor(module: WebAssembly.Module) {
    const imports: Record<string, Import> = {};
    // A socket that is made all the same shows as a wrong answer.
    for (const { name } of WebAssembly.Module.imports(module)) {
      imports[name] = this.#calls[name] ?? (() => NOTSUP);
    }
    const { exports } = new WebAssembly.Instance(module, { wasi_snapshot_preview1: imports });
    this.#memory = exports["memory"] as WebAssembly.Memory;
    this.#tick = exports["wasi_net_tick"] as () => bigint;
    (exports["wasi_net_attach"] as (version: number, features: number) => number)(1, 1);
    (exports["_start"] as () => void)();
  }

  /** The guest's answers to lines, and what it died of, if it did, of the line after those. */
  ask(lines: readonly Buffer[]): { output: string[]; died: string | undefined } {
    this.#input = joined(lines, "\n");
    this.#written = [[], []];
    let died: string | undefined;
    try {
      // An answer that needs other goroutines can take more than one. It is written at once.
      while (this.#written[0].length < lines.length) {
        if (this.#tick() < 0n) throw new Error("the guest waits for a socket");
      }
    } catch (error) {
      died = (error as Error).message;
    }
    const [output, errors] = this.#written.map((parts) => Buffer.concat(parts).toString());
    return { output: output!.split("\n").slice(0, -1), died: died && (errors!.trim() || died) };
  }

  readonly #calls: Record<string, Import> = {
    fd_read: (_fd, iovec, _count, size) => {
      const n = this.#input.copy(this.#buffer(iovec));
      this.#input = this.#input.subarray(n);
      this.#view().setUint32(size, n, true);
      return 0;
    },
    fd_write: (fd, iovec, _count, size) => {
      const bytes = Buffer.from(this.#buffer(iovec));
      this.#written[fd - 1]!.push(bytes);
      this.#view().setUint32(size, bytes.length, true);
      return 0;
    },
    // Whatever the guest sleeps for is over when it looks.
    clock_time_get: (_id, _precision, time) => {
      this.#now += 1_000_000_000n;
      this.#view().setBigUint64(time, this.#now, true);
      return 0;
    },
    poll_oneoff: (_in, _out, _count, size) => {
      this.#view().setUint32(size, 0, true);
      return 0;
    },
    proc_exit: (code) => {
      throw new Error(`exit code ${code}`);
    },
  };

  #view(): DataView {
    return new DataView(this.#memory.buffer);
  }

  /** The one buffer that the guest reads into or writes from. */
  #buffer(iovec: number): Buffer {
    const [address, length] = [iovec, iovec + 4].map((at) => this.#view().getUint32(at, true));
    return Buffer.from(this.#memory.buffer, address, length);
  }
}

type Import = (a: number, b: number, c: number, d: number) => number;

/** The line that asks a question. */
function lineOf({ fn, in: inputs, b64 }: Question): Buffer {
  const fields = inputs.map((value) => {
    if (value === null) return Buffer.from("z");
    if (typeof value === "boolean") return Buffer.from(value ? "bt" : "bf");
    if (typeof value === "number") return Buffer.from(`n${value}`);
    return Buffer.concat([Buffer.from("s"), bytesOf(value, b64)]);
  });
  return joined([Buffer.from(fn), ...fields].map(escaped), "\t");
}

function joined(parts: readonly Buffer[], separator: string): Buffer {
  const between = Buffer.from(separator);
  return Buffer.concat(parts.flatMap((part, i) => (i === 0 ? [part] : [between, part])));
}

function escaped(field: Buffer): Buffer {
  // Latin-1 has a character for each byte.
  const text = field.toString("latin1");
  if (!/[\t\n\\]/.test(text)) return field;
  const letters: Record<string, string> = { "\t": "\\t", "\n": "\\n", "\\": "\\\\" };
  return Buffer.from(
    text.replace(/[\t\n\\]/g, (c) => letters[c]!),
    "latin1",
  );
}
