/**
 * npm run fuzz -- --seconds 60: asks the port and Go the same, over and over, until they differ;
 * then it makes the first difference's input as short as can be and exits with 1.
 *
 * The questions are the texts of tests/vectors/go-net.jsonl with a few bytes changed. The seed is
 * printed, and `--seed N` asks the same questions again. Needs Go.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { check } from "../vectors/check.ts";
import { decodeBytes, guest, type Vector } from "../vectors/guest.ts";
import { mutate, type Random, random } from "./mutate.ts";
import { shrink } from "./shrink.ts";

/** The functions that the Go program answers for when asked. */
const FUNCTIONS = new Set([
  ...["ParseAddr", "ParseAddrPort", "ParsePrefix"].map((name) => `netip.${name}`),
  ...["Addr", "AddrPort", "Prefix"].map((name) => `netip.${name}.UnmarshalText`),
  ...["ParseIP", "ParseCIDR", "ParseMAC", "SplitHostPort", "JoinHostPort", "LookupPort"].map(
    (name) => `net.${name}`,
  ),
  ...["TCP", "UDP", "IP"].map((name) => `net.Resolve${name}Addr`),
  "strconv.Quote",
]);
const BATCH = 20_000;

interface Question {
  readonly fn: string;
  readonly in: readonly Uint8Array[];
}

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "10" }, seed: { type: "string" } },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const pick = random(seed);
const corpus = readCorpus();
const answer = await guest();
const directory = mkdtempSync(join(tmpdir(), "wasi-net-fuzz-"));
process.exitCode = 1;
try {
  const go = buildGo(directory);
  let passed = 0;
  let failed = 0;
  console.log(`seed ${seed}`);
  // Go looks names up in this machine's tables too.
  answer([{ fn: "tables", in: [table("/etc/services"), table("/etc/protocols")] }]);
  const end = Date.now() + Number(values.seconds) * 1000;
  do {
    const questions = Array.from({ length: BATCH }, () => question(pick));
    const { asked, differ } = ask(go, questions);
    failed = differ.filter(Boolean).length;
    passed += asked - failed;
    if (failed > 0) explain(go, questions[differ.indexOf(true)] as Question);
  } while (Date.now() < end && failed === 0);
  console.log(`${passed} passed, ${failed} failed`);
  if (failed === 0 && passed > 0) process.exitCode = 0;
} finally {
  rmSync(directory, { recursive: true });
}

function readCorpus(): Question[] {
  const file = new URL("../vectors/go-net.jsonl", import.meta.url);
  const questions: Question[] = [];
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const vector = line === "" ? undefined : (JSON.parse(line) as Vector);
    if (vector === undefined || !FUNCTIONS.has(vector.fn)) continue;
    const encoding = vector.b64 ? "base64" : "utf8";
    questions.push({ fn: vector.fn, in: vector.in.map((s) => Buffer.from(String(s), encoding)) });
  }
  return questions;
}

function table(file: string): string {
  return existsSync(file) ? decodeBytes(readFileSync(file)) : "";
}

/** A text of the corpus, changed, and often put to another function than it came from. */
function question(pick: Random): Question {
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

function buildGo(directory: string): string {
  const program = join(directory, "gen");
  const cwd = fileURLToPath(new URL("../vectors/gen", import.meta.url));
  const env = { ...process.env, CGO_ENABLED: "0" };
  const { status } = spawnSync("go", ["build", "-o", program, "."], { cwd, env, stdio: "inherit" });
  if (status !== 0) throw new Error("go build failed");
  return program;
}

/** Asks Go and the port: how many questions Go answered, and of each whether they differ. */
function ask(go: string, questions: readonly Question[]): { asked: number; differ: boolean[] } {
  const vectors = askGo(go, questions);
  const answers = answer(vectors);
  const wrong = new Set<string>();
  vectors.forEach((vector, i) => {
    if (check([vector], [answers[i] ?? {}]).mismatches.length === 0) return;
    const encoding = vector.b64 ? "base64" : "utf8";
    wrong.add(
      keyOf(
        vector.fn,
        vector.in.map((text) => Buffer.from(String(text), encoding)),
      ),
    );
  });
  const differ = questions.map((question) => wrong.has(keyOf(question.fn, question.in)));
  return { asked: vectors.length, differ };
}

/** What tells one question from another: Go answers neither twice nor in order. */
function keyOf(fn: string, inputs: readonly Uint8Array[]): string {
  return [fn, ...inputs.map((input) => Buffer.from(input).toString("hex"))].join(" ");
}

/** Prints a difference, as short as it gets. */
function explain(go: string, { fn, in: inputs }: Question): void {
  const questions = (all: readonly (readonly Uint8Array[])[]): Question[] =>
    all.map((texts) => ({ fn, in: texts }));
  const least = shrink(inputs, (all) => ask(go, questions(all)).differ);
  const vectors = askGo(go, questions([least]));
  for (const mismatch of check(vectors, answer(vectors)).mismatches) console.log(mismatch);
}

/** What Go answers; questions whose answer depends on the machine are left out. */
function askGo(program: string, questions: readonly Question[]): Vector[] {
  const input = questions
    .map((q) =>
      JSON.stringify({ fn: q.fn, in: q.in.map((s) => Buffer.from(s).toString("base64")) }),
    )
    .join("\n");
  const { stdout, stderr, status } = spawnSync(program, ["-ask"], { input, maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(stderr.toString());
  return stdout
    .toString()
    .split("\n")
    .filter((line) => line.length > 2)
    .map((line) => JSON.parse(line) as Vector);
}
