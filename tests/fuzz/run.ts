/**
 * npm run fuzz -- --seconds 60: asks the port and Go the same, over and over, until they differ;
 * then it makes the first difference's input as short as can be and exits with 1.
 *
 * The questions are the texts of tests/vectors/go-net.jsonl with a few bytes changed. The seed is
 * printed, and `--seed N` asks the same questions again. Needs Go.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeBytes } from "../vectors/bytes.ts";
import { check } from "../vectors/check.ts";
import { type Answer, guest } from "../vectors/guest.ts";
import type { Vector } from "../vectors/row.ts";
import { askGo, buildGo, GoError } from "./go.ts";
import { random } from "./mutate.ts";
import { type Options, readOptions, USAGE, UsageError } from "./options.ts";
import { keyOf, newQuestion, type Question, questionOf, readCorpus } from "./questions.ts";
import { shrink } from "./shrink.ts";

const BATCH = 20_000;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "wasi-net-fuzz-"));
  try {
    const options = readOptions(args);
    if (options !== undefined) return await fuzz(options, folder);
    console.log(USAGE);
    return 0;
  } catch (error) {
    const isUsage = error instanceof UsageError;
    if (!isUsage && !(error instanceof GoError)) throw error;
    process.stderr.write(`fuzz: ${error.message}\n${isUsage ? `${USAGE}\n` : ""}`);
    return isUsage ? 2 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function fuzz({ seconds, seed }: Options, folder: string): Promise<number> {
  const go = buildGo(folder);
  // Go looks names up in this machine's tables too.
  const answer = await guest([table("/etc/services"), table("/etc/protocols")]);
  const corpus = readCorpus();
  const pick = random(seed);
  const asking: Asking = { go, answer };
  let passed = 0;
  let failed = 0;
  console.log(`seed ${seed}`);
  const end = Date.now() + seconds * 1000;
  do {
    const questions = Array.from({ length: BATCH }, () => newQuestion(corpus, pick));
    const { asked, differ } = ask(asking, questions);
    failed = differ.filter(Boolean).length;
    passed += asked - failed;
    if (failed > 0) explain(asking, questions[differ.indexOf(true)] as Question);
  } while (Date.now() < end && failed === 0);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

/** The two who are asked. */
interface Asking {
  readonly go: string;
  readonly answer: (vectors: readonly Vector[]) => readonly Answer[];
}

function table(file: string): string {
  return existsSync(file) ? decodeBytes(readFileSync(file)) : "";
}

/** Asks Go and the port: how many questions Go answered, and of each whether they differ. */
function ask(
  { go, answer }: Asking,
  questions: readonly Question[],
): { asked: number; differ: boolean[] } {
  const vectors = askGo(go, questions);
  const answers = answer(vectors);
  const wrong = new Set<string>();
  vectors.forEach((vector, i) => {
    if (check([vector], [answers[i] ?? {}]).mismatches.length === 0) return;
    wrong.add(keyOf(questionOf(vector)));
  });
  return { asked: vectors.length, differ: questions.map((question) => wrong.has(keyOf(question))) };
}

/** Prints a difference, as short as it gets. */
function explain(asking: Asking, { fn, in: inputs }: Question): void {
  const questions = (all: readonly (readonly Uint8Array[])[]): Question[] =>
    all.map((texts) => ({ fn, in: texts }));
  const least = shrink(inputs, (all) => ask(asking, questions(all)).differ);
  const vectors = askGo(asking.go, questions([least]));
  for (const mismatch of check(vectors, asking.answer(vectors)).mismatches) console.log(mismatch);
}
