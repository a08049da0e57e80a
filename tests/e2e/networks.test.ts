/**
 * What sockets of UDP, Unix and raw IP do, copies of sockets, and the rest of TCP's, check by check, on every host, against what Go's net does on the
 * same kernel: `support/twin.ts` says how. Raw sockets need root. To renew the table:
 *
 *     cd tests/interop && CGO_ENABLED=0 go run ./sockets networks > networks.txt
 */
import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { LEVEL1, MODES } from "./support/hosts.ts";
import { type Given, goAgrees, type Program, rows, table } from "./support/twin.ts";

const test = suite("networks");
const go = table("networks");
const SOURCE = "tests/guests/net/networks.ts";

function program(which: "all" | "plain"): Program {
  const args = (): Given => {
    const folder = mkdtempSync(`${tmpdir()}/wasi-net-networks-`);
    const addresses = `127.${randomInt(1, 250)}.${randomInt(1, 250)}.`;
    return {
      args: [which, folder, addresses],
      close: () => rmSync(folder, { recursive: true }),
    };
  };
  return { source: SOURCE, args };
}

test("the guest builds", () => buildGuest(SOURCE), { timeout: 120_000 });

for (const host of MODES) rows(test, host, program("all"), go);

/** Without options there is neither IPV6_V6ONLY nor a group, a file that close removes, nor a copy of a socket. */
const PLAIN =
  /^(?!udp: servers|tcp: every method)(tcp|udp|unix|unixgram|ip|rawconn|buffers|timeout|limits):/;
const plain = new Map([...go].filter(([name]) => PLAIN.test(name)));
for (const host of LEVEL1) rows(test, host, program("plain"), plain, go.keys());

const WITHOUT = new Map([
  [
    "without control data",
    new Array<string[]>(2)
      .fill([
        "write: 0 write unix A: sendmsg: operation not supported",
        "0",
        "empty: nil",
        "def 0 flags 40000000",
      ])
      .flat(),
  ],
]);
const without = (): Given => {
  const folder = mkdtempSync(`${tmpdir()}/wasi-net-networks-`);
  return { args: [folder], close: () => rmSync(folder, { recursive: true }) };
};
for (const host of LEVEL1) {
  rows(test, host, { source: "tests/guests/net/messages.ts", args: without }, WITHOUT);
}

goAgrees(test, go, ["networks"]);

test.run();
