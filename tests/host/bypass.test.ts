import { createServer } from "node:net";
import * as assert from "uvu/assert";
import { allow } from "../../host/index.ts";
import { suite } from "../harness.ts";
import { eventually, must, Rig } from "./support/rig.ts";

/** What a hostile guest tries in order to get around its policy. */
const test = suite("bypass");

const EACCES = 2;

const mapped = (...address: readonly number[]): number[] => [
  ...Array<number>(10).fill(0),
  255,
  255,
  ...address,
];
const LOOPBACK6 = [...Array<number>(15).fill(0), 1];
const ANY6 = Array<number>(16).fill(0);

/** A destination that is no address leads to the socket's own address: that is what is judged. */
const WILDCARDS = [
  {
    name: "0.0.0.0 from another address of the machine",
    own: [127, 0, 0, 2],
    to: [0, 0, 0, 0],
    leads: "127.0.0.2",
    other: "127.0.0.1",
  },
  {
    name: "0.0.0.0 from no address",
    own: undefined,
    to: [0, 0, 0, 0],
    leads: "127.0.0.1",
    other: "127.0.0.2",
  },
  {
    name: ":: from a mapped address",
    own: mapped(127, 0, 0, 2),
    to: ANY6,
    leads: "127.0.0.1",
    other: "[::1]",
  },
  { name: ":: from ::1", own: LOOPBACK6, to: ANY6, leads: "[::1]", other: "127.0.0.1" },
  {
    name: "the mapped wildcard from a mapped address",
    own: mapped(127, 0, 0, 2),
    to: mapped(0, 0, 0, 0),
    leads: "127.0.0.2",
    other: "127.0.0.1",
  },
  {
    name: "the mapped wildcard from no address",
    own: undefined,
    to: mapped(0, 0, 0, 0),
    leads: "127.0.0.1",
    other: "127.0.0.2",
  },
];

test.table("dialling", WILDCARDS, async ({ own, to, leads, other }) => {
  const family = to.length === 4 ? 1 : 2;
  const server = createServer((socket) => socket.end());
  const host = leads.replace(/[[\]]/g, "");
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as { port: number };
  using peers = await Rig.open();
  const peer = peers.socket({ type: 1, family: host.includes(":") ? 2 : 1, nonblock: true });
  const place = host.includes(":") ? LOOPBACK6 : host.split(".").map(Number);
  must(peers.call("sock_bind", peer, peers.address(...place), 0));

  for (const allowed of [false, true]) {
    // A stream's own address with port 0 needs no leave; a datagram socket's does.
    const net = allow.dial(allowed ? leads : other);
    using rig = await Rig.open({ net });
    const stream = rig.socket({ family });
    if (own !== undefined) must(rig.call("sock_bind", stream, rig.address(...own), 0));
    const errno = rig.call("sock_connect", stream, rig.address(...to), port);
    assert.is(errno, allowed ? 0 : EACCES, "connect");
    if (!allowed) assert.is(rig.denials[0]?.flag, `--allow-dial=${leads}:${port}`);

    using udp = await Rig.open({ net: net.listen() });
    const datagram = udp.socket({ type: 1, family });
    if (own !== undefined) must(udp.call("sock_bind", datagram, udp.address(...own), 0));
    const at = peers.port(peer);
    assert.is(udp.sendTo(datagram, "x", udp.address(...to), at), allowed ? 0 : EACCES, "send_to");
    if (allowed) assert.is((await eventually(() => peers.recvFrom(peer))).text, "x");
  }
  await new Promise((resolve) => server.close(resolve));
});

test("what was allowed of one socket to 0.0.0.0 is not allowed of another that it leads elsewhere", async () => {
  using peers = await Rig.open();
  const peer = peers.socket({ type: 1, nonblock: true });
  must(peers.call("sock_bind", peer, peers.address(127, 0, 0, 2), 0));
  const port = peers.port(peer);
  using rig = await Rig.open({ net: allow.listen().dial("127.0.0.1") });
  const [free, own] = [rig.socket({ type: 1 }), rig.socket({ type: 1 })];
  must(rig.call("sock_bind", own, rig.address(127, 0, 0, 2), 0));
  assert.is(rig.sendTo(free, "x", rig.address(0, 0, 0, 0), port), 0);
  assert.is(rig.sendTo(own, "x", rig.address(0, 0, 0, 0), port), EACCES);
});

test.run();
