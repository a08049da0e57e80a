/**
 * What sockets of TCP do, check by check, on every host, against what Go's net does on the same kernel: `support/twin.ts` says how. To
 * renew the table:
 *
 *     cd tests/interop && CGO_ENABLED=0 go run ./sockets > sockets.txt
 */
import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { LEVEL1, MODES } from "./support/hosts.ts";
import { goAgrees, parse, rows, table } from "./support/twin.ts";

const test = suite("sockets");
const go = table("sockets");
const program = { source: "tests/guests/net/semantics.ts" };

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

test("the guest builds", () => buildGuest(program.source), { timeout: 120_000 });

const all = new Map([...go, ...own]);
for (const host of MODES) rows(test, host, program, all, refused.keys());

/** Without options there is neither IPV6_V6ONLY nor anything to be read back. */
const plain = [...all].filter(([name]) => !name.startsWith("ip6:") && !name.startsWith("option:"));
for (const host of LEVEL1) rows(test, host, program, new Map([...plain, ...refused]), all.keys());

goAgrees(test, go, []);

test.run();
