/**
 * What sockets do with addresses that mean nothing without a zone, on every host, against what Go's net does on the same kernel:
 * `support/twin.ts` says how. It takes an interface with a link-local address: `support/apart.ts` makes two, or finds one. To renew
 * the table, for an interface NAME of this machine:
 *
 *     cd tests/interop && CGO_ENABLED=0 go run ./sockets linklocal NAME fe80::… > linklocal.txt
 *
 * which lacks the check of two interfaces with one address; apart.ts has the commands that make such a pair.
 */
import * as assert from "uvu/assert";
import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { apart, type Links, links } from "./support/apart.ts";
import { goAgrees, rows, table } from "./support/twin.ts";

const test = suite("linklocal");
const source = "tests/guests/net/linklocal.ts";
/** Two interfaces with one address are more than a machine has by itself. */
const isOfTwo = (name: string): boolean => name.includes("two interfaces");

function check({ command, args, isRoot }: Links): void {
  const why = (name: string): string | undefined =>
    name.startsWith("raw:") && !isRoot ? "needs root" : undefined;
  const go = new Map([...table("linklocal")].filter(([name]) => args.length > 2 || !isOfTwo(name)));
  const program = { source, args: () => ({ args, close: () => {} }), why };
  test("the guest builds", () => buildGuest(source), { timeout: 120_000 });
  for (const host of apart(command)) rows(test, host, program, go);
  goAgrees(test, go, ["linklocal", ...args], "sockets", { command, why });
}

const found = links();
if (found !== undefined) check(found);
else {
  const skip = "needs an interface with a link-local address, or the right to make one";
  test("zones", () => assert.unreachable(skip), { skip });
}

test.run();
