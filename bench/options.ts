import { parseArgs } from "node:util";
import { UsageError } from "./errors.ts";

export interface Options {
  /** Length of one measured window. */
  readonly seconds: number;
  /** Load on each server before its first measured window, so that JITs and heaps settle. */
  readonly warmup: number;
  /** Measured windows of each server in a row of the table. */
  readonly rounds: number;
  readonly connections: readonly number[];
  /** Bytes in a message. */
  readonly sizes: readonly number[];
  /** Bytes of a connection's read buffer; what `bufferFor` falls back from. */
  readonly buffer: number | undefined;
  readonly servers: readonly string[];
  /** More servers, as `NAME=COMMAND`. */
  readonly with: readonly string[];
  /** File for every sample. */
  readonly json: string | undefined;
}

export type OptionName = keyof Options;

/** What a benchmark says about its own command line. */
export interface OptionSpec {
  readonly takes: readonly OptionName[];
  readonly defaults: Partial<Options>;
}

const help: Readonly<Record<OptionName, string>> = {
  seconds: "N          length of one measured window (1.5)",
  warmup: "N           load on each server before the first window, in seconds (1)",
  rounds: "N           windows per server (5)",
  connections: "N,…    numbers of connections, a row of the table for each",
  sizes: "N,…          message sizes in bytes, a row of the table for each",
  buffer:
    "N           bytes of a connection's read buffer (twice the message, at least 2048; bulk: 65536)",
  servers: "NAME,…     which servers: c, wasi-net, go, node",
  with: "NAME=COMMAND  one more server; {port} and {buffer} are filled in; it prints listening PORT",
  json: "FILE          write every sample there",
};

const common: Options = {
  seconds: 1.5,
  warmup: 1,
  rounds: 5,
  connections: [50],
  sizes: [64],
  buffer: undefined,
  servers: ["c", "wasi-net", "go", "node"],
  with: [],
  json: undefined,
};

export function optionHelp(): string {
  return Object.entries(help)
    .map(([name, text]) => `  --${name} ${text}`)
    .join("\n");
}

/** Reads the options that a benchmark takes; others are errors, not ignored. */
export function parseOptions(args: readonly string[], spec: OptionSpec): Options {
  const given = readStrings(args, spec.takes);
  const defaults = { ...common, ...spec.defaults };
  return {
    seconds: one(given, "seconds", 0.05) ?? defaults.seconds,
    warmup: one(given, "warmup", 0) ?? defaults.warmup,
    rounds: list(given, "rounds", 1)?.[0] ?? defaults.rounds,
    connections: list(given, "connections", 1) ?? defaults.connections,
    sizes: list(given, "sizes", 1) ?? defaults.sizes,
    buffer: list(given, "buffer", 1)?.[0] ?? defaults.buffer,
    servers: given.servers?.at(-1)?.split(",") ?? defaults.servers,
    with: given.with ?? defaults.with,
    json: given.json?.at(-1) ?? defaults.json,
  };
}

/** Holds a whole message with room to spare, so that a full buffer never hides a drained socket. */
export function bufferFor(size: number, options: Options): number {
  return options.buffer ?? Math.max(2048, 2 * size);
}

type Given = Readonly<Partial<Record<OptionName, string[]>>>;

function readStrings(args: readonly string[], takes: readonly OptionName[]): Given {
  const options = Object.fromEntries(
    takes.map((name) => [name, { type: "string", multiple: true } as const]),
  );
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (cause) {
    const taken = takes.map((name) => `--${name}`).join(" ");
    throw new UsageError(`${(cause as Error).message}\nthis benchmark takes ${taken}`, { cause });
  }
}

function one(given: Given, name: OptionName, least: number): number | undefined {
  const text = given[name]?.at(-1);
  if (text === undefined) return undefined;
  return number(name, text, least);
}

function list(given: Given, name: OptionName, least: number): number[] | undefined {
  return given[name]
    ?.at(-1)
    ?.split(",")
    .map((text) => {
      const value = number(name, text, least);
      if (!Number.isInteger(value)) throw new UsageError(`--${name}: ${text} is not whole`);
      return value;
    });
}

function number(name: OptionName, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < least) {
    throw new UsageError(`--${name}: expected a number of at least ${least}, got "${text}"`);
  }
  return value;
}
