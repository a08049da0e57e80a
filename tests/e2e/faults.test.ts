/**
 * Sockets on an operating system that is at its worst: a System of tests/faults between the guest and Linux.
 *
 * What Go hides must not be seen: every check of tests/guests/net writes the lines that it writes otherwise, Go's own. What Go
 * does not hide must be Go's error, leave nothing open, and spoil nothing that comes later.
 */
import * as assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { DECORATION, type Decoration } from "../../host/decorate.ts";
import { Guest, type GuestOptions } from "../../host/index.ts";
import { buildGuest, buildShuffled } from "../build.ts";
import { told } from "../faults/hidden.ts";
import { suite } from "../harness.ts";
import { ANYWHERE } from "./support/hosts.ts";
import { type Lines, parse, table, why } from "./support/twin.ts";

const test = suite("faults");
const here = (path: string): string => new URL(path, import.meta.url).href;

type Mode = NonNullable<GuestOptions["mode"]>;

/** Program is a guest whose checks write lines that are Go's, by the table in tests/interop. */
interface Program {
  readonly name: string;
  readonly source: string;
  readonly args?: (folder: string) => readonly string[];
}

const programs: readonly Program[] = [
  { name: "sockets", source: "tests/guests/net/semantics.ts" },
  {
    name: "networks",
    source: "tests/guests/net/networks.ts",
    args: (folder) => ["all", folder, `127.${randomInt(1, 250)}.${randomInt(1, 250)}.`],
  },
  { name: "dialer", source: "tests/guests/dialer/main.ts" },
];

test(
  "the guests build",
  () =>
    Promise.all([
      ...programs.map(({ source }) => buildGuest(source)),
      buildGuest(ordered.source),
      buildGuest("tests/guests/nettest/main.ts"),
      buildShuffled("tests/guests/schedules/main.ts"),
    ]),
  { timeout: 240_000 },
);

const usual = new Map<Program, Promise<Lines>>();

/** Checks that are about one moment of the poller's cannot be made when events come late. */
const MOMENTS = [
  "own: cancelled in the moment of the connection",
  "own: cancelled in the moment of a refusal",
];

/** expected are the lines without faults: Go's, and for checks that Go cannot make the port's own. */
async function expected(program: Program): Promise<Lines> {
  let lines = usual.get(program);
  lines ??= lived("cooperative", program);
  usual.set(program, lines);
  const go = [...table(program.name)].filter(([name]) => why(name) === undefined);
  const all = new Map([...(await lines), ...go]);
  for (const moment of MOMENTS) all.delete(moment);
  return all;
}

/** lived runs a program in a folder of its own. */
async function lived(mode: Mode, program: Program, decoration?: Decoration): Promise<Lines> {
  const folder = mkdtempSync(`${tmpdir()}/wasi-net-faults-`);
  try {
    const args = program.args?.(folder) ?? [];
    const wasm = await buildGuest(program.source);
    return parse(await output(wasm, { mode, args: ["guest", ...args] }, decoration));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { SEEDS } = process.env;
const seeds = SEEDS === undefined ? ["1", "2", "3"] : SEEDS.split(",");
const modes: readonly Mode[] = ["dedicated", "cooperative"];

test.table(
  "what Go hides is not seen",
  programs.flatMap((program) =>
    seeds.flatMap((seed) =>
      modes.map((mode) => ({
        name: `${program.name}, ${mode}, seed ${seed}`,
        program,
        mode,
        seed,
      })),
    ),
  ),
  async ({ program, mode, seed }) => {
    const decoration = { module: here("../faults/hidden.ts"), argument: seed };
    const lines = await lived(mode, program, decoration);
    for (const [name, want] of await expected(program))
      assert.deepEqual(lines.get(name), want, `seed ${seed}: ${name}`);
  },
  { timeout: 40_000 },
);

test.table(
  "in any order of goroutines",
  seeds.flatMap((seed) => modes.map((mode) => ({ name: `${mode}, seed ${seed}`, mode, seed }))),
  async ({ mode, seed }) => {
    const decoration = { module: here("../faults/hidden.ts"), argument: `${seed} all` };
    const wasm = await buildShuffled("tests/guests/schedules/main.ts");
    const text = await output(
      wasm,
      { mode, env: { WASI_NET_SEED: seed }, args: ["guest", seed] },
      decoration,
    );
    assert.match(text, /^(ok .*\n)+$/, `seed ${seed}`);
  },
  { timeout: 40_000 },
);

/** The other networks; a lost datagram puts some of nettest's sub-tests out of step. */
const SUBTESTS = "PingPong RacyRead RacyWrite ReadTimeout WriteTimeout PastTimeout PresentTimeout";
const networks = ["unix", "unixpacket", "unixgram", "udp"].map((name) => ({ name }));

test.table(
  "nettest over",
  networks,
  async ({ name }) => {
    const decoration = { module: here("../faults/hidden.ts"), argument: "1 all" };
    const wasm = await buildGuest("tests/guests/nettest/main.ts");
    const args = ["guest", name, "2", ...SUBTESTS.split(" ")];
    const text = await output(wasm, { mode: "cooperative", args }, decoration);
    assert.equal(text.match(/^ok /gm)?.length, args.length - 3, text);
  },
  { timeout: 60_000 },
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

/**
 * Go's errors for what it does not hide: what the same calls of Go answer under `strace -f -e inject=accept4:error=EMFILE` and the
 * like.
 */
const seen = parse(readFileSync(new URL("../faults/errors.txt", import.meta.url), "utf8"));
const ordered: Program = {
  name: "ordered",
  source: "tests/guests/net/faults.ts",
  args: (folder) => [folder],
};

for (const mode of modes) {
  let lines: Promise<Lines> | undefined;
  const run = (): Promise<Lines> => {
    lines ??= lived(mode, ordered, { module: here("../faults/ordered.ts"), argument: "" });
    return lines;
  };
  for (const [name, want] of seen) {
    test(
      `${mode}: what Go does not hide is Go's error: ${name}`,
      async () => assert.deepEqual((await run()).get(name), want),
      { timeout: 20_000, skip: why(name) },
    );
  }
  test(`${mode}: there is no check without a row`, async () => {
    assert.deepEqual(
      [...(await run()).keys()],
      [...seen.keys()].filter((name) => why(name) === undefined),
    );
  });
}

/** output answers all that a guest writes to its end, which must be a good one. */
async function output(
  wasm: Uint8Array,
  more: Pick<GuestOptions, "mode" | "args" | "env">,
  decoration?: Decoration,
): Promise<string> {
  let text = "";
  let errors = "";
  const options = {
    ...more,
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
  const guest = await Guest.start(wasm, options);
  const { code } = await guest.exited;
  assert.deepEqual({ errors, code }, { errors: "", code: 0 }, text);
  return text;
}

test.run();
