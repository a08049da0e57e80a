/** What `npm run vectors` says of files, good and bad. */
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "../harness.ts";
import { command } from "./command.ts";
import { guest } from "./guest.ts";

const GOOD = '{"fn":"net.JoinHostPort","in":["::1","80"],"out":"[::1]:80"}';
const USAGE = "usage: npm run vectors -- FILE.jsonl ...";

const test = suite("vectors command");
// Built now, and not in the time of the first test.
await guest();

/** Runs the command; `FILE` in args is a file of a content, and stands for it in what is printed. */
async function run(args: readonly string[], content: string) {
  const folder = mkdtempSync(join(tmpdir(), "wasi-net-vectors-"));
  try {
    const file = join(folder, "vectors.jsonl");
    writeFileSync(file, content);
    const printed: { out: string[]; err: string[] } = { out: [], err: [] };
    const into = (lines: string[]) => (line: string) => {
      lines.push(...line.replaceAll(file, "FILE").replaceAll(folder, "FOLDER").split("\n"));
    };
    const places: Record<string, string> = { FILE: file, FOLDER: folder };
    const code = await command(
      args.map((arg) => places[arg] ?? arg),
      { out: into(printed.out), err: into(printed.err) },
    );
    return { code, ...printed };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.table(
  "arguments",
  [
    { name: "none", args: [], code: 2, out: [], err: [USAGE] },
    { name: "help", args: ["--help"], code: 0, out: [USAGE], err: [] },
    { name: "help, short, with a file", args: ["-h", "FILE"], code: 0, out: [USAGE], err: [] },
    {
      name: "no such file",
      args: ["missing.jsonl"],
      code: 1,
      out: ["0 passed, 1 failed"],
      err: ["missing.jsonl: no such file"],
    },
    {
      name: "the others are run all the same",
      args: ["FOLDER", "FILE"],
      code: 1,
      out: ["1 passed, 1 failed"],
      err: ["FOLDER: is a folder"],
    },
    { name: "a file", args: ["FILE"], code: 0, out: ["1 passed, 0 failed"], err: [] },
    { name: "a file twice", args: ["FILE", "FILE"], code: 0, out: ["2 passed, 0 failed"], err: [] },
  ],
  async ({ args, code, out, err }) => {
    assert.deepEqual(await run(args, GOOD), { code, out, err });
  },
);

test("an unknown option", async () => {
  const { code, out, err } = await run(["--bogus", "FILE"], GOOD);
  assert.equal(code, 2);
  assert.deepEqual(out, []);
  assert.match(err.join("\n"), /^vectors: .*--bogus.*\nusage: /);
});

test.table(
  "lines that are trimmed",
  [
    { name: "a line feed at the end", content: `${GOOD}\n` },
    { name: "carriage returns", content: `${GOOD}\r\n\r\n` },
    { name: "blank lines", content: `\n \t\n  ${GOOD}  \n\n` },
    { name: "a byte order mark", content: `\ufeff${GOOD}` },
  ],
  async ({ content }) => {
    assert.deepEqual(await run(["FILE"], content), {
      code: 0,
      out: ["1 passed, 0 failed"],
      err: [],
    });
  },
);

test.table(
  "nothing to check",
  [
    { name: "an empty file", content: "" },
    { name: "blank lines", content: "\n\r\n" },
  ],
  async ({ content }) => {
    const [out, err] = [["0 passed, 0 failed"], ["FILE: no vectors"]];
    assert.deepEqual(await run(["FILE"], content), { code: 1, out, err });
  },
);

test.table(
  "malformed",
  [
    { name: "not JSON", row: "{nope", why: /JSON/ },
    { name: "a list", row: "[]", why: /^no object$/ },
    { name: "null", row: "null", why: /^no object$/ },
    { name: "no fn", row: '{"in":[],"out":1}', why: /^"fn" is not a string$/ },
    { name: "no in", row: '{"fn":"net.ParseIP","out":1}', why: /^"in" is not a list$/ },
    { name: "a list inside in", row: '{"fn":"x","in":[[]],"out":1}', why: /^"in" holds/ },
    { name: "b64", row: '{"fn":"x","in":[],"b64":1,"out":1}', why: /^"b64" is not a boolean$/ },
    { name: "err", row: '{"fn":"x","in":[],"err":1}', why: /^"err" is not a string$/ },
    { name: "neither result", row: '{"fn":"x","in":[]}', why: /^not one of "out" and "err"$/ },
    {
      name: "in that is no base64",
      row: '{"fn":"x","in":["é"],"b64":true,"out":1}',
      why: /^"in" is not base64$/,
    },
    {
      name: "out that is no base64",
      row: '{"fn":"x","in":[],"b64out":true,"out":{"a":["b"]}}',
      why: /^"out" is not base64$/,
    },
  ],
  async ({ row, why }) => {
    const { code, out, err } = await run(["FILE"], `${GOOD}\n${row}\n${GOOD}\n`);
    assert.equal(code, 1);
    assert.deepEqual(out, ["2 passed, 1 failed"]);
    assert.equal(err.length, 1);
    assert.match(err[0]!.replace(/^FILE:2: /, ""), why);
  },
);

test("the guest dies of a row, and the others are answered", async () => {
  const died = '{"fn":"net.ParseIP","in":[],"out":null}';
  const { code, out, err } = await run(["FILE"], [died, GOOD, died, died, GOOD].join("\n"));
  assert.equal(code, 1);
  assert.deepEqual(err, []);
  assert.match(
    out.join("\n"),
    /^FILE:1: net.ParseIP \[\]\n +want .*\n +got +\{"died":"panic: Index out of/,
  );
  assert.deepEqual(out.slice(-2), ["net.ParseIP: 0 passed, 3 failed", "2 passed, 3 failed"]);
});

test("bytes that are not UTF-8, there and back", async () => {
  const row = (out: string): string =>
    `{"fn":"net.JoinHostPort","in":["gA==","XAkK"],"b64":true,"b64out":true,"out":"${out}"}`;
  const joined = (byte: number): string =>
    row(Buffer.from([byte, ...Buffer.from(":\\\t\n")]).toString("base64"));
  const { out } = await run(["FILE"], `${joined(0x80)}\n${joined(0x81)}\n`);
  assert.equal(out.at(-1), "1 passed, 1 failed");
});

test("a wrong answer and an unknown function", async () => {
  const rows = [
    '{"fn":"net.ParseIP","in":["x"],"out":{"str":"x"}}',
    '{"fn":"net.Bogus","in":[],"out":1}',
    '{"fn":"tables","in":[],"out":1}',
  ];
  const { code, out } = await run(["FILE"], rows.join("\n"));
  assert.equal(code, 1);
  assert.deepEqual(out.slice(0, 3), [
    'FILE:1: net.ParseIP ["x"]',
    '  want {"out":{"str":"x"}}',
    '  got  {"out":null}',
  ]);
  assert.ok(out.includes("net.Bogus: 0 passed, 1 failed, no such fn"), out.join("\n"));
  assert.equal(out.at(-1), "0 passed, 3 failed");
});

test(
  "as a process",
  () => {
    const script = fileURLToPath(new URL("run.ts", import.meta.url));
    const args = ["--import", "tsx", script, "missing.jsonl"];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    assert.deepEqual(
      { status, stdout, stderr },
      { status: 1, stdout: "0 passed, 1 failed\n", stderr: "missing.jsonl: no such file\n" },
    );
  },
  { timeout: 60_000 },
);

test.run();
