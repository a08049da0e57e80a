/**
 * A guest that has as many sockets open as it may: the errors are those that Go's net has at the limit of its process, and
 * what was refused can be had later.
 */
import * as assert from "node:assert/strict";
import { Guest } from "../../host/index.ts";
import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { ANYWHERE } from "./support/hosts.ts";
import { parse } from "./support/twin.ts";

const test = suite("limits");
const SOURCE = "tests/guests/net/maxsockets.ts";

const full = "too many open files [temporary]";
const lines = new Map([
  [
    "a connection waits until there is room for it",
    [
      `dial: dial tcp A: socket: ${full}`,
      `listenPacket: listen udp 127.0.0.1:0: socket: ${full}`,
      `file: file tcp A: fcntl: ${full}`,
      ...new Array<string>(3).fill(`accept: accept tcp A: accept4: ${full}`),
      "others work: yes",
      "accept: nil",
      "works: yes",
    ],
  ],
  [
    "one that waits to accept is told, and can go on",
    [`accept: accept tcp A: accept4: ${full}`, "works: yes", "accept: nil"],
  ],
]);

test("the guest builds", () => buildGuest(SOURCE), { timeout: 120_000 });

test.table(
  "at the limit of four sockets",
  [
    { name: "dedicated", mode: "dedicated" },
    { name: "cooperative", mode: "cooperative" },
  ] as const,
  async ({ mode }) => {
    let text = "";
    const guest = await Guest.start(await buildGuest(SOURCE), {
      mode,
      net: ANYWHERE,
      maxSockets: 4,
      signal: AbortSignal.timeout(8000),
      stdout: (bytes: Uint8Array) => {
        text += Buffer.from(bytes).toString();
      },
    });
    assert.equal((await guest.exited).code, 0, text);
    assert.deepEqual(parse(text), lines);
  },
);

test.run();
