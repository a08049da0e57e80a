/**
 * What sockets do, check by check, on every host, against what Go's net does on the same kernel.
 *
 * The checks stand twice: tests/guests/net for the port, tests/interop/sockets for Go. Both write the same lines. Go's are kept
 * in tests/interop/sockets.txt; where there is a Go, they are made again and must be the same. To renew them:
 *
 *     cd tests/interop && CGO_ENABLED=0 go run ./sockets > sockets.txt
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as assert from "uvu/assert";
import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { type Host, LEVEL1, MODES } from "./hosts.ts";
import { hasIPv6, needs } from "./machine.ts";

const test = suite("sockets");
const interop = fileURLToPath(new URL("../interop", import.meta.url));
const go = parse(readFileSync(`${interop}/sockets.txt`, "utf8"));

/** Checks that Go cannot make, because its goroutines do not run in a known order, or that only load the port. */
const own = parse(
  [
    "deadline: over and moved on before the read runs\twaits: yes\tabc",
    "stress: reads that time out\terrors but timeouts: 0\tthe writer ended: yes",
    "stress: writes that time out\terrors but timeouts: 0\tthe reader met the end: yes",
    "stress: every method at once\twrong: 0\tin step again: yes",
  ].join("\n"),
);

/** Only a host without options refuses them. */
const refused = parse(
  [
    "refused option",
    "setNoDelay: set tcp A->B: setsockopt: protocol not available",
    "setKeepAlive: set tcp A->B: setsockopt: invalid argument",
    "setReadBuffer: nil",
    "works: yes",
  ].join("\t"),
);

test("the guests build", () => Promise.all(["tests/guests/net/semantics.ts"].map(buildGuest)), {
  timeout: 120_000,
});

for (const host of MODES) {
  const run = once(host);
  for (const [name, lines] of [...go, ...own]) row(host, run, name, lines);
  test(`${host.name}: there is no check without a row`, async () => {
    await (await run()).ended;
    const known = new Set([...go.keys(), ...own.keys(), ...refused.keys()]);
    assert.equal(
      [...(await run()).lines.keys()].filter((name) => !known.has(name)),
      [],
    );
  });
}

/** Without options there is neither IPV6_V6ONLY nor anything to be read back. */
for (const host of LEVEL1) {
  const run = once(host);
  for (const [name, lines] of [...go, ...own, ...refused]) {
    if (!name.startsWith("ip6:") && !name.startsWith("option:")) row(host, run, name, lines);
  }
}

function row(host: Host, run: () => Promise<Run>, name: string, lines: string[]): void {
  const skip = name.startsWith("ip6:") && !hasIPv6 ? "needs IPv6" : undefined;
  const check = async (): Promise<void> => {
    const { ended, lines: got } = await run();
    if (!got.has(name)) await ended;
    assert.equal(got.get(name), lines);
  };
  test(`${host.name}: ${name}`, check, { timeout: 30_000, skip });
}

test(
  "Go does what the table says",
  async () => {
    const folder = mkdtempSync(`${tmpdir()}/wasi-net-sockets-`);
    try {
      const program = `${folder}/sockets`;
      const env = { ...process.env, CGO_ENABLED: "0" };
      const limit = { cwd: interop, env, timeout: 120_000, killSignal: "SIGKILL" } as const;
      await promisify(execFile)("go", ["build", "-o", program, "./sockets"], limit);
      // Some of its checks wait by the clock, which a busy machine can upset: what counts is that it can be so.
      let differing = new Map(go);
      for (let run = 0; run < 5 && differing.size > 0; run++) {
        const made = await promisify(execFile)(program, { timeout: 30_000, killSignal: "SIGKILL" });
        const lines = parse(made.stdout);
        assert.equal([...lines.keys()], [...go.keys()]);
        differing = new Map([...differing].filter(([name, want]) => !same(lines.get(name), want)));
        for (const name of differing.keys()) {
          if (!hasIPv6 && name.startsWith("ip6:")) differing.delete(name);
        }
      }
      assert.equal([...differing.keys()], []);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  { timeout: 300_000, skip: needs("go") },
);

function same(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a !== undefined && a.join("\t") === b.join("\t");
}

/** Run is a run of all checks: its lines so far, by the name of their check. */
interface Run {
  readonly lines: ReadonlyMap<string, string[]>;
  readonly ended: Promise<void>;
}

/** once answers a run of all checks on a host, which the first row starts. */
function once(host: Host): () => Promise<Run> {
  let run: Promise<Run> | undefined;
  return () => {
    run ??= start(host);
    return run;
  };
}

async function start(host: Host): Promise<Run> {
  const wasm = await buildGuest("tests/guests/net/semantics.ts");
  const lines = new Map<string, string[]>();
  let rest = "";
  const guest = await host.start(wasm, {
    stdout(bytes) {
      const texts = (rest + Buffer.from(bytes).toString()).split("\n");
      rest = texts.pop() ?? "";
      for (const [name, one] of parse(texts.join("\n"))) lines.set(name, one);
    },
  });
  const limit = setTimeout(() => void guest[Symbol.asyncDispose](), 20_000);
  const ended = guest.exited.then(({ code }) => {
    clearTimeout(limit);
    assert.is(code, 0, "the guest's own end");
  });
  ended.catch(() => undefined);
  return { lines, ended };
}

function parse(text: string): Map<string, string[]> {
  const rows = text.split("\n").filter((line) => line.includes("\t"));
  return new Map(rows.map((line) => [line.split("\t")[0]!, line.split("\t").slice(1)]));
}

test.run();
