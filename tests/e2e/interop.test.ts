/**
 * The port against Go's own net, in both directions, over every network.
 *
 * One program stands twice: tests/interop/peer in Go, tests/guests/interop for the port. Two of them meet, one listens and one
 * dials; each writes down what its calls answer. What Go and Go write is what every other two must write.
 */
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as assert from "uvu/assert";
import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { MODES, under } from "./support/hosts.ts";
import { hasIPv6, isRoot, needs } from "./support/machine.ts";

const ipv6 = hasIPv6 ? undefined : "needs IPv6";
const NETWORKS: readonly Network[] = [
  { name: "tcp" },
  { name: "tcp4" },
  { name: "tcp6", skip: ipv6 },
  { name: "unix" },
  { name: "unixpacket" },
  { name: "udp" },
  { name: "udp4" },
  { name: "udp6", skip: ipv6 },
  { name: "unixgram" },
  { name: "ip4:icmp", skip: isRoot ? undefined : "needs root" },
  { name: "ip6:ipv6-icmp", skip: isRoot ? ipv6 : "needs root" },
];

interface Network {
  readonly name: string;
  readonly skip?: string | undefined;
}

/** Longer than two peers wait for each other: who hangs tells where, and both are cut only if that fails too. */
const LIMIT = 20_000;

/** Peer starts one of the two programs. line is called with each line of its output. */
interface Peer {
  readonly name: string;
  start(args: readonly string[], line: (text: string) => void): Running | Promise<Running>;
}

interface Running {
  /** ended settles with "", or how the program failed. */
  readonly ended: Promise<string>;
  kill(): void;
}

const test = suite("interop");
const folder = mkdtempSync(`${tmpdir()}/wasi-net-peer-`);
process.on("exit", () => rmSync(folder, { recursive: true }));

const program = `${folder}/peer`;
const go: Peer = { name: "Go", start: startGo };
/** The port on a system at its worst, which must not be seen: what tests/faults/hidden.ts does, in the event loop. */
const { SEED = "1" } = process.env;
const faulty = under("cooperative, with faults", "cooperative", {
  module: new URL("../faults/hidden.ts", import.meta.url).href,
  argument: SEED,
});
const ports: readonly Peer[] = [...MODES, faulty].map((host) => ({
  name: host.name,
  start: async (args, line) => {
    const wasm = await buildGuest("tests/guests/interop/main.ts");
    const [stdout, errors] = [splitter(line), [] as string[]];
    const guest = await host.start(wasm, {
      args,
      stdout,
      stderr: (bytes) => errors.push(Buffer.from(bytes).toString()),
    });
    return {
      ended: guest.exited.then(({ code }) =>
        code === 0 ? "" : `code ${code}: ${errors.join("")}`,
      ),
      kill: () => void guest[Symbol.asyncDispose](),
    };
  },
}));

const noGo = needs("go");
test(
  "the programs build",
  () => Promise.all([buildGo(), buildGuest("tests/guests/interop/main.ts")]),
  {
    timeout: 180_000,
    skip: noGo,
  },
);

for (const network of NETWORKS) {
  let oracle: Promise<Meeting> | undefined;
  const check = (listener: Peer, dialer: Peer): void => {
    test(
      `${network.name}: ${listener.name} listens, ${dialer.name} dials`,
      async () => {
        oracle ??= meet(network.name, go, go);
        const want = await oracle;
        const got =
          listener === dialer && dialer === go ? want : await meet(network.name, listener, dialer);
        assert.equal([got.listener.at(-1), got.dialer.at(-1)], ["end", "end"]);
        assert.equal(differences(want.listener, got.listener), [], "the listener's transcript");
        assert.equal(differences(want.dialer, got.dialer), [], "the dialer's transcript");
      },
      { timeout: 3 * LIMIT, skip: noGo ?? network.skip },
    );
  };
  check(go, go);
  for (const port of ports) {
    check(port, go);
    check(go, port);
    check(port, port);
  }
}

/** Meeting is what two programs wrote. */
interface Meeting {
  readonly listener: readonly string[];
  readonly dialer: readonly string[];
}

let meetings = 0;

async function meet(network: string, listener: Peer, dialer: Peer): Promise<Meeting> {
  const names = mkdtempSync(`${folder}/names-`);
  const args = [network, names, `interop-${process.pid}-${++meetings}`];
  const meeting = { listener: [] as string[], dialer: [] as string[] };
  const running: Running[] = [];
  const limit = setTimeout(() => {
    for (const one of running) one.kill();
  }, LIMIT);
  try {
    let found: (address: string) => void = () => undefined;
    const address = new Promise<string>((resolve) => {
      found = resolve;
    });
    let first = true;
    const listening = await listener.start(["listen", ...args], (text) => {
      if (first) found(text);
      else meeting.listener.push(text);
      first = false;
    });
    running.push(listening);
    const failed = listening.ended.then((how) => Promise.reject(new Error(how)));
    failed.catch(() => undefined);
    const at = await Promise.race([address, failed]);
    const dialing = await dialer.start(["dial", ...args, at], (text) => meeting.dialer.push(text));
    running.push(dialing);
    const ends = await Promise.all(running.map((one) => one.ended));
    for (const [i, how] of ends.entries()) {
      if (how === "") continue;
      const side = i === 0 ? meeting.listener : meeting.dialer;
      const who = i === 0 ? `${listener.name}, listening` : `${dialer.name}, dialing`;
      assert.unreachable(`${who}: ${how} after: ${side.at(-1) ?? "its start"}`);
    }
    return meeting;
  } finally {
    clearTimeout(limit);
    for (const one of running) one.kill();
  }
}

/** differences is what the second has otherwise than the first, which may be no more than the order. */
function differences(want: readonly string[], got: readonly string[]): string[] {
  const missing = want.filter((line) => !got.includes(line)).map((line) => `missing: ${line}`);
  const wrong = got.filter((line) => !want.includes(line)).map((line) => `wrong: ${line}`);
  if (missing.length + wrong.length > 0) return [...missing, ...wrong];
  const count = Math.max(want.length, got.length);
  const lines = Array.from({ length: count }, (_, i) => `${got[i]} instead of ${want[i]}`);
  return lines.filter((_, i) => got[i] !== want[i]);
}

async function buildGo(): Promise<void> {
  const cwd = fileURLToPath(new URL("../interop", import.meta.url));
  const env = { ...process.env, CGO_ENABLED: "0" };
  const options = { cwd, env, timeout: 120_000, killSignal: "SIGKILL" } as const;
  await promisify(execFile)("go", ["build", "-o", program, "./peer"], options);
}

function startGo(args: readonly string[], line: (text: string) => void): Running {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const errors: string[] = [];
  createInterface(child.stdout).on("line", line);
  createInterface(child.stderr).on("line", (text) => errors.push(text));
  const ended = new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve(code === 0 ? "" : `${signal ?? `code ${code}`}: ${errors[0] ?? ""}`);
    });
  });
  return { ended, kill: () => void child.kill("SIGKILL") };
}

/** splitter takes output apart into lines. */
function splitter(line: (text: string) => void): (bytes: Uint8Array) => void {
  let rest = "";
  return (bytes) => {
    const texts = (rest + Buffer.from(bytes).toString()).split("\n");
    rest = texts.pop() ?? "";
    for (const text of texts) line(text);
  };
}

test.run();
