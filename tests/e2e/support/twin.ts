/**
 * Checks that stand twice: tests/guests/net has them for the port, tests/interop/sockets for Go. Both write the same lines, which
 * for Go are kept in a table; where there is a Go, they are made again and must be the same.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as assert from "uvu/assert";
import { buildGuest } from "../../build.ts";
import type { Suite } from "../../harness.ts";
import type { Host } from "./hosts.ts";
import { hasIPv6, hasMultipath, isRoot, needs } from "./machine.ts";

const interop = fileURLToPath(new URL("../../interop", import.meta.url));

/** Lines has the lines of each check by its name. */
export type Lines = ReadonlyMap<string, string[]>;

/** parse reads a line for each check: its name and its lines, with tabs between. */
export function parse(text: string): Map<string, string[]> {
  const rows = text.split("\n").filter((line) => line.includes("\t"));
  return new Map(rows.map((line) => [line.split("\t")[0]!, line.split("\t").slice(1)]));
}

/** table is what Go has written to tests/interop. */
export function table(name: string): Lines {
  return parse(readFileSync(`${interop}/${name}.txt`, "utf8"));
}

/** why answers why this machine cannot run a check, or undefined when it can. */
export function why(name: string): string | undefined {
  if (name.startsWith("ip6") && !hasIPv6) return "needs IPv6";
  if (/^(ip6 )?raw:/.test(name) && !isRoot) return "needs root";
  if (name.startsWith("mptcp:") && !hasMultipath) return "needs Multipath TCP";
  return undefined;
}

/** Given is what a run gets: the program's arguments, and what to do when it is over. */
export interface Given {
  readonly args: readonly string[];
  close(): void;
}

/** Program is a guest of checks. */
export interface Program {
  readonly source: string;
  readonly args?: () => Given;
  /** why answers why a check cannot run; without it, what this machine has decides. */
  readonly why?: (name: string) => string | undefined;
}

/** rows adds a test for each check of a program on a host; known are further checks that are no surprise. */
export function rows(
  test: Suite,
  host: Host,
  program: Program,
  lines: Lines,
  known: Iterable<string> = [],
): void {
  const run = once(host, program);
  for (const [name, want] of lines) {
    const check = async (): Promise<void> => {
      const { ended, lines: got } = await run();
      if (!got.has(name)) await ended;
      assert.equal(got.get(name), want);
    };
    test(`${host.name}: ${name}`, check, { timeout: 30_000, skip: (program.why ?? why)(name) });
  }
  test(`${host.name}: there is no check without a row`, async () => {
    await (await run()).ended;
    const all = new Set([...lines.keys(), ...known]);
    assert.equal(
      [...(await run()).lines.keys()].filter((name) => !all.has(name)),
      [],
    );
  });
}

/** Elsewhere is where Go's program runs if not simply here: behind a command, and with other checks that cannot run. */
export interface Elsewhere {
  readonly command: readonly string[];
  readonly why: (name: string) => string | undefined;
}

/** goAgrees adds the test that Go, a program in tests/interop with arguments, does what the table says. */
export function goAgrees(
  test: Suite,
  go: Lines,
  args: readonly string[],
  source = "sockets",
  where: Elsewhere = { command: [], why },
): void {
  const check = async (): Promise<void> => {
    const folder = mkdtempSync(`${tmpdir()}/wasi-net-sockets-`);
    try {
      const program = `${folder}/sockets`;
      const env = { ...process.env, CGO_ENABLED: "0" };
      const limit = { cwd: interop, env, timeout: 120_000, killSignal: "SIGKILL" } as const;
      await promisify(execFile)("go", ["build", "-o", program, `./${source}`], limit);
      const [file = "", ...rest] = [...where.command, program];
      // Some of its checks wait by the clock, which a busy machine can upset: what counts is that it can be so.
      let differing = [...go];
      for (let run = 0; run < 5 && differing.length > 0; run++) {
        const limit = { timeout: 30_000, killSignal: "SIGKILL" } as const;
        const lines = parse((await promisify(execFile)(file, [...rest, ...args], limit)).stdout);
        const able = ([name]: [string, unknown]): boolean => where.why(name) === undefined;
        assert.equal(
          [...lines].filter(able).map(([name]) => name),
          [...go].filter(able).map(([name]) => name),
        );
        differing = differing.filter(
          (row) => able(row) && lines.get(row[0])?.join("\t") !== row[1].join("\t"),
        );
      }
      assert.equal(
        differing.map(([name]) => name),
        [],
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  test("Go does what the table says", check, { timeout: 300_000, skip: needs("go") });
}

/** Run is a run of all checks: its lines so far. */
interface Run {
  readonly lines: Lines;
  readonly ended: Promise<void>;
}

/** once answers a run of all checks on a host, which the first row starts. */
function once(host: Host, program: Program): () => Promise<Run> {
  let run: Promise<Run> | undefined;
  return () => {
    run ??= start(host, program);
    return run;
  };
}

async function start(host: Host, program: Program): Promise<Run> {
  const wasm = await buildGuest(program.source);
  const lines = new Map<string, string[]>();
  const given = program.args?.();
  let rest = "";
  const guest = await host.start(wasm, {
    args: given?.args ?? [],
    stdout(bytes) {
      const texts = (rest + Buffer.from(bytes).toString()).split("\n");
      rest = texts.pop() ?? "";
      for (const [name, one] of parse(texts.join("\n"))) lines.set(name, one);
    },
  });
  const limit = setTimeout(() => void guest[Symbol.asyncDispose](), 20_000);
  const ended = guest.exited.then(({ code }) => {
    clearTimeout(limit);
    given?.close();
    assert.is(code, 0, "the guest's own end");
  });
  ended.catch(() => undefined);
  return { lines, ended };
}
