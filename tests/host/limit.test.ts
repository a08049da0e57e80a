import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { allow, Guest, WasiNetError } from "../../host/index.ts";
import { usualLimit } from "../../host/limit.ts";
import { openSystem } from "../../host/os/index.ts";
import { overlay } from "../faults/overlay.ts";
import { suite } from "../harness.ts";
import { DUP, EAGAIN, EMFILE, ENOTSOCK, OWN } from "./support/abi.ts";
import { echo } from "./support/programs.ts";
import { eventually, must, Rig } from "./support/rig.ts";

const test = suite("limit");

test("a guest opens so many sockets and no more, and again as many as it closes", async () => {
  using rig = await Rig.open({ maxSockets: 3 });
  const fds = [rig.socket(), rig.socket({ type: 1 }), rig.socket({ family: 3 })];
  assert.is(rig.call("sock_open", 1, 2, 1200), EMFILE);
  must(rig.call("fd_close", fds[1]!));
  const again = rig.socket();
  assert.is(rig.call("sock_open", 1, 2, 1200), EMFILE);
  assert.is(again, fds[1]);
  must(rig.call("fd_renumber", fds[0]!, fds[2]!));
  rig.socket();
  assert.is(rig.call("sock_open", 1, 2, 1200), EMFILE);
  using other = await Rig.open({ maxSockets: 1 });
  other.socket();
});

test("files are no sockets", async () => {
  using rig = await Rig.open({ maxSockets: 1 });
  rig.socket();
  assert.is(rig.call("sock_accept", 1, 0, 1200), ENOTSOCK);
  assert.is(rig.call("fd_fdstat_get", 1, 1300), 0);
});

test("a connection that there is no room for waits, whoever waits for it", async () => {
  for (const attached of [true, false]) {
    using rig = await Rig.open({ maxSockets: 2, attached });
    const { fd, port } = rig.listener(true);
    assert.is(rig.accept(fd, 4).errno, EAGAIN, "watched from here on");
    const clients = [connect(port, "127.0.0.1"), connect(port, "127.0.0.1")];
    const first = await eventually(() => rig.accept(fd, 4));
    must(first.errno);
    for (let i = 0; i < 3; i++) assert.is(rig.accept(fd, 4).errno, EMFILE);
    assert.is(rig.shared.connections, 1);
    must(rig.call("fd_close", first.fd));
    const second = await eventually(() => rig.accept(fd, 4));
    must(second.errno);
    must(rig.call("fd_close", second.fd));
    assert.is(rig.accept(fd, 4).errno, EAGAIN);
    if (attached) rig.events(0n);
    clients.push(connect(port, "127.0.0.1"));
    await new Promise((resolve) => clients[2]!.once("connect", resolve));
    if (attached) assert.equal(rig.events(-1n).events, [[fd, 1]], "and the next makes an event");
    must(rig.accept(fd, 4).errno);
    for (const client of clients) client.destroy();
  }
});

test("a guest that blocks is told at once", async () => {
  using rig = await Rig.open({ maxSockets: 1 });
  const { fd } = rig.listener();
  rig.words(2000, 1, 0, 0, 0);
  must(rig.call("sock_setsockopt", fd, 0, 11, 2000, 16)); // one second, and then EAGAIN
  assert.is(rig.accept(fd).errno, EMFILE);
});

test("a drained listener makes no guest spin", async () => {
  using rig = await Rig.open({ maxSockets: 3, attached: true });
  const [client] = rig.pair(true);
  const { fd } = rig.listener(true);
  assert.is(rig.accept(fd, 4).errno, EMFILE);
  rig.shared.order(1);
  assert.equal(rig.events(0n).events, []);
  assert.is(rig.accept(fd, 4).errno, EAGAIN);
  must(rig.call("fd_close", client));
});

test("DUP opens a socket too", async () => {
  using rig = await Rig.open({ maxSockets: 3 });
  const [client] = rig.pair();
  const dup = (): number => rig.call("sock_getsockopt", client, OWN, DUP, 2000, 4);
  must(dup());
  assert.is(dup(), EMFILE);
});

test.table(
  "no limit is",
  [-1, 0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 18 + 1, "7"].map((limit) => ({
    name: String(limit),
    limit,
  })),
  async ({ limit }) => {
    const started = Guest.start(echo, { net: allow.listen(), maxSockets: limit as number });
    const error = await started.then(
      (guest) => guest.stop(),
      (error) => error,
    );
    assert.instance(error, WasiNetError);
    assert.is((error as WasiNetError).code, "WASI_NET_BAD_LIMIT");
    assert.match(
      (error as WasiNetError).message,
      "options.maxSockets: want a whole number from 1 to 262144, got ",
    );
  },
);

test("sockets that are given count, and more of them than may be open are an error", async () => {
  const folder = mkdtempSync(join(tmpdir(), "wasi-net-limit-"));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(folder, "s"), resolve));
  const { fd: handle } = (server as unknown as { _handle: { fd: number } })._handle;
  {
    using rig = await Rig.open({ sockets: [handle, handle], maxSockets: 2 });
    assert.is(rig.call("sock_open", 1, 2, 1200), EMFILE);
  }
  for (const mode of ["dedicated", "cooperative"] as const) {
    const options = { mode, sockets: [handle, handle, handle], maxSockets: 2 };
    const ended = Guest.start(echo, options).then((guest) => guest.exited);
    const error = await ended.catch((error) => error);
    assert.is((error as WasiNetError).code, "WASI_NET_BAD_LIMIT");
    assert.match((error as WasiNetError).message, /^3 sockets are given/);
  }
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

test("where nobody says, a guest leaves this process something to open", async () => {
  const system = await openSystem();
  assert.ok(system.handleLimit() >= 256);
  const usual = [1024, 20_000, 1_048_576, 2 ** 64].map((limit) =>
    usualLimit(overlay(system, { handleLimit: () => limit })),
  );
  assert.equal(usual, [768, 15_000, 16_384, 16_384]);
});

test.table(
  "a server of one connection at a time:",
  [
    { name: "dedicated", mode: "dedicated" },
    { name: "cooperative", mode: "cooperative" },
  ] as const,
  async ({ mode }) => {
    await using guest = await Guest.start(echo, { net: allow.listen(), mode, maxSockets: 2 });
    const { port } = await guest.listening();
    const client = connect(port, "127.0.0.1");
    client.write("hello");
    const [data] = await new Promise<[Buffer]>((resolve) =>
      client.once("data", (d) => resolve([d])),
    );
    assert.equal([data.toString(), guest.connections], ["hello", 1]);
    client.destroy();
  },
);

test.run();
