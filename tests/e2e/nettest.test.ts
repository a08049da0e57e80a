/**
 * Every connection, whatever its network, behaves as Go's net.Conn must: the eleven sub-tests of golang.org/x/net/nettest, each many
 * times, as in tests/guests/nettest.
 */
import * as assert from "node:assert/strict";
import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { type Host, MODES } from "./support/hosts.ts";
import { hasIPv6 } from "./support/machine.ts";

const ROUNDS = "20";
/** For whatever keeps its bytes in order until the end. */
const STREAM = [
  ...["BasicIO", "PingPong", "RacyRead", "RacyWrite", "ReadTimeout", "WriteTimeout"],
  ...["PastTimeout", "PresentTimeout", "FutureTimeout", "CloseTimeout", "ConcurrentMethods"],
];
/** Packets have no end. */
const PACKETS = without(STREAM, "BasicIO");
/** Packets that nobody takes in time are lost, and then nothing can be in step again. */
const LOSSY = without(PACKETS, "FutureTimeout", "ConcurrentMethods");
const needsIPv6 = hasIPv6 ? undefined : "needs IPv6";

const NETWORKS: readonly Network[] = [
  { name: "pipe", subtests: STREAM },
  { name: "tcp", subtests: STREAM },
  { name: "tcp4", subtests: STREAM },
  { name: "tcp6", subtests: STREAM, skip: needsIPv6 },
  { name: "unix", subtests: STREAM },
  { name: "unixpacket", subtests: STREAM },
  { name: "unixgram", subtests: PACKETS },
  { name: "udp", subtests: LOSSY },
  { name: "udp4", subtests: LOSSY },
  { name: "udp6", subtests: LOSSY, skip: needsIPv6 },
];

interface Network {
  readonly name: string;
  readonly subtests: readonly string[];
  readonly skip?: string | undefined;
}

const test = suite("nettest");
const wasm = await buildGuest("tests/guests/nettest/main.ts");

for (const network of NETWORKS) {
  // All hosts at once: they share nothing.
  let runs: Map<Host, Promise<Run>> | undefined;
  for (const host of MODES) {
    for (const name of network.subtests) {
      const check = async (): Promise<void> => {
        runs ??= new Map(MODES.map((each) => [each, start(each, network)]));
        const run = runs.get(host);
        assert.ok(run);
        verdict(await run, name);
      };
      // The first one of a network waits for all.
      const options = { timeout: 40_000, skip: network.skip };
      test(`${host.name}: ${network.name}/${name}`, check, options);
    }
  }
}

function without(names: readonly string[], ...others: readonly string[]): readonly string[] {
  return names.filter((name) => !others.includes(name));
}

/** Run is what a guest said of its sub-tests, and how it ended: by itself with a code, or not at all. */
interface Run {
  readonly lines: readonly string[];
  readonly code: number | undefined;
}

function verdict({ lines, code }: Run, name: string): void {
  if (lines.includes(`ok ${name}`)) return;
  const failure = lines.find((line) => line.startsWith(`FAIL ${name}: `));
  if (failure !== undefined) assert.fail(failure);
  const end = code === undefined ? "hung and was stopped" : `ended with code ${code}`;
  const last = lines.findLast((line) => line.startsWith("run "));
  assert.fail(`${name} has no result: the guest ${end} in: ${last ?? "its start"}`);
}

async function start(host: Host, network: Network): Promise<Run> {
  let text = "";
  await using guest = await host.start(wasm, {
    args: [network.name, ROUNDS, ...network.subtests],
    stdout: (bytes) => {
      text += Buffer.from(bytes).toString();
    },
  });
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, 30_000, undefined);
  });
  const end = await Promise.race([guest.exited, limit]);
  clearTimeout(timer);
  return { lines: text.split("\n"), code: end?.code };
}

test.run();
