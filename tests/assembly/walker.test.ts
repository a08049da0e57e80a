/** That the errors of guests for tests are looked at, all of them, and that a wrong one ends the guest. */
import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile } from "../../host/build/compile.ts";
import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { Walker } from "../walker.ts";
import { run } from "./support/checks.ts";

const GUEST = "tests/guests/walk/main.ts";
const root = fileURLToPath(new URL("../..", import.meta.url));
const test = suite("walker");

test("the guest builds", () => buildGuest(GUEST), { timeout: 120_000 });

/** How many errors a call adds, by its line in the guest. */
const counts = {
  "nothing failed": 0,
  "a method of a base class, through an interface": 1,
  "an error by itself": 1,
  "the end": 1,
  "a function for all readers": 2,
  "a result": 1,
  // That of dial, of both of a Dialer's calls behind it, and of splitHostPort.
  "a function": 4,
  netip: 1,
  "a context": 1,
};

test("errors are looked at", async () => {
  assert.deepEqual(
    await lines("counts"),
    Object.entries(counts).map(([k, n]) => [k, String(n)]),
  );
});

test("a wrong one ends the guest", async () => {
  const ending = await run(await buildGuest(GUEST), "dedicated", "wrong");
  assert.deepEqual(ending, {
    code: 2,
    stdout: "",
    stderr: "panic: an error of readFull is not about a call: connect: invalid argument\n",
  });
});

/** What is wrong with errors, by call and the error's name in the guest. */
const shapes: readonly (readonly [name: string, wrong: string])[] = [
  ["dial: right", ""],
  ["Dialer.dialContext: right", ""],
  ["NetConn.read: of a dial", "is about dial"],
  ["dial: twice", "is an OpError inside of dial"],
  ["dial: without a call", "is not about a call"],
  ["dial: a number", ""],
  ["dial: a call of others", "names accept4 inside of dial"],
  ["dial: no number", "has no number inside of bind"],
  ["dial: a network", "is of an unknown network tcp5"],
  ["dial: no network", "is of an unknown network "],
  ["dial: an address", "has a strange address"],
  ["dial: a text", "has something strange inside of dial"],
  ["dial: no text", "has no text"],
  ["dial: null", "speaks of null"],
  ["dial: a timeout", "is no timeout, or is one: x"],
  ["dial: temporary", "is not temporary, or is: x"],
  ["dial: without an end", "wraps without an end"],
  ["dial: closed", "has something strange inside of dial"],
  ["NetConn.read: closed", ""],
  ["NetConn.read: late", ""],
  ["NetConn.read: the end", ""],
  ["NetConn.read: the end inside", "has something strange inside of read"],
  ["UnixConn.readMsgUnix: the end inside", ""],
  ["NetConn.write: the end", "is not about a call"],
  ["NetConn.read: closed alone", "is not about a call"],
  ["TCPListener.setDeadline: closed alone", ""],
  ["syscall.parseUnixRights: a number", ""],
  ["NetConn.read: a number", "is not about a call"],
  ["TCPListener.accept: a source", "has a source"],
  ["TCPListener.accept: nowhere", "has no address"],
  ["TCPConn.writeTo: twice", ""],
  ["TCPConn.writeTo: of a read", "is about read"],
];

test("shapes are told apart", async () => {
  assert.deepEqual(await lines("shapes"), shapes);
});

/** What errors wrap is not looked at by itself; and what is not there yet cannot be. */
const ELSE: ReadonlySet<string> = new Set(["Errors", "Resolver and lookups"]);

test(
  "no public call is left out",
  async () => {
    const walker = new Walker(`${root}tests/guests/walk`);
    await compile(`${root}${GUEST}`, { transform: walker });
    const looked = new Set([...walker.calls].map(last));
    const rows = readFileSync(new URL("api.tsv", import.meta.url), "utf8")
      .split("\n")
      .slice(1);
    const names = rows
      .map((row) => row.split("\t"))
      .filter(([area, kind]) => !ELSE.has(area!) && (kind === "func" || kind === "method"))
      .map(([, , , name]) => last(name!));
    const fail = new Set(names.filter((name) => failing.has(name)));
    assert.ok(fail.size > 70, `${fail.size}`);
    assert.deepEqual(
      [...fail].filter((name) => !looked.has(name)),
      [],
    );
  },
  { timeout: 60_000 },
);

/** The functions and methods of the library's that return an error, as they are written. */
const failing: ReadonlySet<string> = new Set(
  ["", "netip/"].flatMap((folder) =>
    readdirSync(`${root}assembly/${folder}`)
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => {
        const source = readFileSync(`${root}assembly/${folder}${file}`, "utf8");
        const returned = "NetError|Result<|IOResult|Copied|Packet<|Message<|Sent";
        const call = `^(?:export function |  |  static )(\\w+)(?:<\\w+>)?\\([^{;]*?\\): (?:${returned})`;
        return [...source.matchAll(new RegExp(call, "gm"))].map(([, name]) => name!);
      }),
  ),
);

function last(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

async function lines(what: string): Promise<string[][]> {
  const { code, stdout, stderr } = await run(await buildGuest(GUEST), "cooperative", what);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
}

test.run();
