import * as assert from "uvu/assert";
import { suite } from "../harness.ts";
import { ECONNRESET, EINVAL, ENOPROTOOPT } from "./support/abi.ts";
import { Rig } from "./support/rig.ts";

const test = suite("sockopt");

test.table(
  "an option is set and read back",
  [
    { name: "REUSEADDR", level: 0, option: 0, value: 1 },
    { name: "BROADCAST", level: 0, option: 4, value: 1 },
    { name: "KEEPALIVE", level: 0, option: 7, value: 1 },
    { name: "RCVLOWAT", level: 0, option: 10, value: 5 },
    { name: "NODELAY", level: 6, option: 15, value: 1 },
    { name: "KEEPIDLE", level: 6, option: 4, value: 42 },
    { name: "KEEPINTVL", level: 6, option: 5, value: 43 },
    { name: "KEEPCNT", level: 6, option: 6, value: 44 },
    { name: "REUSEPORT", level: 0, option: 15, value: 1 },
    { name: "TOS", level: 4, option: 1, value: 16, type: 1 },
    { name: "TTL", level: 4, option: 2, value: 9, type: 1 },
    { name: "IPv4's MULTICAST_TTL", level: 4, option: 33, value: 3, type: 1 },
    { name: "IPv4's MULTICAST_LOOP", level: 4, option: 34, value: 0, type: 1 },
    { name: "DEFER_ACCEPT", level: 6, option: 9, value: 1 },
    { name: "QUICKACK", level: 6, option: 12, value: 0 },
    { name: "USER_TIMEOUT", level: 6, option: 18, value: 1234 },
    { name: "FASTOPEN", level: 6, option: 23, value: 5, listens: true },
    { name: "UNICAST_HOPS", level: 41, option: 16, value: 9, family: 2, type: 1 },
    { name: "IPv6's MULTICAST_IF", level: 41, option: 17, value: 1, family: 2, type: 1 },
    { name: "MULTICAST_HOPS", level: 41, option: 18, value: 3, family: 2, type: 1 },
    { name: "IPv6's MULTICAST_LOOP", level: 41, option: 19, value: 0, family: 2, type: 1 },
    { name: "TCLASS", level: 41, option: 67, value: 16, family: 2, type: 1 },
    { name: "V6ONLY", level: 41, option: 26, value: 1, family: 2 },
  ],
  async ({ level, option, value, family, type, listens }) => {
    using rig = await Rig.open();
    const fd = listens ? rig.listener().fd : rig.socket({ family: family ?? 1, type: type ?? 2 });
    rig.words(2000, value);
    assert.is(rig.call("sock_setsockopt", fd, level, option, 2000, 4), 0);
    assert.is(rig.option(fd, level, option), value);
  },
);

test.table(
  "TYPE, PROTOCOL and DOMAIN of",
  [
    { name: "TCP", family: 1, type: 2, protocol: 6 },
    { name: "UDP over IPv6", family: 2, type: 1, protocol: 17 },
    { name: "unix packets", family: 3, type: 5, protocol: 0 },
  ],
  async ({ family, type, protocol }) => {
    using rig = await Rig.open();
    const fd = rig.socket({ family, type });
    assert.equal(
      [1, 16, 17].map((name) => rig.option(fd, 0, name)),
      [type, protocol, family],
    );
    rig.words(2000, 1);
    for (const name of [1, 16, 17]) {
      assert.is(rig.call("sock_setsockopt", fd, 0, name, 2000, 4), ENOPROTOOPT);
    }
  },
);

test("IPv4's MULTICAST_IF is set by 12 bytes and read as 4", async () => {
  using rig = await Rig.open();
  const fd = rig.socket({ type: 1 });
  rig.words(2000, 0, 0x0100007f, 0);
  assert.is(rig.call("sock_setsockopt", fd, 4, 32, 2000, 8), EINVAL, "too small");
  assert.is(rig.call("sock_setsockopt", fd, 4, 32, 2000, 12), 0);
  rig.words(2000, 0, 0, 0, 12);
  assert.is(rig.call("sock_getsockopt", fd, 4, 32, 2000, 2012), 0);
  assert.equal([rig.u32(2000), rig.u32(2012)], [0x0100007f, 4]);
});

test("LINGER has two words", async () => {
  using rig = await Rig.open();
  const fd = rig.socket();
  rig.words(2000, 1, 7);
  assert.is(rig.call("sock_setsockopt", fd, 0, 9, 2000, 4), EINVAL, "too small");
  assert.is(rig.call("sock_setsockopt", fd, 0, 9, 2000, 8), 0);
  rig.words(2000, 0, 0, 8);
  assert.is(rig.call("sock_getsockopt", fd, 0, 9, 2000, 2008), 0);
  assert.equal([rig.u32(2000), rig.u32(2004), rig.u32(2008)], [1, 7, 8]);
});

/** lingering is a connection with unsent data to a peer that does not read: [peer's, ours]. */
function lingering(rig: Rig, on: number, seconds: number, peer = rig): [number, number] {
  const { fd, port } = rig.listener();
  rig.words(2000, on, seconds);
  assert.is(rig.call("sock_setsockopt", fd, 0, 9, 2000, 8), 0);
  const client = peer.socket();
  assert.is(peer.connect(client, port), 0);
  const server = rig.accept(fd, 4).fd; // inherits
  rig.words(1400, 0, 65536);
  while (rig.call("sock_send", server, 1400, 1, 0, 1200) === 0);
  return [client, server];
}

test.table(
  "a socket that lingers is closed at once, by",
  [
    { name: "fd_close", close: (rig: Rig, fd: number) => rig.call("fd_close", fd) },
    {
      name: "fd_renumber",
      close: (rig: Rig, fd: number) => rig.call("fd_renumber", rig.socket(), fd),
    },
    { name: "the guest's end", close: () => 0 },
  ],
  async ({ close }) => {
    const rig = await Rig.open();
    using peer = await Rig.open();
    const [, server] = lingering(rig, 1, 3, peer);
    const start = performance.now();
    assert.is(close(rig, server), 0);
    rig.instance.close();
    assert.ok(performance.now() - start < 1000);
  },
);

test("a socket that lingers sends the rest, and one that lingers for 0 seconds resets", async () => {
  using rig = await Rig.open();
  for (const seconds of [5, 0]) {
    const [client, server] = lingering(rig, 1, seconds);
    rig.call("fd_close", server);
    rig.words(1400, 0, 65536);
    let errno = rig.call("sock_recv", client, 1400, 1, 0, 1200, 1204);
    while (errno === 0 && rig.u32(1200) > 0) {
      rig.words(1400, 0, 65536);
      errno = rig.call("sock_recv", client, 1400, 1, 0, 1200, 1204);
    }
    assert.is(errno, seconds === 0 ? ECONNRESET : 0);
  }
});

test("a size by pointer gets what was stored, and is a limit", async () => {
  using rig = await Rig.open();
  const fd = rig.socket();
  rig.words(2000, 0xaaaaaaaa, 100);
  assert.is(rig.call("sock_getsockopt", fd, 0, 1, 2000, 2004), 0);
  assert.equal([rig.u32(2000), rig.u32(2004)], [2, 4]);
  rig.words(2000, 0xaaaaaaaa, 1);
  assert.is(rig.call("sock_getsockopt", fd, 0, 1, 2000, 2004), 0);
  assert.equal([rig.u32(2000), rig.u32(2004)], [0xaaaaaa02, 1]);
});

test.table(
  "TYPE and ACCEPTCONN of",
  [
    { name: "a stream", type: 2 },
    { name: "a datagram socket", type: 1 },
  ],
  async ({ type }) => {
    using rig = await Rig.open();
    const fd = rig.socket({ type });
    assert.is(rig.option(fd, 0, 1), type);
    assert.is(rig.option(fd, 0, 13), 0);
  },
);

test("a listener accepts connections, and says so", async () => {
  using rig = await Rig.open();
  assert.is(rig.option(rig.listener().fd, 0, 13), 1);
});

test.table(
  "a guest cannot reach",
  [
    { name: "BINDTODEVICE", level: 0, option: 14, errno: ENOPROTOOPT },
    { name: "a name beyond the list", level: 0, option: 18, errno: ENOPROTOOPT },
    { name: "HDRINCL", level: 4, option: 3, errno: ENOPROTOOPT },
    { name: "IPv4's ADD_SOURCE_MEMBERSHIP", level: 4, option: 39, errno: ENOPROTOOPT },
    { name: "IPv6's HDRINCL", level: 41, option: 36, errno: ENOPROTOOPT },
    { name: "CONGESTION", level: 6, option: 13, errno: ENOPROTOOPT },
    { name: "a name beyond our own", level: 256, option: 5, errno: ENOPROTOOPT },
    { name: "TCP_REPAIR", level: 6, option: 19, errno: ENOPROTOOPT },
    { name: "netfilter's rules", level: 41, option: 64, errno: ENOPROTOOPT },
    { name: "Linux's own SOL_SOCKET", level: 1, option: 2, errno: EINVAL },
    { name: "a negative level", level: -1, option: 0, errno: EINVAL },
    { name: "a level that overflows into another", level: 0x10000, option: 0, errno: EINVAL },
    { name: "a name that overflows into a level", level: 0, option: 0x6000f, errno: ENOPROTOOPT },
    { name: "a negative name", level: 0, option: -1, errno: ENOPROTOOPT },
  ],
  async ({ level, option, errno }) => {
    using rig = await Rig.open();
    const fd = rig.socket();
    rig.words(2000, 1);
    assert.is(rig.call("sock_setsockopt", fd, level, option, 2000, 4), errno);
    assert.is(rig.call("sock_getsockopt", fd, level, option, 2000, 4), errno);
  },
);

test.run();
