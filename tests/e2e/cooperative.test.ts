/**
 * What a guest in this thread's event loop tells is heard when it tells it. Each test here is a process where nothing but the guest
 * goes on, so that nothing else makes Node look after its promises.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { allow, Guest } from "../../host/index.ts";
import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";

const test = suite("cooperative");
const program = "tests/guests/once/main.ts";

/** What would make Node do so in the end: a timer, after so many milliseconds. */
const LATE = 4000;

test("the guest builds", () => buildGuest(program), { timeout: 120_000 });

test.table(
  "is heard at once:",
  [
    { name: "the end", heard: ({ exited }: Guest) => exited },
    { name: "a stream's data", heard: (_: Guest, stdout: PassThrough) => once(stdout, "data") },
  ],
  async ({ heard }) => {
    let told = 0;
    let timer: NodeJS.Timeout | undefined;
    const stdout = new PassThrough();
    const write = stdout.write.bind(stdout);
    stdout.write = ((bytes: Uint8Array) => {
      told = performance.now();
      timer = setTimeout(() => undefined, LATE);
      return write(bytes);
    }) as typeof stdout.write;
    await using guest = await Guest.start(await buildGuest(program), {
      mode: "cooperative",
      net: allow.listen("127.0.0.1:0"),
      stdout,
    });
    const { port } = await guest.listening();
    await using _peer = speaker(port);
    await heard(guest, stdout);
    const took = performance.now() - told;
    clearTimeout(timer);
    assert.ok(told > 0 && took < LATE / 2, `heard after ${took} ms`);
    assert.deepEqual(await guest.exited, { code: 0 });
  },
  { timeout: 30_000 },
);

/** speaker is a process that speaks to a port, and then stays until it is disposed of. */
function speaker(port: number): AsyncDisposable {
  const text = `require("node:net").connect(${port}, "127.0.0.1").end("hello\\n"); process.stdin.resume()`;
  const child = spawn(process.execPath, ["-e", text], { stdio: ["pipe", "ignore", "inherit"] });
  return {
    async [Symbol.asyncDispose]() {
      const gone = once(child, "exit");
      child.stdin.end();
      await gone;
    },
  };
}

test.run();
