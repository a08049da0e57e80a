import { createServer, type Server } from "node:net";
import * as assert from "uvu/assert";
import { allow } from "../../host/index.ts";
import { suite } from "../harness.ts";
import {
  EACCES,
  EAFNOSUPPORT,
  EAGAIN,
  EBADF,
  ECONNREFUSED,
  EINPROGRESS,
  EINVAL,
  ENOTCONN,
  ENOTSOCK,
  ENOTSUP,
  EPROTONOSUPPORT,
} from "./support/abi.ts";
import { Rig } from "./support/rig.ts";

const test = suite("sock");

const NONBLOCK = 4;

test.table(
  "sock_open answers",
  [
    { name: "a stream over IPv4", family: 1, type: 2, errno: 0 },
    { name: "a stream over IPv6", family: 2, type: 2, errno: 0 },
    { name: "a datagram socket", family: 1, type: 1, errno: 0 },
    { name: "TCP by number", family: 1, type: 0x602, errno: 0 },
    { name: "UDP by number", family: 1, type: 0x1101, errno: 0 },
    { name: "UDP as a stream", family: 1, type: 0x1102, errno: EPROTONOSUPPORT },
    { name: "ICMP", family: 1, type: 0x101, errno: EPROTONOSUPPORT },
    { name: "a raw socket without protocol", family: 1, type: 3, errno: EPROTONOSUPPORT },
    { name: "a raw socket", family: 1, type: 0x103, errno: EACCES },
    {
      name: "a raw socket that writes IP's header",
      family: 1,
      type: 0xff03,
      errno: EPROTONOSUPPORT,
    },
    { name: "a packet sequence", family: 1, type: 5, errno: EINVAL },
    { name: "a packet sequence over unix", family: 3, type: 5, errno: 0 },
    { name: "a datagram socket over unix", family: 3, type: 1, errno: 0 },
    { name: "a protocol over unix", family: 3, type: 0x602, errno: EPROTONOSUPPORT },
    { name: "a raw socket over unix", family: 3, type: 0x103, errno: EINVAL },
    { name: "any type", family: 1, type: 0, errno: EINVAL },
    { name: "a flag of the system's", family: 1, type: 0x80002, errno: EPROTONOSUPPORT },
    { name: "a bit that means nothing", family: 1, type: 0x1000002, errno: EINVAL },
    { name: "Multipath TCP as a datagram", family: 1, type: 0x10601, errno: EPROTONOSUPPORT },
    { name: "a raw socket of Multipath TCP", family: 1, type: 0x10603, errno: EPROTONOSUPPORT },
    { name: "Multipath TCP over unix", family: 3, type: 0x10602, errno: EPROTONOSUPPORT },
    { name: "a stream over unix", family: 3, type: 2, errno: 0 },
    { name: "no family", family: 0, type: 2, errno: EAFNOSUPPORT },
    { name: "a negative family", family: -1, type: 2, errno: EAFNOSUPPORT },
  ],
  async ({ family, type, errno }) => {
    using rig = await Rig.open();
    assert.is(rig.call("sock_open", family, type, 1200), errno);
    if (errno === 0) assert.ok(rig.u32(1200) >= 1 << 20, "the guest's own numbers");
  },
);

test("a connection carries data both ways and ends", async () => {
  using rig = await Rig.open();
  const [client, server] = rig.pair();
  assert.is(rig.send(client, "ping"), 0);
  assert.is(rig.u32(1200), 4);
  assert.equal(rig.recv(server), { errno: 0, text: "ping", roflags: 0 });
  assert.is(rig.send(server, "pong"), 0);
  assert.is(rig.recv(client).text, "pong");
  assert.is(rig.call("sock_shutdown", client, 2), 0);
  assert.equal(rig.recv(server), { errno: 0, text: "", roflags: 0 });
  assert.is(rig.send(server, "still"), 0);
  assert.is(rig.recv(client).text, "still");
});

test.table(
  "a port that the kernel chose is refused when it is denied:",
  [
    { name: "a stream", type: 2, bind: true },
    { name: "a stream that was not bound", type: 2, bind: false },
    { name: "a datagram socket", type: 1, bind: true },
  ],
  async ({ type, bind }) => {
    using rig = await Rig.open({ net: allow.listen(":0").denyListen(":1-65535") });
    const fd = rig.socket({ type });
    const address = rig.address(127, 0, 0, 1);
    const bound = bind ? rig.call("sock_bind", fd, address, 0) : 0;
    assert.is(bound, type === 1 ? EACCES : 0);
    if (type === 2) assert.is(rig.call("sock_listen", fd, 1), EACCES);
    assert.equal(
      rig.denials.map(({ flag, forbidden }) => [flag, forbidden]),
      [["--deny-listen=:1-65535", true]],
    );
    assert.ok(rig.denials[0]!.port > 0);
    assert.is.not(rig.recv(fd).errno, 0);
    assert.equal(rig.listening, []);
    assert.is(rig.call("fd_close", fd), 0);
  },
);

test("a listener on a port that the kernel chose may listen again", async () => {
  using rig = await Rig.open({ net: allow.listen(":0") });
  const fd = rig.socket();
  assert.is(rig.call("sock_listen", fd, 1), 0);
  assert.is(rig.call("sock_listen", fd, 2), 0);
});

test("several iovecs are one transfer", async () => {
  using rig = await Rig.open();
  const [client, server] = rig.pair();
  rig.bytes.write("headbody", 2048);
  rig.words(1400, 2048, 4, 2052, 4, 0, 0);
  assert.is(rig.call("sock_send", client, 1400, 3, 0, 1200), 0);
  assert.is(rig.u32(1200), 8);
  rig.words(1400, 3000, 3, 3100, 50);
  assert.is(rig.call("sock_recv", server, 1400, 2, 0, 1200, 1204), 0);
  assert.is(rig.u32(1200), 8);
  assert.is(rig.bytes.toString("latin1", 3000, 3003), "hea");
  assert.is(rig.bytes.toString("latin1", 3100, 3105), "dbody");
});

test("a memory that grows is still the guest's", async () => {
  using rig = await Rig.open();
  const [client, server] = rig.pair();
  assert.is(rig.call("grow", 100), 1);
  rig.bytes.write("high", 6_000_000);
  rig.words(1400, 6_000_000, 4);
  assert.is(rig.call("sock_send", client, 1400, 1, 0, 1200), 0);
  assert.is(rig.recv(server).text, "high");
});

test("peek leaves the data", async () => {
  using rig = await Rig.open();
  const [client, server] = rig.pair();
  rig.send(client, "look");
  assert.is(rig.recv(server, 100, 1).text, "look");
  assert.is(rig.recv(server, 2).text, "lo");
  assert.is(rig.recv(server).text, "ok");
  assert.is(rig.recv(server, 100, 4).errno, EINVAL, "unknown flags");
});

test("accept stores the peer for an attached guest", async () => {
  using rig = await Rig.open({ attached: true });
  const { fd, port } = rig.listener();
  const client = rig.socket();
  assert.is(rig.connect(client, port), 0);
  assert.is(rig.accept(fd, NONBLOCK).errno, 0);
  const peer = rig.bytes.subarray(4096 + 32, 4096 + 44);
  assert.is(peer.readUInt16LE(0), 1);
  assert.is(peer.readUInt16LE(2), rig.port(client));
  assert.is(peer.readUInt32LE(4), 0);
  assert.equal([...peer.subarray(8)], [127, 0, 0, 1]);
});

test("addresses come out with family and scope", async () => {
  using rig = await Rig.open();
  const fd = rig.socket({ family: 2 });
  const loopback = [...Array<number>(15).fill(0), 1];
  assert.is(rig.call("sock_bind", fd, rig.address(...loopback), 0), 0);
  rig.bytes.fill("?", 1300, 1300 + 128);
  assert.ok(rig.port(fd) > 0);
  assert.is(rig.bytes.readUInt16LE(1300), 2);
  assert.equal([...rig.bytes.subarray(1302, 1318)], loopback);
  assert.equal([...rig.bytes.subarray(1318, 1428)], Array<number>(110).fill(0));
  rig.words(1024, 1300, 16);
  assert.is(rig.call("sock_getlocaladdr", fd, 1024, 1200), EINVAL, "no room for 128 bytes");
  rig.words(1024, 1300, 128);
  assert.is(rig.call("sock_getpeeraddr", fd, 1024, 1200), ENOTCONN);
});

test.table(
  "bind takes an address of",
  [
    { name: "4 bytes", bytes: [127, 0, 0, 1], family: 1, errno: 0 },
    { name: "16 bytes", bytes: [...Array<number>(15).fill(0), 1], family: 2, errno: 0 },
    {
      name: "20 bytes",
      bytes: [...Array<number>(15).fill(0), 1, 0, 0, 0, 0],
      family: 2,
      errno: 0,
    },
    {
      name: "128 bytes",
      bytes: [1, 0, 127, 0, 0, 1, ...Array<number>(122).fill(0)],
      family: 1,
      errno: 0,
    },
    {
      name: "128 bytes of no family",
      bytes: [9, 0, ...Array<number>(126).fill(0)],
      family: 1,
      errno: EINVAL,
    },
    { name: "5 bytes", bytes: [127, 0, 0, 1, 0], family: 1, errno: EINVAL },
    { name: "no bytes", bytes: [], family: 1, errno: EINVAL },
    { name: "the other family", bytes: [127, 0, 0, 1], family: 2, errno: EAFNOSUPPORT },
  ],
  async ({ bytes, family, errno }) => {
    using rig = await Rig.open();
    const fd = rig.socket({ family });
    assert.is(rig.call("sock_bind", fd, rig.address(...bytes), 0), errno);
  },
);

test("ports beyond 65535 are refused", async () => {
  using rig = await Rig.open();
  const fd = rig.socket();
  for (const port of [65536, -1]) {
    assert.is(rig.call("sock_bind", fd, rig.address(127, 0, 0, 1), port), EINVAL);
    assert.is(rig.call("sock_connect", fd, rig.address(127, 0, 0, 1), port), EINVAL);
  }
});

test("a non-blocking connect is in progress, then its error is to be had once", async () => {
  using rig = await Rig.open({ attached: true });
  const { fd, port } = rig.listener();
  rig.call("fd_close", fd);
  const client = rig.socket({ nonblock: true });
  assert.is(rig.connect(client, port), EINPROGRESS);
  const { events } = rig.events(1_000_000_000n);
  assert.equal(events, [[client, 1 | 2 | 8]]);
  assert.is(rig.option(client, 0, 2), ECONNREFUSED);
  assert.is(rig.option(client, 0, 2), 0);
});

test("a blocking connect waits for its outcome", async () => {
  using rig = await Rig.open();
  const { fd, port } = rig.listener();
  rig.call("fd_close", fd);
  assert.is(rig.connect(rig.socket(), port), ECONNREFUSED);
});

test("a non-blocking socket says EAGAIN", async () => {
  using rig = await Rig.open();
  const [, server] = rig.pair(true);
  assert.is(rig.recv(server).errno, EAGAIN);
  assert.is(rig.accept(rig.listener(true).fd).errno, EAGAIN);
});

test("a blocking socket's receive timeout is kept", async () => {
  using rig = await Rig.open();
  const [, server] = rig.pair();
  rig.bytes.fill(0, 2000, 2016);
  rig.words(2008, 30_000);
  assert.is(rig.call("sock_setsockopt", server, 0, 11, 2000, 16), 0);
  const start = performance.now();
  assert.is(rig.recv(server).errno, EAGAIN);
  const took = performance.now() - start;
  assert.ok(took >= 29 && took < 1000, `${took} ms`);
});

test("where nothing may wait, a blocking call is ENOTSUP", async () => {
  using rig = await Rig.open({ mayWait: false, attached: true });
  assert.is(rig.accept(rig.listener().fd).errno, ENOTSUP);
  assert.is(rig.events(-1n).errno, ENOTSUP);
  assert.is(rig.events(0n).errno, 0);
});

test("datagrams keep their bounds, and a short buffer is told", async () => {
  using rig = await Rig.open();
  const one = rig.socket({ type: 1, nonblock: true });
  const two = rig.socket({ type: 1, nonblock: true });
  rig.call("sock_bind", one, rig.address(127, 0, 0, 1), 0);
  assert.is(rig.connect(two, rig.port(one)), 0);
  rig.send(two, "datagram");
  rig.send(two, "");
  assert.equal(rig.recv(one, 4), { errno: 0, text: "data", roflags: 1 });
  assert.equal(rig.recv(one, 4), { errno: 0, text: "", roflags: 0 });
  assert.is(rig.recv(one).errno, EAGAIN);
  assert.is(rig.shared.connections, 0, "no stream");
});

test.table(
  "foreign fds are",
  [
    { name: "standard input", fd: 0, errno: ENOTSOCK },
    { name: "standard error", fd: 2, errno: ENOTSOCK },
    { name: "the root directory", fd: 3, errno: ENOTSOCK },
    { name: "unused", fd: 99, errno: EBADF },
    { name: "the first socket's before there is one", fd: 1 << 20, errno: EBADF },
    { name: "negative", fd: -1, errno: EBADF },
    { name: "the lowest", fd: -0x80000000, errno: EBADF },
    { name: "the highest", fd: 0x7fffffff, errno: EBADF },
  ],
  async ({ fd, errno }) => {
    using rig = await Rig.open();
    rig.words(1400, 2048, 4);
    const address = rig.address(127, 0, 0, 1);
    assert.is(rig.call("sock_bind", fd, address, 0), errno);
    assert.is(rig.call("sock_listen", fd, 1), errno);
    assert.is(rig.call("sock_accept", fd, 0, 1200), errno);
    assert.is(rig.call("sock_connect", fd, address, 1), errno);
    assert.is(rig.call("sock_recv", fd, 1400, 1, 0, 1200, 1204), errno);
    assert.is(rig.call("sock_send", fd, 1400, 1, 0, 1200), errno);
    assert.is(rig.call("sock_shutdown", fd, 3), errno);
    assert.is(rig.call("sock_getsockopt", fd, 0, 1, 1200, 4), errno);
    assert.is(rig.call("sock_setsockopt", fd, 0, 0, 1200, 4), errno);
    assert.is(rig.call("sock_getlocaladdr", fd, 1024, 1200), errno);
    assert.is(rig.call("sock_getpeeraddr", fd, 1024, 1200), errno);
  },
);

test("a host's own fd is none of the guest's", async () => {
  using rig = await Rig.open();
  const server: Server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
  assert.ok(fd > 2);
  assert.is.not(rig.call("sock_accept", fd, 0, 1200), 0);
  assert.is.not(rig.call("fd_close", fd), 0);
  assert.ok(server.listening);
  await new Promise((resolve) => server.close(resolve));
});

test.table(
  "shutdown's direction",
  [
    { name: "0", how: 0, errno: EINVAL },
    { name: "1", how: 1, errno: 0 },
    { name: "2", how: 2, errno: 0 },
    { name: "3", how: 3, errno: 0 },
    { name: "4", how: 4, errno: EINVAL },
    { name: "negative", how: -1, errno: EINVAL },
  ],
  async ({ how, errno }) => {
    using rig = await Rig.open();
    const [client] = rig.pair();
    assert.is(rig.call("sock_shutdown", client, how), errno);
    assert.is(rig.call("sock_shutdown", rig.socket(), 3), ENOTCONN);
  },
);

test("listening is told with the address in the end", async () => {
  using rig = await Rig.open();
  const { fd, port } = rig.listener();
  assert.equal(rig.listening, [{ address: "127.0.0.1", port, family: "IPv4" }]);
  assert.is(rig.call("sock_listen", fd, 32), 0, "again, with another backlog");
  assert.is(rig.listening.length, 1);
});

test("an unbound listen is on every address", async () => {
  using rig = await Rig.open();
  assert.is(rig.call("sock_listen", rig.socket({ family: 2 }), 1), 0);
  assert.is(rig.listening[0]?.address, "::");
});

test("counts of connections and listeners follow", async () => {
  using rig = await Rig.open();
  const { fd } = rig.listener();
  const [client, server] = rig.pair();
  assert.equal([rig.shared.connections, rig.shared.listeners], [2, 1]);
  for (const one of [fd, client, server]) assert.is(rig.call("fd_close", one), 0);
  assert.equal([rig.shared.connections, rig.shared.listeners], [0, 0]);
  assert.is(rig.call("fd_close", fd), EBADF);
});

test("nothing is allowed by default", async () => {
  const { allow } = await import("../../host/policy.ts");
  using rig = await Rig.open({ net: allow });
  const fd = rig.socket();
  assert.is(rig.call("sock_bind", fd, rig.address(127, 0, 0, 1), 80), EACCES);
  assert.is(rig.call("sock_bind", fd, rig.address(127, 0, 0, 1), 0), 0, "it may be for a dial");
  assert.is(rig.call("sock_listen", fd, 1), EACCES);
  assert.is(rig.connect(rig.socket(), 80), EACCES);
  assert.is(rig.call("sock_listen", rig.socket(), 1), EACCES);
  assert.is(rig.call("sock_bind", rig.socket({ type: 1 }), rig.address(0, 0, 0, 0), 0), EACCES);
  assert.equal(
    rig.denials.map(({ flag }) => flag),
    [
      "--allow-listen=127.0.0.1:80",
      "--allow-listen=127.0.0.1:0",
      "--allow-dial=127.0.0.1:80",
      "--allow-listen=:0",
      "--allow-listen=:0",
    ],
  );
});

test.run();
