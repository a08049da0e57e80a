/**
 * docs/COVERAGE.md says the truth: every test of ours that it names is there, every test function of Go's is in it, and at least nine
 * of ten that can apply are covered.
 */
import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { coverage, type Row, rows, share, split } from "../../scripts/coverage.ts";
import { needs } from "../e2e/support/machine.ts";
import { suite } from "../harness.ts";

const test = suite("coverage");
const root = new URL("../../", import.meta.url);
const all = rows();

test("the generated document is the one of today", () => {
  assert.equal(readFileSync(new URL("docs/COVERAGE.md", root), "utf8"), coverage(all));
});

test("nine of ten are covered", () => assert.ok(share(all) >= 0.9, `${share(all)}`));

test("every row is whole", () => {
  const states = ["covered", "cannot apply", "open", "outside"];
  const whole = ({ state, ours, reason }: Row): boolean =>
    states.includes(state) && (state === "covered" ? ours.every(isThere) : reason.length > 10);
  assert.deepEqual(
    all.filter((row) => !whole(row) && row.state !== "outside"),
    [],
  );
  assert.deepEqual(
    all.filter((row) => (row.state === "outside") !== (row.name === "*")),
    [],
  );
});

const texts = new Map<string, string>();

/** isThere tells whether a test is where it is said to be: a row of a table of Go's answers, or a name in a program. */
function isThere(one: string): boolean {
  const [file, name] = split(one);
  let text = texts.get(file);
  if (text === undefined) {
    text = readFileSync(new URL(file, root), "utf8");
    texts.set(file, text);
  }
  if (file.endsWith(".txt")) return `\n${text}`.includes(`\n${name}\t`);
  if (file.endsWith(".jsonl")) return text.includes(`"fn":"${name}"`);
  return text.includes(`"${name}"`);
}

test("a name that is nowhere would be found", () => {
  assert.equal(isThere("tests/interop/networks.txt#udp: nam"), false);
  assert.equal(isThere("tests/e2e/nettest.test.ts#PingPon"), false);
});

test(
  "every test function of Go's is listed, and no other",
  () => {
    const folder = `${execFileSync("go", ["env", "GOROOT"]).toString().trim()}/src/net`;
    const outside = new Set(all.filter((row) => row.name === "*").map((row) => row.file));
    const functions = readdirSync(folder)
      .filter((file) => file.endsWith("_test.go"))
      .flatMap((file) => {
        const text = readFileSync(`${folder}/${file}`, "utf8");
        const names = [...text.matchAll(/^func (Test[A-Z]\w*)\(/gm)].map((match) => match[1]);
        return names.map((name) => (outside.has(file) ? `${file} *` : `${file} ${name}`));
      });
    assert.deepEqual(
      all.map(({ file, name }) => `${file} ${name}`).sort(),
      [...new Set(functions)].sort(),
    );
  },
  { skip: needs("go") },
);

test.run();
