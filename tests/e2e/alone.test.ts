/**
 * Checks of sockets that need a program for themselves (tests/guests/net/alone.ts).
 */
import assert from "node:assert/strict";
import { allow, Guest } from "../../host/index.ts";
import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";

const test = suite("alone");
const program = "tests/guests/net/alone.ts";

test("the guest builds", () => buildGuest(program), { timeout: 120_000 });

test.table(
  "what it says",
  [{ name: "dedicated" }, { name: "cooperative" }] as const,
  async ({ name }) => {
    let text = "";
    await using guest = await Guest.start(await buildGuest(program), {
      mode: name,
      net: allow.listen("127.0.0.1:0").dial("127.0.0.1"),
      stdout: (bytes) => {
        text += Buffer.from(bytes).toString();
      },
    });
    assert.deepEqual(await guest.exited, { code: 0 });
    assert.deepEqual(text.trim().split("\n"), [
      "a refused dial leaves no timer: yes",
      "strangers among the accepted: 0",
    ]);
  },
  { timeout: 30_000 },
);

test.run();
