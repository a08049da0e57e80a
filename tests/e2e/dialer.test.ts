/**
 * Every field of Dialer and ListenConfig, and Happy Eyeballs, against what Go does on the same kernel.
 *
 * The checks stand twice: tests/guests/dialer for the port, tests/interop/dialer for Go. To renew Go's lines:
 *
 *     cd tests/interop && CGO_ENABLED=0 go run ./dialer > dialer.txt
 */
import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { MODES } from "./support/hosts.ts";
import { goAgrees, parse, rows, table } from "./support/twin.ts";

const test = suite("dialer");
const source = "tests/guests/dialer/main.ts";
const go = table("dialer");

/**
 * What only the port has: a resolver that is a class, and the promise that nothing is left of a dial when it returns. And what only
 * a program that sees the inside can ask: the shares of time as numbers, and a dial cancelled in a moment of the poller's.
 */
const own = parse(
  [
    [
      "ip6: own: a dial leaves nothing behind",
      "goroutines: yes",
      "timers: yes",
      "sockets: yes",
      "goroutines: yes",
      "timers: yes",
      "sockets: yes",
      "ten at once: goroutines: yes",
      "timers: yes",
      "sockets: yes",
    ].join("\t"),
    [
      "own: a resolver is asked for names alone",
      "name: dial tcp: lookup race.test: no such host",
      "address: dial tcp 127.0.0.1:1: connect: connection refused",
      "asked: 1",
      "what is no address: dial tcp 127.0.0.2:1: connect: connection refused",
    ].join("\t"),
    [
      "own: partialDeadline",
      "0..12000 / 1: 12000",
      "0..12000 / 2: 6000",
      "0..12000 / 3: 4000",
      "0..12000 / 999: 2000",
      "0..1900 / 999: 1900",
      "-1..0 / 1: 0",
      "0..0 / 1: no time left",
      "1..0 / 1: no time left",
    ].join("\t"),
    [
      "own: cancelled in the moment of the connection",
      "has had its turn: yes",
      "not cancelled: to 127.0.0.1:P",
      "cancelled: dial tcp 127.0.0.1:P: operation was canceled [canceled]",
      "the other end: EOF",
      "goroutines: yes",
      "timers: yes",
    ].join("\t"),
    [
      "own: cancelled in the moment of a refusal",
      "has had its turn: yes",
      "cancelled: dial tcp 127.0.0.1:1: connect: connection refused",
    ].join("\t"),
  ].join("\n"),
);

test("the guest builds", () => buildGuest(source), { timeout: 120_000 });

for (const host of MODES) rows(test, host, { source }, new Map([...go, ...own]));

goAgrees(test, go, [], "dialer");

test.run();
