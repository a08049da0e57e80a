/**
 * Writes docs/COVERAGE.md from tests/coverage.tsv: what Go's own tests of sockets check, and where that is checked here.
 *
 *     npm run coverage
 */
import { readFileSync, writeFileSync } from "node:fs";

/** What of a test function of Go's there is here. "outside" is a whole file that the list is not about. */
export type State = "covered" | "cannot apply" | "open" | "outside";

/** Row is a test function of Go's; name is "*" for a whole file. */
export interface Row {
  readonly file: string;
  readonly name: string;
  readonly state: State;
  /** Our tests, each FILE#NAME; none unless covered. */
  readonly ours: readonly string[];
  /** Why not, unless covered. */
  readonly reason: string;
}

/** rows reads tests/coverage.tsv. */
export function rows(): Row[] {
  const text = readFileSync(new URL("../tests/coverage.tsv", import.meta.url), "utf8");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.map((line) => {
    const [file = "", name = "", state = "", last = ""] = line.split("\t");
    const covered = state === "covered";
    return {
      file,
      name,
      state: state as State,
      ours: covered ? last.split(" | ") : [],
      reason: covered ? "" : last,
    };
  });
}

/** share is the part of the functions that can apply that is covered, from 0 to 1. */
export function share(all: readonly Row[]): number {
  const covered = count(all, "covered");
  return covered / (covered + count(all, "open"));
}

function count(all: readonly Row[], state: State): number {
  return all.filter((row) => row.state === state).length;
}

/** coverage is the document. */
export function coverage(all: readonly Row[]): string {
  const listed = all.filter((row) => row.state !== "outside");
  const percent = Math.floor(share(all) * 1000) / 10;
  const files = [...new Set(listed.map((row) => row.file))];
  return `# Go's own tests of sockets, and ours

Made by \`npm run coverage\` from tests/coverage.tsv. Do not edit.

Each test function of the files of Go 1.26's package net that are about sockets, and the tests here that check the same: written anew, most
of them as lines that Go and the port must both write (tests/interop). Of ${listed.length} functions ${count(all, "covered")} are covered and ${count(all, "open")} open; ${count(all, "cannot apply")}
cannot apply, each for the reason that stands there. Of those that can apply, ${percent} % are covered.

"Cannot apply" counts for nothing. The resolver's files, those of parsing (which tests/vectors answers) and those of other systems are left
out altogether; they stand at the end. What an entry means: \`file\` and the test's name in it; \`networks\`, \`sockets\`, \`dialer\` and
\`linklocal\` are the tables networks.txt, sockets.txt, dialer.txt and linklocal.txt of tests/interop, whose rows networks.test.ts,
semantics.test.ts, dialer.test.ts and linklocal.test.ts of tests/e2e check.

${files.map((file) => section(file, listed)).join("\n")}
## Files that the list leaves out

${outside(all)}`;
}

function section(file: string, all: readonly Row[]): string {
  const lines = all
    .filter((row) => row.file === file)
    .map((row) => `| ${row.name} | ${cell(row)} |`);
  return `## ${file}\n\n| Go | here |\n| --- | --- |\n${lines.join("\n")}\n`;
}

function cell({ state, ours, reason }: Row): string {
  if (state !== "covered") return `*${state}*: ${reason}`;
  return ours.map(reference).join("; ");
}

function reference(one: string): string {
  const [file, name] = split(one);
  const table = /^tests\/interop\/(\w+)\.txt$/.exec(file)?.[1];
  return `${table ?? `\`${file.slice("tests/".length)}\``}: ${name}`;
}

/** split takes a FILE#NAME apart. */
export function split(one: string): [file: string, name: string] {
  const at = one.indexOf("#");
  return [one.slice(0, at), one.slice(at + 1)];
}

function outside(all: readonly Row[]): string {
  const reasons = new Map<string, string[]>();
  for (const { file, state, reason } of all) {
    if (state === "outside") reasons.set(reason, [...(reasons.get(reason) ?? []), file]);
  }
  return [...reasons].map(([reason, files]) => `- ${reason}: ${files.join(", ")}\n`).join("");
}

const [, program] = process.argv;
if (program === new URL(import.meta.url).pathname) {
  writeFileSync(new URL("../docs/COVERAGE.md", import.meta.url), coverage(rows()));
}
