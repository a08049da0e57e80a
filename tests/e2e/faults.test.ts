/**
 * Sockets on an operating system that is at its worst: a System of tests/faults between the guest and Linux.
 *
 * What Go hides must not be seen: every check of tests/guests/net writes the lines that it writes otherwise, Go's own. What Go
 * does not hide must be Go's error, leave nothing open, and spoil nothing that comes later.
 */
import * as assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { DECORATION, type Decoration } from "../../host/decorate.ts";
import { Guest, type GuestOptions } from "../../host/index.ts";
import { buildGuest, buildShuffled } from "../build.ts";
import { told } from "../faults/hidden.ts";
import { suite } from "../harness.ts";
import { ANYWHERE } from "./hosts.ts";
import { hasIPv6 } from "./machine.ts";

const test = suite("faults");
const here = (path: string): string => new URL(path, import.meta.url).href;
const go = parse(readFileSync(new URL("../interop/sockets.txt", import.meta.url), "utf8"));
const networks = parse(readFileSync(new URL("../interop/networks.txt", import.meta.url), "utf8"));

type Mode = NonNullable<GuestOptions["mode"]>;
type Lines = Map<string, string[]>;

test(
  "the guests build",
  () =>
    Promise.all([
      buildGuest("tests/guests/net/semantics.ts"),
      buildGuest("tests/guests/net/faults.ts"),
      buildGuest("tests/guests/net/messages.ts"),
      buildGuest("tests/guests/nettest/main.ts"),
      buildShuffled("tests/guests/schedules/main.ts"),
    ]),
  { timeout: 240_000 },
);

let usual: Promise<Lines> | undefined;

/** expected are the lines without faults: Go's, and for checks that Go cannot make the port's own. */
async function expected(): Promise<Lines> {
  usual ??= run("cooperative", "tests/guests/net/semantics.ts");
  const lines = new Map(await usual);
  for (const [name, one] of go) if (hasIPv6 || !name.startsWith("ip6:")) lines.set(name, one);
  return lines;
}

const { SEEDS } = process.env;
const seeds = SEEDS === undefined ? ["1", "2", "3"] : SEEDS.split(",");
const modes: readonly Mode[] = ["dedicated", "cooperative"];

test.table(
  "what Go hides is not seen",
  seeds.flatMap((seed) => modes.map((mode) => ({ name: `${mode}, seed ${seed}`, mode, seed }))),
  async ({ mode, seed }) => {
    const decoration = { module: here("../faults/hidden.ts"), argument: seed };
    const lines = await run(mode, "tests/guests/net/semantics.ts", decoration);
    for (const [name, want] of await expected())
      assert.deepEqual(lines.get(name), want, `seed ${seed}: ${name}`);
  },
  { timeout: 40_000 },
);

test.table(
  "what Go hides is not seen of messages",
  seeds.flatMap((seed) => modes.map((mode) => ({ name: `${mode}, seed ${seed}`, mode, seed }))),
  async ({ mode, seed }) => {
    const folder = mkdtempSync(`${tmpdir()}/wasi-net-faults-`);
    try {
      const decoration = { module: here("../faults/hidden.ts"), argument: seed };
      const wasm = await buildGuest("tests/guests/net/messages.ts");
      const lines = parse(await output(wasm, { mode, args: ["guest", folder] }, decoration));
      assert.ok(lines.size > 4);
      for (const [name, got] of lines)
        assert.deepEqual(got, networks.get(name), `seed ${seed}: ${name}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  { timeout: 40_000 },
);

test.table(
  "in any order of goroutines",
  seeds.flatMap((seed) => modes.map((mode) => ({ name: `${mode}, seed ${seed}`, mode, seed }))),
  async ({ mode, seed }) => {
    const decoration = { module: here("../faults/hidden.ts"), argument: `${seed} all` };
    const wasm = await buildShuffled("tests/guests/schedules/main.ts");
    const text = await output(
      wasm,
      { mode, env: { WASI_NET_SEED: seed }, args: ["guest", seed] },
      decoration,
    );
    assert.match(text, /^(ok .*\n)+$/, `seed ${seed}`);
  },
  { timeout: 40_000 },
);

/** The other networks; a lost datagram puts some of nettest's sub-tests out of step. */
const SUBTESTS = "PingPong RacyRead RacyWrite ReadTimeout WriteTimeout PastTimeout PresentTimeout";
const nettests = ["unix", "unixpacket", "unixgram", "udp"].map((name) => ({ name }));

test.table(
  "nettest over",
  nettests,
  async ({ name }) => {
    const decoration = { module: here("../faults/hidden.ts"), argument: "1 all" };
    const wasm = await buildGuest("tests/guests/nettest/main.ts");
    const args = ["guest", name, "2", ...SUBTESTS.split(" ")];
    const text = await output(wasm, { mode: "cooperative", args }, decoration);
    assert.equal(text.match(/^ok /gm)?.length, args.length - 3, text);
  },
  { timeout: 60_000 },
);

test("every kind of fault was there", () => {
  const kinds = [
    ...["accept", "recv", "send"].flatMap((call) => [`${call}: EINTR`, `${call}: EAGAIN`]),
    ...["accept: ECONNABORTED", "connect: EINTR", "connect: delay", "recv: short", "send: short"],
    ...["wait: late", "wait: spurious", "wait: not connected yet"],
  ];
  assert.deepEqual(
    kinds.filter((kind) => (told.get(kind) ?? 0) < 5),
    [],
  );
});

/**
 * Go's errors for what it does not hide. They are what the same calls of Go answer under
 * `strace -f -e inject=accept4:error=EMFILE` and the like.
 */
const seen: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "listen",
    [
      "listen: listen tcp A: socket: too many open files [temporary]",
      "listen: listen tcp A: socket: too many open files in system [temporary]",
      "listen: listen tcp A: socket: no buffer space available",
      "listen: listen tcp A: socket: cannot allocate memory",
      "listen: listen tcp A: setsockopt: no buffer space available",
      "listen: listen tcp A: bind: permission denied",
      "listen: listen tcp A: bind: address already in use",
      "listen: listen tcp A: listen: address already in use",
      "listen: listen tcp A: listen: permission denied",
      "afterwards: nil",
      "serves: yes",
    ],
  ],
  [
    "dial",
    [
      "dial: dial tcp A: socket: too many open files [temporary]",
      "dial: dial tcp A: socket: too many open files in system [temporary]",
      "dial: dial tcp A: socket: no buffer space available",
      "dial: dial tcp A: socket: cannot allocate memory",
      "dial: dial tcp A: connect: resource temporarily unavailable [timeout temporary]",
      "dial: dial tcp A: connect: connection refused",
      "dial: dial tcp A: connect: network is unreachable",
      "dial: dial tcp A: connect: no route to host",
      "dial: dial tcp A: connect: connection timed out [timeout temporary]",
      "dial: dial tcp A: connect: permission denied",
      "dial: dial tcp A: connect: operation not permitted",
      "serves: yes",
    ],
  ],
  [
    "dial: no free port, and then one",
    ["1: nil", "2: nil", "3: dial tcp A: connect: cannot assign requested address"],
  ],
  [
    "accept",
    [
      "accept: accept tcp A: accept4: too many open files [temporary]",
      "accept: accept tcp A: accept4: too many open files in system [temporary]",
      "accept: accept tcp A: accept4: no buffer space available",
      "accept: accept tcp A: accept4: cannot allocate memory",
      "accept: accept tcp A: accept4: protocol error",
      "accept: accept tcp A: accept4: operation not permitted",
      "accept: accept tcp A: accept4: connection reset by peer",
      "serves: yes",
    ],
  ],
  [
    "accept: a connection waits while there is no room for it",
    [
      "accept: accept tcp A: accept4: too many open files [temporary]",
      "accept: accept tcp A: accept4: too many open files [temporary]",
      "accept: accept tcp A: accept4: too many open files [temporary]",
      "works: yes",
    ],
  ],
  [
    "accept: while it waits",
    ["accept: accept tcp A: accept4: too many open files in system [temporary]", "serves: yes"],
  ],
  [
    "write",
    [
      "write: 0 write tcp A->B: write: no buffer space available",
      "write: 0 write tcp A->B: write: cannot allocate memory",
      "write: 0 write tcp A->B: write: connection reset by peer",
      "write: 0 write tcp A->B: write: broken pipe",
      "write: 0 write tcp A->B: write: connection timed out [timeout temporary]",
      "write: 0 write tcp A->B: write: no route to host",
      "works again: yes",
    ],
  ],
  [
    "read",
    [
      "read: 0 read tcp A->B: read: cannot allocate memory",
      "read: 0 read tcp A->B: read: no buffer space available",
      "read: 0 read tcp A->B: read: connection reset by peer",
      "read: 0 read tcp A->B: read: connection timed out [timeout temporary]",
      "read: 0 read tcp A->B: read: no route to host",
      "works again: yes",
    ],
  ],
  ["read: while it waits", ["read: 0 read tcp A->B: read: connection reset by peer", "then: 1"]],
  [
    "half-close and options",
    [
      "closeWrite: close tcp A->B: shutdown: transport endpoint is not connected",
      "setNoDelay: set tcp A->B: setsockopt: no buffer space available",
      "setReadBuffer: set tcp A: setsockopt: cannot allocate memory",
      "works: yes",
    ],
  ],
  [
    "messages",
    [
      "write: 0 write unix A: sendmsg: no buffer space available",
      "write: 1 nil",
      "read: -1 read unix A->B: recvmsg: cannot allocate memory",
      "read: 1 nil",
      "24 flags 40000000",
      "write: 1 nil",
      "read: 1 nil",
      "0 flags 40000008",
      "works: yes",
    ],
  ],
  ["the end", ["open: 1"]],
]);

for (const mode of modes) {
  let lines: Promise<Lines> | undefined;
  test.table(
    `${mode}: what Go does not hide is Go's error`,
    [...seen].map(([name, want]) => ({ name, want })),
    async ({ name, want }) => {
      lines ??= run(mode, "tests/guests/net/faults.ts", {
        module: here("../faults/ordered.ts"),
        argument: "",
      });
      assert.deepEqual((await lines).get(name), want);
    },
    { timeout: 20_000 },
  );
  test(`${mode}: there is no check without a row`, async () => {
    assert.deepEqual([...(await lines!).keys()], [...seen.keys()]);
  });
}

/** run answers a guest's lines by the name of their check. */
async function run(mode: Mode, path: string, decoration?: Decoration): Promise<Lines> {
  return parse(await output(await buildGuest(path), { mode }, decoration));
}

/** output answers all that a guest writes to its end, which must be a good one. */
async function output(
  wasm: Uint8Array,
  more: Pick<GuestOptions, "mode" | "args" | "env">,
  decoration?: Decoration,
): Promise<string> {
  let text = "";
  let errors = "";
  const options = {
    ...more,
    net: ANYWHERE,
    stdout: (bytes: Uint8Array) => {
      text += Buffer.from(bytes).toString();
    },
    stderr: (bytes: Uint8Array) => {
      errors += Buffer.from(bytes).toString();
    },
    signal: AbortSignal.timeout(30_000),
    [DECORATION]: decoration,
  };
  const guest = await Guest.start(wasm, options);
  const { code } = await guest.exited;
  assert.deepEqual({ errors, code }, { errors: "", code: 0 }, text);
  return text;
}

function parse(text: string): Lines {
  const rows = text.split("\n").filter((line) => line.includes("\t"));
  return new Map(rows.map((line) => [line.split("\t")[0]!, line.split("\t").slice(1)]));
}

test.run();
