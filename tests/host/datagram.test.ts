import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import * as assert from "uvu/assert";
import { allow } from "../../host/index.ts";
import { suite } from "../harness.ts";
import { EACCES, EAFNOSUPPORT, EAGAIN, EBADF, EFAULT, EINVAL, EMSGSIZE } from "./support/abi.ts";
import { eventually, must, Rig } from "./support/rig.ts";

const test = suite("datagram");

const LOOPBACK6 = [...Array<number>(15).fill(0), 1];

const FAMILIES = [
  { name: "IPv4", family: 1, node: "udp4", host: "127.0.0.1", bytes: [127, 0, 0, 1] },
  { name: "IPv6", family: 2, node: "udp6", host: "::1", bytes: LOOPBACK6 },
] as const;

/** bound is a datagram socket on the loopback. */
function bound(rig: Rig, options: { nonblock?: boolean; family?: number } = {}): number {
  const fd = rig.socket({ type: 1, ...options });
  const address = options.family === 2 ? LOOPBACK6 : [127, 0, 0, 1];
  must(rig.call("sock_bind", fd, rig.address(...address), 0));
  return fd;
}

test.table("a guest and Node exchange datagrams over", FAMILIES, async (row) => {
  using rig = await Rig.open();
  await using peer = await node(row.node, row.host);
  const fd = bound(rig, { nonblock: true, family: row.family });
  const heard = once(peer.socket, "message") as Promise<[Buffer, RemoteInfo]>;
  assert.is(rig.sendTo(fd, "ping", rig.address(...row.bytes), peer.port), 0);
  assert.is(rig.u32(1200), 4);
  const [data, from] = await heard;
  assert.equal([data.toString(), from.address, from.port], ["ping", row.host, rig.port(fd)]);
  peer.socket.send("pong", from.port, from.address);
  const { errno, text, port, place } = await eventually(() => rig.recvFrom(fd));
  assert.equal([errno, text, port], [0, "pong", peer.port]);
  assert.is(place.readUInt16LE(0), row.family);
  const rest = Array<number>(126 - row.bytes.length).fill(0);
  assert.equal([...place.subarray(2)], [...row.bytes, ...rest]);
});

test("empty datagrams, long ones, and several iovecs", async () => {
  using rig = await Rig.open();
  const [one, two] = [bound(rig), bound(rig)];
  const port = rig.port(one);
  const to = (): number => rig.address(127, 0, 0, 1);
  assert.is(rig.sendTo(two, "", to(), port), 0);
  assert.is(rig.sendTo(two, "cut short", to(), port), 0);
  rig.bytes.write("headbody", 2048);
  rig.words(1400, 2048, 4, 2052, 4);
  assert.is(rig.call("sock_send_to", two, 1400, 2, to(), port, 0, 1200), 0);
  assert.equal(summary(rig.recvFrom(one)), [0, "", 0]);
  assert.equal(summary(rig.recvFrom(one, 3, 1)), [0, "cut", 1], "a peek leaves it");
  assert.equal(summary(rig.recvFrom(one, 3)), [0, "cut", 1]);
  assert.equal(summary(rig.recvFrom(one)), [0, "headbody", 0]);
  rig.words(1400, 0, 65536);
  assert.is(rig.call("sock_send_to", two, 1400, 1, to(), port, 0, 1200), EMSGSIZE);
});

test("a stream's data has no source", async () => {
  using rig = await Rig.open();
  const [client, server] = rig.pair();
  must(rig.send(client, "data"));
  const { errno, text, port, place } = rig.recvFrom(server);
  assert.equal([errno, text, port], [0, "data", 0]);
  assert.equal([...place], Array<number>(128).fill(0));
});

test("a socket without data says EAGAIN, and its datagram is an event", async () => {
  using rig = await Rig.open({ attached: true });
  const one = bound(rig, { nonblock: true });
  assert.is(rig.recvFrom(one).errno, EAGAIN);
  must(rig.sendTo(bound(rig), "x", rig.address(127, 0, 0, 1), rig.port(one)));
  const { events } = rig.events(1_000_000_000n);
  assert.equal(events, [[one, 3]]);
  assert.is(rig.recvFrom(one).text, "x");
});

test.table(
  "refused:",
  [
    { name: "an unknown flag of send_to", name2: "sock_send_to", at: 5, value: 1, errno: EINVAL },
    {
      name: "an unknown flag of recv_from",
      name2: "sock_recv_from",
      at: 4,
      value: 4,
      errno: EINVAL,
    },
    { name: "a port beyond", name2: "sock_send_to", at: 4, value: 65536, errno: EINVAL },
    { name: "a negative port", name2: "sock_send_to", at: 4, value: -1, errno: EINVAL },
    { name: "too many iovecs", name2: "sock_send_to", at: 2, value: 1025, errno: EINVAL },
    { name: "an fd that is none", name2: "sock_send_to", at: 0, value: 99, errno: EBADF },
    { name: "an address outside", name2: "sock_send_to", at: 3, value: 65536, errno: EFAULT },
    { name: "no room for the source", name2: "sock_recv_from", at: 3, value: 1016, errno: EINVAL },
  ],
  async ({ name2: name, at, value, errno }) => {
    using rig = await Rig.open();
    const [one, two] = [bound(rig, { nonblock: true }), bound(rig)];
    must(rig.sendTo(two, "kept", rig.address(127, 0, 0, 1), rig.port(one)));
    const place = name === "sock_send_to" ? rig.address(127, 0, 0, 1) : 1024;
    if (name === "sock_recv_from") rig.words(1016, 1500, 127, 1500, 128);
    rig.words(1400, 3000, 10);
    const args =
      name === "sock_send_to"
        ? [one, 1400, 1, place, 9, 0, 1200]
        : [one, 1400, 1, place, 0, 1208, 1200, 1204];
    args[at] = value;
    assert.is(rig.call(name, ...args), errno);
    assert.is(rig.recvFrom(one).text, "kept");
  },
);

test("an address of the other family is refused", async () => {
  using rig = await Rig.open();
  assert.is(rig.sendTo(bound(rig), "x", rig.address(...LOOPBACK6), 9), EAFNOSUPPORT);
});

test("each destination is judged, also of a socket that is connected to an allowed one", async () => {
  using rig = await Rig.open({ net: allow.listen("127.0.0.1").dial("127.0.0.1").denyDial(":9") });
  const [fd, peer] = [bound(rig), bound(rig, { nonblock: true })];
  const port = rig.port(peer);
  const to = (last: number, at: number): number =>
    rig.sendTo(fd, "x", rig.address(127, 0, 0, last), at);
  for (let i = 0; i < 2; i++) {
    assert.is(to(1, port), 0);
    assert.is(to(2, port), EACCES);
    assert.is(to(1, 9), EACCES);
  }
  assert.is(rig.connect(fd, port), 0);
  assert.is(to(2, port), EACCES);
  assert.is(to(1, 9), EACCES);
  assert.is(rig.connect(fd, 9), EACCES);
  assert.is(rig.send(fd, "y"), 0, "to the peer");
  assert.equal(
    rig.denials.map(({ flag }) => flag),
    [
      ...[0, 1].flatMap(() => [`--allow-dial=127.0.0.2:${port}`, "--deny-dial=:9"]),
      `--allow-dial=127.0.0.2:${port}`,
      "--deny-dial=:9",
      "--deny-dial=:9",
    ],
  );
  assert.equal(
    [1, 2, 3].map(() => rig.recvFrom(peer).text),
    ["x", "x", "y"],
  );
  assert.is(rig.recvFrom(peer).errno, EAGAIN, "nothing else arrived");
});

test("an allowed destination allows none that is remembered in the same place", async () => {
  using rig = await Rig.open({ net: allow.listen("127.0.0.1").dial("127.0.0.1") });
  const [fd, peer] = [bound(rig), bound(rig)];
  const port = rig.port(peer);
  const [a, b] = [1, 65];
  for (const last of [a, b, a, b]) {
    const errno = rig.sendTo(fd, "x", rig.address(127, 0, 0, last), port);
    assert.is(errno, last === a ? 0 : EACCES);
  }
  const mapped = [...Array<number>(10).fill(0), 255, 255, 127, 0, 0, 65];
  const six = rig.socket({ type: 1, family: 2 });
  assert.is(rig.sendTo(six, "x", rig.address(...mapped), port), EACCES);
});

test("more destinations than are remembered all arrive", async () => {
  using rig = await Rig.open();
  const fd = bound(rig);
  const peers = Array.from({ length: 150 }, () => bound(rig, { nonblock: true }));
  for (let i = 0; i < 2; i++) {
    for (const peer of peers) must(rig.sendTo(fd, "x", rig.address(127, 0, 0, 1), rig.port(peer)));
    for (const peer of peers) assert.is(rig.recvFrom(peer).text, "x");
  }
});

test("a socket that sends before it is bound gets a port, for which it needs a rule", async () => {
  using peer = await Rig.open();
  const to = bound(peer, { nonblock: true });
  const port = peer.port(to);
  using rig = await Rig.open({ net: allow.dial() });
  const fd = rig.socket({ type: 1 });
  assert.is(rig.sendTo(fd, "x", rig.address(127, 0, 0, 1), port), EACCES);
  assert.equal(
    rig.denials.map(({ flag }) => flag),
    ["--allow-listen=:0"],
  );
  assert.is(rig.connect(fd, port), 0, "which hears its peer only");
  assert.is(rig.sendTo(fd, "y", rig.address(127, 0, 0, 1), port), 0);
  assert.is(peer.recvFrom(to).text, "y");
  using free = await Rig.open({ net: allow.dial().listen(":0").denyListen(":1-65535") });
  const late = free.socket({ type: 1 });
  assert.is(free.sendTo(late, "z", free.address(127, 0, 0, 1), port), EACCES);
  assert.is(free.denials[0]?.flag, "--deny-listen=:1-65535");
  assert.is(free.sendTo(late, "z", free.address(127, 0, 0, 1), port), EBADF, "it is closed");
  assert.is(peer.recvFrom(to).errno, EAGAIN);
});

/** Groups of this machine's own, and the options that join and leave them: IPv4's and IPv6's. */
const GROUPS = [
  {
    name: "IPv4",
    family: 1,
    level: 4,
    join: 35,
    leave: 36,
    text: "224.0.0.251",
    value: value4(224, 0, 0, 251),
  },
  { name: "IPv6", family: 2, level: 41, join: 20, leave: 21, text: "ff02::114", value: value6(1) },
] as const;

function value4(...group: readonly number[]): Buffer {
  const value = Buffer.alloc(12);
  value.set(group, 0);
  value.writeInt32LE(1, 8); // lo
  return value;
}

function value6(index: number): Buffer {
  const value = Buffer.alloc(20);
  value.set([0xff, 2], 0);
  value.set([1, 0x14], 14);
  value.writeUInt32LE(index, 16);
  return value;
}

function setOption(rig: Rig, fd: number, level: number, name: number, value: Uint8Array): number {
  rig.bytes.set(value, 2000);
  return rig.call("sock_setsockopt", fd, level, name, 2000, value.length);
}

test.table(
  "a group is joined and left where the policy lets the guest listen on it:",
  GROUPS,
  async (row) => {
    const { family, level, join, leave, text, value } = row;
    const place = family === 1 ? text : `[${text}]`;
    using rig = await Rig.open({ net: allow.listen("127.0.0.1", "[::1]", `${place}:0`) });
    const fd = bound(rig, { family });
    const size = value.length - 1;
    assert.is(setOption(rig, fd, level, join, value.subarray(0, size)), EINVAL, "too short");
    assert.is(setOption(rig, fd, level, join, value), 0);
    assert.is(setOption(rig, fd, level, leave, value), 0);
    assert.is.not(setOption(rig, fd, level, leave, value), 0, "it has left");
    const other = Buffer.from(value);
    other[family === 1 ? 3 : 15] = 9;
    assert.is(setOption(rig, fd, level, join, other), EACCES);
    assert.is(
      rig.denials.at(-1)?.flag,
      `--allow-listen=${family === 1 ? "224.0.0.9:0" : "[ff02::109]:0"}`,
    );
  },
);

test("a group is judged with the port of the socket", async () => {
  const rules = ["127.0.0.1", "224.0.0.251:1-65535"];
  using rig = await Rig.open({ net: allow.listen(...rules) });
  const fixed = rig.socket({ type: 1 });
  const free = bound(rig);
  const port = rig.port(free);
  must(rig.call("fd_close", free));
  must(rig.call("sock_bind", fixed, rig.address(127, 0, 0, 1), port));
  assert.is(setOption(rig, fixed, 4, 35, value4(224, 0, 0, 251)), 0);
  assert.is(setOption(rig, bound(rig), 4, 35, value4(224, 0, 0, 251)), EACCES, "port 0");
  using denied = await Rig.open({ net: allow.listen().denyListen("224.0.0.251:1-65535") });
  assert.is(setOption(denied, bound(denied), 4, 35, value4(224, 0, 0, 251)), EACCES);
  assert.is(denied.denials[0]?.forbidden, true);
});

test("a datagram to a group reaches who has joined it", async () => {
  using rig = await Rig.open();
  const listener = rig.socket({ type: 1, nonblock: true });
  must(rig.call("sock_bind", listener, rig.address(0, 0, 0, 0), 0));
  const port = rig.port(listener);
  must(setOption(rig, listener, 4, 35, value4(224, 0, 0, 251)));
  const sender = bound(rig);
  must(setOption(rig, sender, 4, 32, value4(0, 0, 0, 0)));
  must(rig.sendTo(sender, "all", rig.address(224, 0, 0, 251), port));
  const { text, place } = await eventually(() => rig.recvFrom(listener));
  assert.is(text, "all");
  assert.equal([...place.subarray(2, 6)], [127, 0, 0, 1]);
});

interface Peer extends AsyncDisposable {
  readonly socket: Socket;
  readonly port: number;
}

async function node(type: "udp4" | "udp6", host: string): Promise<Peer> {
  const socket = createSocket(type);
  await new Promise<void>((resolve) => socket.bind(0, host, resolve));
  const { port } = socket.address() as AddressInfo;
  return {
    socket,
    port,
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function summary({
  errno,
  text,
  roflags,
}: {
  errno: number;
  text: string;
  roflags: number;
}): unknown[] {
  return [errno, text, roflags];
}

test.run();
