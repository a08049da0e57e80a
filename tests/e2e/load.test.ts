/**
 * Many connections: all are served, none is starved, and nothing stays behind. Clients are guests that dial.
 *
 * Runs alone: a storm keeps two processors busy and the ports of this machine scarce.
 */
import * as assert from "uvu/assert";
import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { Client, eventually } from "./support/client.ts";
import { type Host, MODES, type Running } from "./support/hosts.ts";
import { openFiles } from "./support/machine.ts";

const test = suite("load");
const [DEDICATED] = MODES as [Host];

const STORMS = [
  { name: "dedicated", host: MODES[0]!, rounds: [2_000, 9_000, 9_000] },
  { name: "cooperative", host: MODES[1]!, rounds: [1_000, 2_000, 2_000] },
];

test(
  "the guests build",
  () => Promise.all(["tests/guests/net/server.ts", "tests/guests/net/load.ts"].map(buildGuest)),
  {
    timeout: 120_000,
  },
);

test.table(
  "a storm of connections leaves nothing behind",
  STORMS,
  async ({ host, rounds }) => {
    await using server = await serve(host);
    using control = await Control.open(server);
    // The first round brings everything to its size: threads, buffers, the heap.
    const counts: Counters[] = [];
    const files: number[] = [];
    for (const round of rounds) {
      await load(server, ["storm", String(round), "200"], `${round} done, 0 errors`);
      await eventually(async () => (await control.ask()).goroutines === 2);
      await eventually(() => openFiles() <= (files.at(-1) ?? Number.POSITIVE_INFINITY));
      counts.push(await control.ask());
      files.push(openFiles());
    }
    const [, before, after] = counts as [Counters, Counters, Counters];
    assert.equal([after.waiting, after.timers], [before.waiting, before.timers]);
    assert.is(after.waiting, 1, "the accept; the control connection runs");
    assert.is(after.timers, 0);
    assert.ok(before.heap > 0, "the heap can be counted");
    assert.ok(
      after.heap <= before.heap + 4096,
      `bytes of heap in use: ${before.heap}, then ${after.heap}`,
    );
    assert.ok(files[2]! <= files[1]!, `open files: ${files.join(", ")}`);
  },
  { timeout: 90_000 },
);

test.table(
  "2,000 connections at once exchange 100 messages each",
  MODES,
  async (host) => {
    await using server = await serve(host);
    await load(server, ["crowd", "2000", "100"], "200000 done, 0 errors");
  },
  { timeout: 90_000 },
);

test.table(
  "connections that never stop sending starve nobody",
  MODES,
  async (host) => {
    await using server = await serve(host);
    using control = await Control.open(server);
    const { port } = await server.listening();
    await using _flood = await dialer(server, ["flood", "3"]);
    await eventually(async () => (await control.ask()).sunk > 2_000_000);
    using client = await Client.connect(port);
    client.write("e");
    const { sunk } = await control.ask();
    for (let i = 0; i < 30; i++) {
      client.write("ping");
      assert.is(await client.read(4), "ping");
    }
    await eventually(async () => (await control.ask()).sunk > sunk + 2_000_000);
  },
  { timeout: 30_000 },
);

/** serve starts the server on all of the loopback's addresses. */
async function serve(host: Host): Promise<Running> {
  const server = await host.start(await buildGuest("tests/guests/net/server.ts"), { args: [":0"] });
  await server.listening();
  return server;
}

async function dialer(
  server: Running,
  args: readonly string[],
  stdout = (_: Uint8Array): void => undefined,
): Promise<Running> {
  const { port } = await server.listening();
  const wasm = await buildGuest("tests/guests/net/load.ts");
  return DEDICATED.start(wasm, { args: [`127.0.0.1:${port}`, ...args], stdout });
}

/** load runs the client to its end, which must say so. */
async function load(server: Running, args: readonly string[], says: string): Promise<void> {
  const output: string[] = [];
  await using client = await dialer(server, args, (bytes) => {
    output.push(Buffer.from(bytes).toString());
  });
  const { code } = await client.exited;
  assert.is(output.join("").trim(), says);
  assert.is(code, 0);
}

interface Counters {
  readonly goroutines: number;
  readonly waiting: number;
  readonly timers: number;
  readonly heap: number;
  readonly sunk: number;
}

/** Control is the connection on which the server tells its counters, after a collection. */
class Control implements Disposable {
  readonly #client: Client;

  static async open(server: Running): Promise<Control> {
    const { port } = await server.listening();
    return new Control(await Client.connect(port));
  }

  private constructor(client: Client) {
    this.#client = client;
  }

  async ask(): Promise<Counters> {
    this.#client.write("?");
    const line = await this.#client.readTo("\n");
    const [goroutines = 0, waiting = 0, timers = 0, heap = 0, sunk = 0] = line
      .split(" ")
      .map(Number);
    // Main counts as well as the one that asks.
    return { goroutines, waiting, timers, heap, sunk };
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]();
  }
}

test.run();
