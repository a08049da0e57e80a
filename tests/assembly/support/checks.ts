/** Guests that check themselves (tests/guests/shared/check.ts): each line of a guest's is one test. */
import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { allow, Guest, type GuestOptions } from "../../../host/index.ts";
import type { Suite } from "../../harness.ts";

/** How a guest ended, and all that it wrote. */
export interface Ending {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type Mode = NonNullable<GuestOptions["mode"]>;
export const MODES: readonly Mode[] = ["dedicated", "cooperative"];

/** run runs a guest to its end. It may use loopback; the words are its arguments. */
export async function run(wasm: Uint8Array, mode: Mode, ...words: string[]): Promise<Ending> {
  const texts = { stdout: "", stderr: "" };
  const guest = await Guest.start(wasm, {
    mode,
    args: ["guest", ...words],
    net: allow.listen("127.0.0.1").dial("127.0.0.1"),
    stdout: (bytes) => {
      texts.stdout += Buffer.from(bytes).toString();
    },
    stderr: (bytes) => {
      texts.stderr += Buffer.from(bytes).toString();
    },
    // What hangs must not outlive its test.
    signal: AbortSignal.timeout(30_000),
  });
  const { code } = await guest.exited;
  return { code, ...texts };
}

/**
 * checks registers a test for every check that a file of the guest names, in each mode. The guest
 * runs once in a mode, with the words; a check that it did not come to fails.
 */
export function checks(
  test: Suite,
  wasm: Uint8Array,
  { file, words, modes = MODES }: { file: string; words: readonly string[]; modes?: typeof MODES },
): void {
  const source = readFileSync(new URL(`../../guests/${file}`, import.meta.url), "utf8");
  const names = [...source.matchAll(/check\(\s*"([^"]+)"/g)].map((match) => match[1] as string);
  for (const mode of modes) {
    let ending: Promise<Ending> | undefined;
    const title = [mode, ...words].join(" ");
    test.table(
      title,
      names.map((name) => ({ name })),
      async ({ name }) => {
        ending ??= run(wasm, mode, ...words);
        verdict(name, await ending);
      },
      { timeout: 30_000 },
    );
    test(`${title}: the guest ends by itself and says nothing else`, async () => {
      const { code, stdout, stderr } = await (ending ?? run(wasm, mode, ...words));
      assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
      assert.equal(stdout.trimEnd().split("\n").length, names.length);
    });
  }
}

function verdict(name: string, { code, stdout, stderr }: Ending): void {
  const lines = stdout.split("\n");
  if (lines.includes(`ok ${name}`)) return;
  const failure = lines.find((line) => line.startsWith(`FAIL ${name}: `));
  assert.fail(failure ?? `did not end: the guest did, with code ${code}\n${stderr}`);
}
