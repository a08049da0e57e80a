/** examples/echo.ts and examples/client.ts, the way users run them, and on hosts that know nothing of this product. */
import { createHash, randomBytes } from "node:crypto";
import * as assert from "uvu/assert";
import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { Client } from "./support/client.ts";
import { type Host, LEVEL1, MODES, type Running } from "./support/hosts.ts";
import { Level1 } from "./support/level1.ts";

const test = suite("echo");
const MEBIBYTE = 1 << 20;

test(
  "the guests build",
  () =>
    Promise.all(
      ["examples/echo.ts", "examples/client.ts", "tests/guests/net/semantics.ts"].map(buildGuest),
    ),
  {
    timeout: 120_000,
  },
);

test.table(
  "64 MiB come back to the byte, in pieces of any size",
  MODES,
  (host) => carry(host, 64 * MEBIBYTE),
  { timeout: 60_000 },
);

test.table("a mebibyte comes back", LEVEL1, (host) => carry(host, MEBIBYTE), { timeout: 30_000 });

test.table("connections that come, talk and go", [...MODES, ...LEVEL1], async (host) => {
  await using server = await echo(host);
  const { port } = await server.listening();
  for (let round = 0; round < 3; round++) {
    const clients = await Promise.all(Array.from({ length: 30 }, () => Client.connect(port)));
    for (let i = 0; i < 5; i++) {
      for (const [id, client] of clients.entries()) client.write(`${id} says ${i}.`);
      const answers = clients.map((client) => client.readTo("."));
      assert.equal(
        await Promise.all(answers),
        clients.map((_, id) => `${id} says ${i}.`),
      );
    }
    for (const client of clients) client.socket.end();
    assert.is((await Promise.all(clients.map((client) => client.rest()))).join(""), "");
  }
});

test.table(
  "a peer's reset ends its connection and no other",
  [...MODES, ...LEVEL1],
  async (host) => {
    await using server = await echo(host);
    const { port } = await server.listening();
    using steady = await Client.connect(port);
    for (let i = 0; i < 20; i++) {
      using client = await Client.connect(port);
      client.write("x".repeat(100_000));
      client.socket.resetAndDestroy();
    }
    steady.write("still here");
    assert.is(await steady.read(10), "still here");
  },
);

test.table("the client example talks to it", [...MODES, ...LEVEL1], async (host) => {
  await using server = await echo(host);
  const { port } = await server.listening();
  const wasm = await buildGuest("examples/client.ts");
  const output: string[] = [];
  await using client = await host.start(wasm, {
    args: [`127.0.0.1:${port}`, "hello, world"],
    stdout: (bytes) => void output.push(Buffer.from(bytes).toString()),
  });
  assert.is((await client.exited).code, 0);
  assert.is(output.join(""), "hello, world\n");
});

test.table("the client example says why it cannot", MODES, async (host) => {
  const output: string[] = [];
  await using client = await host.start(await buildGuest("examples/client.ts"), {
    args: ["127.0.0.1:1"],
    stderr: (bytes) => void output.push(Buffer.from(bytes).toString()),
  });
  assert.is((await client.exited).code, 1);
  assert.is(output.join(""), "dial tcp 127.0.0.1:1: connect: connection refused\n");
});

test.table(
  "a socket that the kernel connects with itself is not taken for a connection",
  [
    { name: "the first time", selfConnects: 1 },
    { name: "and the second", selfConnects: 2 },
  ],
  async ({ selfConnects }) => {
    const wasm = await buildGuest("tests/guests/net/semantics.ts");
    const output: string[] = [];
    await using guest = await Level1.start(wasm, {
      size: "value",
      selfConnects,
      args: ["guest", "dial: refused"],
      stdout: (bytes) => void output.push(Buffer.from(bytes).toString()),
    });
    await guest.exited;
    const first = output.join("").split("\t")[1];
    assert.is(first, "dial: dial tcp A: connect: connection refused");
  },
);

async function echo(host: Host): Promise<Running> {
  return host.start(await buildGuest("examples/echo.ts"), { args: ["127.0.0.1:0"] });
}

/** carry sends random bytes in pieces of random sizes, reads what comes back, and compares hashes. */
async function carry(host: Host, total: number): Promise<void> {
  await using server = await echo(host);
  using client = await Client.connect((await server.listening()).port);
  const { socket } = client;
  socket.removeAllListeners("data");
  const sent = createHash("sha1");
  const received = createHash("sha1");
  let count = 0;
  const back = new Promise<void>((resolve) => {
    socket.on("data", (bytes) => {
      received.update(bytes);
      count += bytes.length;
    });
    socket.on("end", resolve);
  });
  const pool = randomBytes(2 * MEBIBYTE);
  for (let left = total; left > 0; ) {
    // Mostly small pieces, some of hundreds of KiB.
    const size = Math.min(left, Math.ceil(2 ** (Math.random() * 19)));
    const start = Math.floor(Math.random() * MEBIBYTE);
    const piece = pool.subarray(start, start + size);
    sent.update(piece);
    left -= size;
    if (!socket.write(piece)) await new Promise((resolve) => socket.once("drain", resolve));
  }
  socket.end();
  await back;
  assert.is(count, total);
  assert.is(received.digest("hex"), sent.digest("hex"));
}

test.run();
