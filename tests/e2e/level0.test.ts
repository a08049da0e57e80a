/**
 * Level 0 of docs/ABI.md: modules for hosts with WASI preview1 alone, on sockets that the host has opened (tests/guests/net/level0.ts).
 */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "../../host/build/index.ts";
import { main } from "../../host/cli/program.ts";
import { Endpoint, INET4 } from "../../host/endpoint.ts";
import { allow, Guest } from "../../host/index.ts";
import { openSystem } from "../../host/os/index.ts";
import { buildGuest, buildLevel0 } from "../build.ts";
import { suite } from "../harness.ts";
import { Client } from "./support/client.ts";
import type { Running } from "./support/hosts.ts";
import { Level1 } from "./support/level1.ts";

const test = suite("level 0");
const program = "tests/guests/net/level0.ts";
const system = await openSystem();
const [DATAGRAM, STREAM] = [1, 2];

interface Options {
  readonly args: readonly string[];
  readonly sockets: readonly number[];
  readonly stdout: (bytes: Uint8Array) => void;
}

interface Host {
  readonly name: string;
  start(wasm: Uint8Array, options: Options): Promise<Running>;
}

/** A host with WASI preview1 alone, and the product, which serves such modules too. */
const PREVIEW1: Host = {
  name: "WASI preview1",
  start: (wasm, options) => Level1.start(wasm, { ...options, level: 0, size: "value" }),
};
const HOSTS: readonly Host[] = [
  PREVIEW1,
  ...(["dedicated", "cooperative"] as const).map((mode) => ({
    name: mode,
    start: (wasm: Uint8Array, options: Options) =>
      Guest.start(wasm, { ...options, net: allow, mode }),
  })),
];

/** Open is a socket of this process, for guests to get copies of. */
class Open implements Disposable {
  readonly handle: number;

  constructor(handle: number) {
    assert.ok(handle >= 0, `errno ${-handle}`);
    this.handle = handle;
  }

  /** bound opens a socket on loopback, on a port of the system's. */
  static bound(type: number): Open {
    const open = new Open(system.socket(INET4, type, 0));
    assert.equal(system.bind(open.handle, loopback(0)), 0);
    return open;
  }

  static listener(): Open {
    const open = Open.bound(STREAM);
    assert.equal(system.listen(open.handle, 128), 0);
    return open;
  }

  get port(): number {
    const local = new Endpoint();
    assert.equal(system.getsockname(this.handle, local), 0);
    return local.port;
  }

  [Symbol.dispose](): void {
    system.close(this.handle);
  }
}

function loopback(port: number): Endpoint {
  const endpoint = new Endpoint().any(INET4);
  endpoint.port = port;
  endpoint.bytes.set([127, 0, 0, 1]);
  return endpoint;
}

/** start starts a guest; lines waits for its end, and answers what it has printed. */
async function start(host: Host, how: string, open: Open, wasm?: Uint8Array) {
  let text = "";
  const guest = await host.start(wasm ?? (await buildLevel0(program)), {
    args: ["guest", how],
    sockets: [open.handle],
    stdout: (bytes) => {
      text += Buffer.from(bytes).toString();
    },
  });
  const lines = async (): Promise<readonly string[]> => {
    assert.deepEqual(await guest.exited, { code: 0 });
    return text.trimEnd().split("\n");
  };
  return { guest, lines };
}

test("the guests build", () => Promise.all([buildLevel0(program), buildGuest(program)]), {
  timeout: 120_000,
});

test.table("a server", HOSTS, async (host) => {
  using open = Open.listener();
  const { guest } = await start(host, "serve", open);
  await using _ = guest;
  const clients = await Promise.all(Array.from({ length: 20 }, () => Client.connect(open.port)));
  for (let round = 0; round < 3; round++) {
    for (const [id, client] of clients.entries()) client.write(`${id} says ${round}.`);
    const answers = await Promise.all(clients.map((client) => client.readTo(".")));
    assert.deepEqual(
      answers,
      clients.map((_, id) => `${id} says ${round}.`),
    );
  }
  const large = "x".repeat(1 << 20);
  clients[0]!.write(large);
  assert.equal(await clients[0]!.read(large.length), large);
  for (const client of clients) client.socket.end();
  const rest = await Promise.all(clients.map((client) => client.rest()));
  assert.equal(rest.join(""), "");
});

test.table("a listener: what works, and what to say of the rest", HOSTS, async (host) => {
  using open = Open.listener();
  const { guest, lines } = await start(host, "listener", open);
  await using _ = guest;
  assert.deepEqual(await lines(), [
    "output: file file+net stdout: socket operation on non-socket",
    "packets: file file+net socket: protocol not available",
    "again: file file+net socket: fcntl: bad file descriptor",
    "address: tcp :0",
    "listen: listen tcp 127.0.0.1:0: socket: function not implemented",
    "listenPacket: listen udp 127.0.0.1:0: socket: function not implemented",
    "dial: dial tcp 127.0.0.1:1: socket: function not implemented",
    "copy: file tcp :0: fcntl: function not implemented",
    "accept: accept tcp :0: i/o timeout",
    "accept: accept tcp :0: i/o timeout",
    "close: none",
    "waiting accept: accept tcp :0: use of closed network connection",
    "close: close tcp :0: use of closed network connection",
    "given back: file file+net socket: bad file descriptor",
  ]);
});

test.table("a connection", HOSTS, async (host) => {
  assert.deepEqual(await converse(host), CONVERSATION);
});

const CONVERSATION = [
  "addresses: :0 :0",
  "option: set tcp :0->:0: setsockopt: function not implemented",
  "read: read tcp :0->:0: i/o timeout",
  "write: none",
  "read: answer",
  "closeWrite: none",
  "write: write tcp :0->:0: write: broken pipe",
  "read: bye",
  "read: EOF",
  "close: none",
  "read: read tcp :0->:0: use of closed network connection",
];

async function converse(host: Host, wasm?: Uint8Array): Promise<readonly string[]> {
  using listener = Open.listener();
  using client = await Client.connect(listener.port);
  client.socket.allowHalfOpen = true;
  using open = new Open(system.accept(listener.handle, new Endpoint()));
  const { guest, lines } = await start(host, "stream", open, wasm);
  await using _ = guest;
  assert.equal(await client.read(3), "ask");
  client.write("answer");
  assert.equal(await client.rest(), "", "the guest has ended its half");
  client.write("bye");
  client.socket.end();
  return await lines();
}

test.table("packets of a connected socket", HOSTS, async (host) => {
  using open = Open.bound(DATAGRAM);
  const peer = createSocket("udp4");
  try {
    peer.bind(0, "127.0.0.1");
    await once(peer, "listening");
    assert.equal(system.connect(open.handle, loopback(peer.address().port)), 0);
    const { guest, lines } = await start(host, "packets", open);
    await using _ = guest;
    const [asked] = (await once(peer, "message")) as [Buffer];
    assert.equal(asked.toString(), "ask");
    peer.send("answer", open.port, "127.0.0.1");
    assert.deepEqual(await lines(), [
      "listener: file file+net socket: operation not supported",
      "packets: file file+net socket: protocol not available",
      "address: udp :0",
      "write: none",
      "read: answer",
      "read: read udp :0->:0: i/o timeout",
      "close: none",
    ]);
  } finally {
    peer.close();
  }
});

test("a module of the usual level does not link on such a host", async () => {
  using open = Open.listener();
  const { guest } = await start(PREVIEW1, "listener", open, await buildGuest(program));
  await assert.rejects(guest.exited, /LinkError|function import requires a callable/);
});

test(
  "wasi-net build --level 0 makes one that does",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "wasi-net-level0-"));
    try {
      const entry = fileURLToPath(new URL(`../../${program}`, import.meta.url));
      const out = join(folder, "out.wasm");
      await main(["build", "--level", "0", "-o", out, entry]);
      assert.deepEqual(await converse(PREVIEW1, await readFile(out)), CONVERSATION);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  { timeout: 120_000 },
);

test("there is no other level to build for", async () => {
  await assert.rejects(build(program, { level: 2 as 1 }), {
    code: "WASI_NET_BUILD",
    message: 'bad level "2": a module is built for level 0 or 1',
  });
});

test.run();
