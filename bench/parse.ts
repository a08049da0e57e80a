import { spawnSync } from "node:child_process";
import { BenchError } from "./errors.ts";
import { readers, time } from "./library.ts";
import { machine } from "./machine.ts";
import type { Options } from "./options.ts";
import { type Bench, table, writeJson } from "./report.ts";
import { rotated } from "./rounds.ts";
import { ratios, spread } from "./stats.ts";
import { compileGo, compileGuest, requireCli } from "./toolchain.ts";

/** The parsers inside the guest against Go's own, and the JavaScript library against others. */
export const parse: Bench = {
  summary: "time of the parsers: in the guest and in Go; of the JavaScript library and others",
  takes: ["seconds", "rounds", "json"],
  defaults: { seconds: 0.2 },
  run: runParse,
};

const ADDRESSES = [
  "127.0.0.1",
  "255.255.255.255",
  "::1",
  "2001:db8::1",
  "fd7a:115c:a1e0:ab12:4843:cd96:626b:430b",
  "::ffff:192.168.140.255",
  "fe80::1cc0:3e8c:119f:c2e1%ens18",
];

/** What is read in the guest and in Go; "..." stands for 4096 addresses in turn. "host,port" splits, and reads both parts. */
const CASES = [
  ...ADDRESSES.map((address) => `parseAddr ${address}`),
  "parseAddr ...",
  "parsePrefix 192.0.2.0/24",
  "parsePrefix 2001:db8::/32",
  "parseIP 192.0.2.1",
  "parseIP 2001:db8::1",
  "splitHostPort 192.0.2.1:80",
  "splitHostPort [2001:db8::1]:80",
  "host,port 192.0.2.1:80",
  "host,port [2001:db8::1]:80",
];

/** What is read in JavaScript: those addresses over and over, and as many different ones. */
const TEXTS: readonly { readonly name: string; readonly texts: readonly string[] }[] = [
  { name: "the same 7", texts: Array.from({ length: 1024 }, (_, i) => ADDRESSES[i % 7]!) },
  { name: "1024 different", texts: Array.from({ length: 1024 }, (_, i) => different(i)) },
];

const MEANING =
  "ns: one text; ratio: the time over Go's or, in JavaScript, over ipaddr.js's in the same round, " +
  "less is better. Medians of the rounds, in brackets least and most.";

/** Nanoseconds for each case, round by round. */
type Times = number[][];

interface Parser {
  readonly command: readonly string[];
  readonly times: Times;
}

async function runParse(options: Options): Promise<boolean> {
  const guest = [requireCli(), "run", compileGuest("parse.wasm", "bench/guests/parse.ts")];
  const ours: Parser = { command: [process.execPath, ...guest], times: [] };
  const program = compileGo("parse-go", "bench/programs/parse.go");
  const go: Parser | undefined = program ? { command: [program], times: [] } : undefined;
  const about = [machine(), ...(go ? [] : ["no go: nothing to compare with"])];
  console.log([...about, MEANING, ""].join("\n"));

  const parsers = go ? [go, ours] : [ours];
  const library = readers.map((reader) => ({ reader, times: [] as Times }));
  for (let round = 0; round < options.rounds; round++) {
    for (const parser of rotated(parsers, round)) {
      parser.times.push(times(parser.command, options.seconds));
    }
    for (const { reader, times } of rotated(library, round)) {
      for (const { texts } of TEXTS) time(reader, texts, options.seconds / 4);
      times.push(TEXTS.map(({ texts }) => time(reader, texts, options.seconds)));
    }
  }
  console.log(`${parseTable(ours.times, go?.times ?? [])}\n`);
  console.log(libraryTable(library.map(({ times }) => times)));
  writeJson(options.json, { about, options, cases: CASES, ours, go, library });
  return true;
}

/** Runs a parser once; it prints a line for each case, in their order. */
function times([file, ...args]: readonly string[], seconds: number): number[] {
  const all = [...args, `${Math.round(seconds * 1000)}`, ...CASES];
  const { status, stdout, stderr } = spawnSync(file!, all, { encoding: "utf8" });
  const lines = stdout.trimEnd().split("\n");
  if (status !== 0 || lines.length !== CASES.length) {
    throw new BenchError(`${file} ${args.join(" ")} failed (exit ${status}):\n${stdout}${stderr}`);
  }
  return lines.map(Number);
}

function parseTable(ours: Times, go: Times): string {
  const rows = CASES.map((name, i) => {
    const mine = at(ours, i);
    return [name, ...(go.length === 0 ? ["", median(mine)] : compared(mine, at(go, i)))];
  });
  return table([["in the guest", "Go ns", "wasi-net ns", "ratio", ""], ...rows]);
}

function libraryTable(all: readonly Times[]): string {
  const rows = TEXTS.flatMap(({ name }, i) =>
    all.map((times, which) => {
      const [, ns, ...ratio] = compared(at(times, i), at(all[0]!, i));
      return [`${name}: ${readers[which]!.name}`, ns!, ...ratio];
    }),
  );
  return table([["in JavaScript", "ns", "ratio", ""], ...rows]);
}

/** The yardstick's median, the other's, and what the ratios of the rounds are. */
function compared(mine: readonly number[], yardstick: readonly number[]): string[] {
  const ratio = ratios(mine, yardstick);
  const around = `(${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)})`;
  return [median(yardstick), median(mine), ratio.median.toFixed(2), around];
}

function at(rounds: Times, i: number): number[] {
  return rounds.map((round) => round[i]!);
}

function median(values: readonly number[]): string {
  return spread(values).median.toFixed(1);
}

function different(i: number): string {
  return i % 2 === 0 ? `10.1.${i >> 8}.${i & 255}` : `2001:db8:${i.toString(16)}::1`;
}
