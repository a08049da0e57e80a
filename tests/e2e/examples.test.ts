/** examples/udp.ts and examples/ping.ts, the way users run them. */
import { createSocket } from "node:dgram";
import { EventEmitter, once } from "node:events";
import * as assert from "uvu/assert";
import { allow } from "../../host/index.ts";
import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { LEVEL1, MODES } from "./support/hosts.ts";

const test = suite("examples");

test(
  "the guests build",
  () => Promise.all(["examples/udp.ts", "examples/ping.ts"].map((file) => buildGuest(file))),
  {
    timeout: 120_000,
  },
);

test.table("udp: packets of any size come back", [...MODES, ...LEVEL1], async (host) => {
  const output = new EventEmitter();
  const line = once(output, "line");
  await using _server = await host.start(await buildGuest("examples/udp.ts"), {
    args: ["127.0.0.1:0"],
    stdout: (bytes) => output.emit("line", Buffer.from(bytes).toString()),
  });
  const [text] = (await line) as [string];
  const port = Number(text.split(":")[1]);
  const client = createSocket("udp4");
  try {
    for (const size of [0, 1, 1000, 65507]) {
      client.send(Buffer.alloc(size, "x"), port, "127.0.0.1");
      const [message] = (await once(client, "message")) as [Buffer];
      assert.is(message.length, size);
    }
  } finally {
    client.close();
  }
});

test.table(
  "ping: the loopback answers",
  MODES,
  async (host) => {
    let text = "";
    await using guest = await host.start(await buildGuest("examples/ping.ts"), {
      args: ["127.0.0.1"],
      net: allow.raw("icmp:127.0.0.1"),
      stdout: (bytes) => {
        text += Buffer.from(bytes).toString();
      },
    });
    assert.is((await guest.exited).code, 0);
    assert.match(text, /^(answer \d from 127\.0\.0\.1 after \d+ us\n){4}$/);
  },
  { skip: process.getuid?.() === 0 ? undefined : "needs root" },
);

test.table("ping: without a grant it says so", MODES, async (host) => {
  let text = "";
  await using guest = await host.start(await buildGuest("examples/ping.ts"), {
    args: ["127.0.0.1"],
    net: allow,
    stderr: (bytes) => {
      text += Buffer.from(bytes).toString();
    },
  });
  assert.is((await guest.exited).code, 1);
  assert.match(text, /^dial ip4:icmp 127\.0\.0\.1: socket: permission denied$/m);
});

test.run();
