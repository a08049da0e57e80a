/** What a guest is told that may not, and what of its wishes reaches the kernel. */
import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { promisify } from "node:util";
import * as assert from "uvu/assert";
import { allow, type Policy } from "../../host/index.ts";
import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { type Host, MODES } from "./support/hosts.ts";
import { needs, readOr } from "./support/machine.ts";

const test = suite("policy");

interface Row {
  readonly name: string;
  readonly net: Policy;
  readonly ask: readonly [call: string, network: string, address: string];
  readonly says: string;
}

const DENIED: readonly Row[] = [
  {
    name: "no rule",
    net: allow,
    ask: ["listen", "tcp", "127.0.0.1:0"],
    says: "listen tcp 127.0.0.1:0: listen: permission denied",
  },
  {
    name: "another port",
    net: allow.listen("127.0.0.1:1"),
    ask: ["listen", "tcp", "127.0.0.1:2"],
    says: "listen tcp 127.0.0.1:2: bind: permission denied",
  },
  {
    name: "more than one address",
    net: allow.listen("127.0.0.1:2"),
    ask: ["listen", "tcp", ":2"],
    says: "listen tcp :2: bind: permission denied",
  },
  {
    name: "dial, no rule",
    net: allow.listen(),
    ask: ["dial", "tcp", "127.0.0.1:1"],
    says: "dial tcp 127.0.0.1:1: connect: permission denied",
  },
  {
    name: "dial, denied",
    net: allow.dial().denyDial("127.0.0.0/8"),
    ask: ["dial", "tcp", "127.0.0.1:1"],
    says: "dial tcp 127.0.0.1:1: connect: permission denied",
  },
  {
    name: "dial, denied, in IPv6's clothes",
    net: allow.dial().denyDial("127.0.0.1:1"),
    ask: ["dial", "tcp", "[::ffff:127.0.0.1]:1"],
    says: "dial tcp 127.0.0.1:1: connect: permission denied",
  },
  {
    name: "dial, denied, by no address",
    net: allow.dial().denyDial("127.0.0.1:1"),
    ask: ["dial", "tcp4", ":1"],
    says: "dial tcp4 :1: connect: permission denied",
  },
  {
    name: "dial udp, no rule",
    net: allow.listen().unix().raw(),
    ask: ["dial", "udp", "127.0.0.1:1"],
    says: "dial udp 127.0.0.1:1: connect: permission denied",
  },
  {
    name: "listen unix, no rule",
    net: allow.listen().dial().raw(),
    ask: ["listen", "unix", "/nowhere/s"],
    says: "listen unix /nowhere/s: bind: permission denied",
  },
  {
    name: "dial unix, another folder",
    net: allow.unix("/nowhere"),
    ask: ["dial", "unix", "/nowhere/../somewhere"],
    says: "dial unix /nowhere/../somewhere: connect: permission denied",
  },
  {
    name: "dial an abstract name, denied",
    net: allow.unix().denyUnix("@s*"),
    ask: ["dial", "unix", "@secret"],
    says: "dial unix @secret: connect: permission denied",
  },
  {
    name: "dial ip, no rule",
    net: allow.listen().dial().unix(),
    ask: ["dial", "ip4:icmp", "127.0.0.1"],
    says: "dial ip4:icmp 127.0.0.1: socket: permission denied",
  },
];

test("the guests build", () => Promise.all(["tests/guests/net/ask.ts"].map(buildGuest)), {
  timeout: 120_000,
});

for (const host of MODES) {
  test.table(`${host.name}: denied`, DENIED, async ({ net, ask, says }) => {
    assert.is(await answer(host, net, ask), says);
  });

  test(`${host.name}: a denied dial reaches nobody`, async () => {
    let visits = 0;
    const server = createServer((socket) => {
      visits++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const address = `127.0.0.1:${port}`;
    const denied = await answer(host, allow.dial("127.0.0.2"), ["dial", "tcp", address]);
    assert.is(denied, `dial tcp ${address}: connect: permission denied`);
    assert.is(visits, 0);
    assert.is(await answer(host, allow.dial(address), ["dial", "tcp", address]), "connected");
    await new Promise((resolve) => server.close(resolve));
  });
}

test(
  "a listener's backlog is the machine's limit",
  async () => {
    const wasm = await buildGuest("tests/guests/net/ask.ts");
    await using guest = await MODES[0]!.start(wasm, { args: ["listen", "tcp", "127.0.0.1:0"] });
    const { port } = await guest.listening();
    const { stdout } = await promisify(execFile)("ss", ["-Hltn", "sport", "=", `:${port}`]);
    const [, , backlog] = stdout.trim().split(/\s+/);
    assert.is(backlog, readOr("/proc/sys/net/core/somaxconn").trim());
  },
  { skip: needs("ss") },
);

/** A service of this machine's that Go's own table does not have. */
const SERVICE = /^(?!imap|pop|ftp|gopher|telnet)([a-z]+)\s+(\d{4})\/tcp/m.exec(
  readOr("/etc/services"),
);

test(
  "a service goes by the machine's name, for a guest that may use the network",
  async () => {
    const [, name = "", port = ""] = SERVICE ?? [];
    const ask = ["dial", "tcp", `127.0.0.2:${name}`];
    const seen = await answer(MODES[0]!, allow.dial("127.0.0.1"), ask);
    assert.is(seen, `dial tcp 127.0.0.2:${port}: connect: permission denied`);
    const unseen = await answer(MODES[0]!, allow, ask);
    assert.is(unseen, `dial tcp: lookup tcp/${name}: unknown port`);
  },
  { skip: SERVICE === null ? "no /etc/services" : undefined },
);

async function answer(host: Host, net: Policy, ask: readonly string[]): Promise<string> {
  const output: string[] = [];
  await using guest = await host.start(await buildGuest("tests/guests/net/ask.ts"), {
    args: ask,
    net,
    stdout: (bytes) => void output.push(Buffer.from(bytes).toString()),
  });
  await guest.exited;
  return output.join("").trim();
}

test.run();
