/**
 * What sockets do with addresses that mean nothing without a zone, on every host, against what Go's net does on the same kernel:
 * `twin.ts` says how. It takes an interface with a link-local address: `apart.ts` makes two, or finds one. To renew the table, for an
 * interface NAME of this machine:
 *
 *     cd tests/interop && CGO_ENABLED=0 go run ./sockets linklocal NAME fe80::… > linklocal.txt
 *
 * which lacks the check of two interfaces with one address; apart.ts has the commands that make such a pair.
 */
import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { apart, links } from "./apart.ts";
import { goAgrees, rows, table } from "./twin.ts";

const test = suite("linklocal");
const source = "tests/guests/net/linklocal.ts";
const { command, args, isRoot } = links() ?? { command: [], args: [], isRoot: false };
const none =
  args.length > 0
    ? undefined
    : "needs an interface with a link-local address, or the right to make one";

function why(name: string): string | undefined {
  return name.startsWith("raw:") && !isRoot ? (none ?? "needs root") : none;
}

test("the guest builds", () => buildGuest(source), { timeout: 120_000 });

/** Two interfaces with one address are more than a machine has by itself. */
const pair = (name: string): boolean => name.includes("two interfaces");
const go = new Map([...table("linklocal")].filter(([name]) => args.length > 2 || !pair(name)));
const program = { source, args: () => ({ args, close: () => {} }), why };
for (const host of apart(command)) rows(test, host, program, go);

goAgrees(test, go, ["linklocal", ...args], "sockets", { command, why });

test.run();
