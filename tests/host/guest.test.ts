import { PassThrough } from "node:stream";
import * as assert from "uvu/assert";
import type { GuestOptions, WasiNetError } from "../../host/index.ts";
import { suite } from "../harness.ts";
import { ask, collector, dial, Guest, local, modes, openSockets } from "./support/guests.ts";
import { attached, echo, flood, listener, plain, print, simple } from "./support/programs.ts";

const test = suite("guest");

test.table("an echo server echoes", modes, async ({ mode }) => {
  await using guest = await Guest.start(echo, { ...local, mode });
  const { port, address, family } = await guest.listening();
  assert.equal([address, family], ["127.0.0.1", "IPv4"]);
  const clients = await Promise.all(Array.from({ length: 20 }, () => dial(port)));
  for (const [i, client] of clients.entries())
    assert.is(await ask(client, `hello ${i}`), `hello ${i}`);
  assert.is(guest.connections, 20);
  for (const client of clients) client.destroy();
});

test("a guest that does not attach serves in its thread", async () => {
  await using guest = await Guest.start(plain, local);
  const { port } = await guest.listening();
  for (const text of ["one", "two"]) {
    const client = await dial(port);
    assert.is(await ask(client, text), text);
    client.destroy();
  }
});

test("a guest that does not attach cannot be driven", async () => {
  try {
    await Guest.start(plain, { ...local, mode: "cooperative" });
    assert.unreachable();
  } catch (error) {
    assert.is((error as WasiNetError).code, "WASI_NET_NOT_DRIVABLE");
  }
});

test.table("the guest's own code comes out", modes, async ({ mode }) => {
  const guest = await Guest.start(attached("(call $proc_exit (i32.const 42))"), { mode });
  assert.equal(await guest.exited, { code: 42 });
});

test("a program that returns has code 0", async () => {
  const guest = await Guest.start(simple(""));
  assert.equal(await guest.exited, { code: 0 });
});

const traps = [
  { name: "unreachable", code: "unreachable", text: /^panic: unreachable\n$/ },
  {
    name: "a division by zero",
    code: "(drop (i32.div_s (i32.const 1) (i32.load (i32.const 0))))",
    text: /^panic: divide by zero\n$/,
  },
  {
    name: "an address outside",
    code: "(i32.store (i32.const -1) (i32.const 0))",
    text: /^panic: memory access out of bounds\n$/,
  },
  { name: "endless recursion", code: "(call $deep)", text: /^fatal error: stack overflow\n$/ },
  {
    name: "a trap while a stack is copied",
    code: "(i32.store (i32.const 4120) (i32.const 1)) unreachable",
    text: /^fatal error: stack overflow\n$/,
  },
];

for (const { mode } of modes) {
  test.table(`a trap is code 2 (${mode}):`, traps, async ({ code, text }) => {
    const stderr = collector();
    const wasm = attached(`${code}) (func $deep (call $deep) (call $deep)`);
    const guest = await Guest.start(wasm, { mode, stderr: stderr.write });
    assert.equal(await guest.exited, { code: 2 });
    assert.match(stderr.text(), text);
  });
}

test("a guest's trap is not another's", async () => {
  await using guest = await Guest.start(echo, { ...local, mode: "cooperative" });
  const { port } = await guest.listening();
  const client = await dial(port);
  const other = await Guest.start(attached("", "unreachable"), {
    mode: "cooperative",
    stderr: () => undefined,
  });
  assert.is((await other.exited).code, 2);
  assert.is(await ask(client, "still here"), "still here");
  client.destroy();
});

test.table("output goes where it shall", modes, async ({ mode }) => {
  const wasm = attached(
    `${print(1, 4)} ${print(2, 4)} (call $proc_exit (i32.const 0))) (data (i32.const 300) "out\\0a"`,
  );
  const stream = new PassThrough();
  const stderr = collector();
  const guest = await Guest.start(wasm, { mode, stdout: stream, stderr: stderr.write });
  await guest.exited;
  assert.is(String(stream.read()), "out\n");
  assert.is(stderr.text(), "out\n");
});

test("a driven guest's timer is kept", async () => {
  const wasm = attached(
    "",
    `(i32.store (i32.const 500) (i32.add (i32.load (i32.const 500)) (i32.const 1)))
     (if (i32.eq (i32.load (i32.const 500)) (i32.const 3)) (then (call $proc_exit (i32.const 9))))
     (if (i32.eq (i32.load (i32.const 500)) (i32.const 1)) (then (return (i64.const 0))))
     (i64.const 20000000)`,
  );
  const start = performance.now();
  const guest = await Guest.start(wasm, { mode: "cooperative" });
  assert.equal(await guest.exited, { code: 9 });
  assert.ok(performance.now() - start >= 19);
});

test.table("a denial is told, and the guest gets an errno", modes, async ({ mode }) => {
  const denials: string[] = [];
  const guest = await Guest.start(echo, { mode, onDenied: ({ flag }) => denials.push(flag) });
  assert.equal(await guest.exited, { code: 4 });
  assert.equal(denials, ["--allow-listen=127.0.0.1:0"]);
  try {
    await guest.listening();
    assert.unreachable();
  } catch (error) {
    assert.is((error as WasiNetError).code, "WASI_NET_EXITED");
  }
});

test("of a flood of denials so many are kept, and the others counted", async () => {
  const times = 20_000;
  let told = 0;
  const guest = await Guest.start(flood(times), { onDenied: () => void told++ });
  // This thread takes nothing now, until the guest's has more to tell than may lie here.
  const held = performance.now() + 8000;
  while (guest.missedDenials === 0 && performance.now() < held);
  assert.equal(await guest.exited, { code: 0 });
  assert.is(told + guest.missedDenials, times);
  assert.ok(guest.missedDenials > 0);
});

test("guests of one process are apart, also in their numbers", async () => {
  await using one = await Guest.start(echo, { ...local, mode: "cooperative" });
  await using two = await Guest.start(echo, { ...local, mode: "cooperative" });
  await using three = await Guest.start(echo, local);
  const guests = [one, two, three];
  const ports = await Promise.all(guests.map(async (guest) => (await guest.listening()).port));
  const clients = await Promise.all(ports.map(dial));
  for (const [i, client] of clients.entries()) assert.is(await ask(client, `${i}`), `${i}`);
  assert.equal(
    guests.map(({ connections }) => connections),
    [1, 1, 1],
  );
  await one.stop();
  assert.is(await ask(clients[1]!, "two"), "two");
  assert.is(await ask(clients[2]!, "three"), "three");
  for (const client of clients) client.destroy();
});

const mine = (): never => {
  throw new Error("mine");
};

const throwing: readonly { readonly name: string; readonly options: GuestOptions }[] = [
  { name: "stderr", options: { stderr: mine } },
  { name: "onDenied", options: { onDenied: mine, stderr: () => undefined } },
  { name: "onListening", options: { ...local, onListening: mine } },
];

for (const { mode } of modes) {
  test.table(
    `who throws in a callback hears of it, and the guest is gone (${mode}):`,
    throwing,
    async ({ name, options }) => {
      const before = openSockets();
      const wasm = name === "stderr" ? attached("unreachable") : echo;
      const ended = Guest.start(wasm, { ...options, mode }).then((guest) => guest.exited);
      const error = await ended.catch((error: unknown) => error);
      assert.is((error as Error).message, "mine");
      assert.equal(openSockets(), before);
    },
  );
}

/** Ways to catch whatever comes: code is run, and what follows it is run whether it returns or not. */
const catching = [
  { name: "try", caught: (code: string) => `(try (do ${code}) (catch_all))` },
  { name: "try_table", caught: (code: string) => `(block $c (try_table (catch_all $c) ${code}))` },
].filter(({ caught }) => isModule(simple(caught(""))));

for (const { mode } of modes) {
  test.table(`a guest cannot catch its own end (${mode}):`, catching, async ({ caught }) => {
    const once = caught("(call $proc_exit (i32.const 7))");
    for (const places of [
      [once, "(i64.const -1)"],
      ["", `${once} (i64.const 0)`],
    ] as const) {
      const stdout = collector();
      const [start, tick] = places.map((code) =>
        code.replace(once, `${once} ${print(1, 3)} ${once}`),
      );
      const guest = await Guest.start(attached(start!, tick), { mode, stdout: stdout.write });
      assert.equal(await guest.exited, { code: mode === "dedicated" && start === "" ? 0 : 7 });
      assert.is(stdout.text(), "");
    }
  });
}

test.table("a guest cannot catch that it is stopped:", catching, async ({ caught }) => {
  const wait = `(drop (call $sock_accept (global.get $listener) (i32.const 0) (i32.const 1000)))`;
  const stdout = collector();
  const wasm = listener(`(loop $l ${caught(wait)} ${print(1, 3)} (br $l))`);
  const guest = await Guest.start(wasm, { ...local, stdout: stdout.write });
  await guest.listening();
  assert.equal(await guest.stop(), { code: 143, signal: "SIGTERM" });
  assert.is(stdout.text(), "");
});

test.table("a guest cannot catch what a callback throws:", catching, async ({ caught }) => {
  const wasm = attached(`${caught(print(1, 3))} (call $proc_exit (i32.const 7))`);
  const stdout = (): never => {
    throw new Error("mine");
  };
  const guest = await Guest.start(wasm, { mode: "cooperative", stdout });
  try {
    await guest.exited;
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, "mine");
  }
});

/** isModule tells whether this release of Node knows all that is in a module. */
function isModule(wasm: Uint8Array): boolean {
  try {
    return new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>) instanceof WebAssembly.Module;
  } catch {
    return false;
  }
}

test.run();
