/**
 * Programs whose goroutines run in an order of chance (assembly/task/shuffle.ts), once for each of many seeds. What fails is named
 * with its seed; to have that run again:
 *
 *     SEEDS=17 node --import tsx tests/e2e/schedules.test.ts
 */
import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Guest } from "../../host/index.ts";
import { buildGuest, buildShuffled } from "../build.ts";
import { suite } from "../harness.ts";
import { ANYWHERE } from "./support/hosts.ts";

const test = suite("schedules");
const guests = new URL("../guests/schedules/", import.meta.url);
const checks = ["tasks", "conn", "listener"].flatMap((file) =>
  [...readFileSync(new URL(`${file}.ts`, guests), "utf8").matchAll(/check\(\s*"([^"]+)"/g)].map(
    (match) => `ok ${match[1]}`,
  ),
);

const { SEEDS } = process.env;
const seeds =
  SEEDS === undefined ? Array.from({ length: 40 }, (_, i) => `${i + 1}`) : SEEDS.split(",");
const rows = seeds.map((seed) => ({ name: `seed ${seed}`, seed }));

let shuffled: Promise<Uint8Array> | undefined;

test(
  "the guest builds",
  async () => {
    shuffled = buildShuffled("tests/guests/schedules/main.ts");
    await shuffled;
  },
  { timeout: 120_000 },
);

/** Most seeds in this thread, which is faster; what differs in a thread of its own is the wait, not the scheduler. */
test.table(
  "the checks hold",
  rows,
  async ({ seed }) => {
    const mode = Number(seed) % 4 === 0 ? "dedicated" : "cooperative";
    const lines = await run(await shuffled!, mode, seed);
    assert.deepEqual(lines, checks, `${mode}, seed ${seed}`);
  },
  { timeout: 20_000 },
);

test(
  "a seed decides the order, and none is needed",
  async () => {
    const wasm = await buildShuffled("tests/guests/schedules/order.ts");
    const orders = await Promise.all(
      ["1", "1", "2", ""].map((seed) => run(wasm, "cooperative", seed)),
    );
    assert.deepEqual(orders[0], orders[1]);
    assert.notDeepEqual(orders[0], orders[2]);
    assert.equal(new Set(orders[3]).size, orders[0]!.length);
    const plain = await run(
      await buildGuest("tests/guests/schedules/order.ts"),
      "cooperative",
      "1",
    );
    assert.deepEqual(plain, [...plain].sort());
  },
  { timeout: 60_000 },
);

/** run answers the lines that a guest writes with a seed. */
async function run(
  wasm: Uint8Array,
  mode: "cooperative" | "dedicated",
  seed: string,
): Promise<string[]> {
  let text = "";
  const write = (bytes: Uint8Array): void => {
    text += Buffer.from(bytes).toString();
  };
  const guest = await Guest.start(wasm, {
    mode,
    args: ["guest", seed],
    env: seed === "" ? {} : { WASI_NET_SEED: seed },
    net: ANYWHERE,
    stdout: write,
    stderr: write,
    signal: AbortSignal.timeout(15_000),
  });
  const { code } = await guest.exited;
  if (code !== 0) text += `ended with code ${code}\n`;
  return text.trimEnd().split("\n");
}

test.run();
