/**
 * How a guest is ended from outside: aborted, stopped, drained; and that nothing is left of it.
 */
import * as assert from "uvu/assert";
import { suite } from "../harness.ts";
import { ask, dial, Guest, local, modes, openSockets, refused } from "./support/guests.ts";
import { echo, lingerer, plain, simple, spinner } from "./support/programs.ts";
import { program } from "./support/wat.ts";

const test = suite("stop");

test.table("an abort stops the guest and closes its sockets", modes, async ({ mode }) => {
  const controller = new AbortController();
  const guest = await Guest.start(echo, { ...local, mode, signal: controller.signal });
  const { port } = await guest.listening();
  const client = await dial(port);
  const closed = new Promise((resolve) => client.once("close", resolve));
  client.on("error", () => undefined);
  controller.abort();
  assert.equal(await guest.exited, { code: 143, signal: "SIGTERM" });
  await closed;
  await refused(port);
});

test("a signal that has aborted starts nothing", async () => {
  try {
    await Guest.start(echo, { signal: AbortSignal.abort() });
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).name, "AbortError");
  }
});

test.table(
  "an abort ends a guest that never comes to its start:",
  [
    {
      name: "a start section",
      wasm: program(
        ["proc_exit"],
        '(func $init (loop $l (br $l))) (start $init) (func (export "_start"))',
      ),
    },
    {
      name: "attaching",
      wasm: program(
        ["proc_exit"],
        `(func (export "wasi_net_attach") (param i32 i32) (result i32) (loop $l (br $l)) unreachable)
         (func (export "_start"))`,
      ),
    },
  ],
  async ({ wasm }) => {
    const before = openSockets();
    const controller = new AbortController();
    const started = Guest.start(wasm, { signal: controller.signal });
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 300);
    try {
      await started;
      assert.unreachable();
    } catch (error) {
      assert.is(error, reason);
    }
    assert.equal(openSockets(), before);
  },
);

test("a guest that never waits can be stopped", async () => {
  const guest = await Guest.start(simple("(loop $l (br $l))"));
  assert.equal(await guest.stop(), { code: 143, signal: "SIGTERM" });
});

test.table("draining lets connections finish", modes, async ({ mode }) => {
  const guest = await Guest.start(echo, { ...local, mode });
  const { port } = await guest.listening();
  const client = await dial(port);
  assert.is(await ask(client, "before"), "before");
  const drained = guest.drain();
  await refused(port);
  assert.is(await ask(client, "after"), "after");
  client.end();
  assert.equal(await drained, { code: 0 });
});

test("draining ends a guest that sits in a blocking accept", async () => {
  const guest = await Guest.start(plain, local);
  const { port } = await guest.listening();
  const client = await dial(port);
  assert.is(await ask(client, "x"), "x");
  const drained = guest.drain("SIGINT");
  await refused(port);
  client.end();
  assert.equal(await drained, { code: 130, signal: "SIGINT" });
});

test.table("without connections, draining ends at once", modes, async ({ mode }) => {
  const guest = await Guest.start(echo, { ...local, mode });
  await guest.listening();
  assert.equal(await guest.drain("SIGTERM"), { code: 143, signal: "SIGTERM" });
});

test.table("stopping cuts a drain short", modes, async ({ mode }) => {
  const guest = await Guest.start(echo, { ...local, mode });
  const client = await dial((await guest.listening()).port);
  client.on("error", () => undefined);
  assert.is(await ask(client, "x"), "x");
  void guest.drain("SIGINT");
  assert.equal(await guest.stop("SIGINT"), { code: 130, signal: "SIGINT" });
});

test.table("nothing stays open", modes, async ({ mode }) => {
  const round = async (): Promise<void> => {
    const guest = await Guest.start(echo, { ...local, mode });
    const client = await dial((await guest.listening()).port);
    assert.is(await ask(client, "x"), "x");
    const closed = new Promise((resolve) => client.once("close", resolve));
    client.on("error", () => undefined);
    await guest.stop();
    await closed;
  };
  await round();
  const before = openSockets();
  for (let i = 0; i < 3; i++) await round();
  assert.equal(openSockets(), before);
});

test("a guest that had to be killed leaves nothing open", async () => {
  const round = async (): Promise<void> => {
    const guest = await Guest.start(spinner, local);
    await guest.listening();
    await guest.stop();
  };
  await round();
  const before = openSockets();
  await round();
  assert.equal(openSockets(), before);
});

test("a killed guest's socket that lingers holds up nobody", async () => {
  let full = (): void => undefined;
  const filled = new Promise<void>((resolve) => {
    full = resolve;
  });
  const guest = await Guest.start(lingerer, { ...local, stdout: () => full() });
  const client = await dial((await guest.listening()).port);
  client.pause().on("error", () => undefined);
  await filled;
  const start = performance.now();
  await guest.stop();
  assert.ok(performance.now() - start < 2000);
  client.destroy();
});

test.run();
