/**
 * Sockets on an operating system that is at its worst: a System of tests/faults between the guest and Linux.
 *
 * What Go hides must not be seen: every check of tests/guests/net writes the lines that it writes otherwise, Go's own. What Go
 * does not hide must be Go's error, leave nothing open, and spoil nothing that comes later.
 */
import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { DECORATION, type Decoration } from "../../host/decorate.ts";
import { Guest, type GuestOptions } from "../../host/index.ts";
import { buildGuest } from "../build.ts";
import { told } from "../faults/hidden.ts";
import { suite } from "../harness.ts";
import { ANYWHERE } from "./hosts.ts";
import { hasIPv6 } from "./machine.ts";

const test = suite("faults");
const here = (path: string): string => new URL(path, import.meta.url).href;
const go = parse(readFileSync(new URL("../interop/sockets.txt", import.meta.url), "utf8"));

type Mode = NonNullable<GuestOptions["mode"]>;
type Lines = Map<string, string[]>;

test(
  "the guests build",
  () =>
    Promise.all([
      buildGuest("tests/guests/net/semantics.ts"),
      buildGuest("tests/guests/net/faults.ts"),
    ]),
  { timeout: 120_000 },
);

let usual: Promise<Lines> | undefined;

/** expected are the lines without faults: Go's, and for checks that Go cannot make the port's own. */
async function expected(): Promise<Lines> {
  usual ??= run("cooperative", "tests/guests/net/semantics.ts");
  const lines = new Map(await usual);
  for (const [name, one] of go) if (hasIPv6 || !name.startsWith("ip6:")) lines.set(name, one);
  return lines;
}

const { SEEDS } = process.env;
const seeds = SEEDS === undefined ? ["1", "2", "3"] : SEEDS.split(",");
const modes: readonly Mode[] = ["dedicated", "cooperative"];

test.table(
  "what Go hides is not seen",
  seeds.flatMap((seed) => modes.map((mode) => ({ name: `${mode}, seed ${seed}`, mode, seed }))),
  async ({ mode, seed }) => {
    const decoration = { module: here("../faults/hidden.ts"), argument: seed };
    const lines = await run(mode, "tests/guests/net/semantics.ts", decoration);
    for (const [name, want] of await expected())
      assert.deepEqual(lines.get(name), want, `seed ${seed}: ${name}`);
  },
  { timeout: 40_000 },
);

test("every kind of fault was there", () => {
  const kinds = [
    ...["accept", "recv", "send"].flatMap((call) => [`${call}: EINTR`, `${call}: EAGAIN`]),
    ...["accept: ECONNABORTED", "connect: EINTR", "connect: delay", "recv: short", "send: short"],
    ...["wait: late", "wait: spurious", "wait: not connected yet"],
  ];
  assert.deepEqual(
    kinds.filter((kind) => (told.get(kind) ?? 0) < 5),
    [],
  );
});

/** run answers a guest's lines by the name of their check. */
async function run(mode: Mode, path: string, decoration?: Decoration): Promise<Lines> {
  let text = "";
  let errors = "";
  const options = {
    mode,
    net: ANYWHERE,
    stdout: (bytes: Uint8Array) => {
      text += Buffer.from(bytes).toString();
    },
    stderr: (bytes: Uint8Array) => {
      errors += Buffer.from(bytes).toString();
    },
    signal: AbortSignal.timeout(30_000),
    [DECORATION]: decoration,
  };
  const guest = await Guest.start(await buildGuest(path), options);
  const { code } = await guest.exited;
  assert.equal(errors, "");
  const lines = parse(text);
  if (code !== 0) lines.set("the end", [`code ${code}`]);
  return lines;
}

function parse(text: string): Lines {
  const rows = text.split("\n").filter((line) => line.includes("\t"));
  return new Map(rows.map((line) => [line.split("\t")[0]!, line.split("\t").slice(1)]));
}

test.run();
