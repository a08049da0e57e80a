import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { allow } from "../../host/index.ts";
import { suite } from "../harness.ts";
import { EACCES, EBADF, EINPROGRESS, EINVAL } from "./support/abi.ts";
import { eventually, must, Rig } from "./support/rig.ts";

/** What a hostile guest tries in order to get around its policy. */
const test = suite("bypass");

const ACCEPTCONN = 13;

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

/** What gives a datagram socket a port, though it fails, and an errno of each. */
const PORTLESS = [
  { name: "sock_send", errno: 17, act: (rig: Rig, fd: number) => rig.send(fd, "x") },
  {
    name: "fd_write",
    errno: 17,
    act: (rig: Rig, fd: number) => rig.call("fd_write", fd, 1400, 0, 1200),
  },
  {
    name: "SENDMSG without an address",
    errno: 17,
    act(rig: Rig, fd: number): number {
      rig.words(1440, 3400, 0);
      rig.words(1500, 1400, 0, 0, 1440, 0, 0, 1200);
      return rig.call("sock_setsockopt", fd, 256, 3, 1500, 28);
    },
  },
  {
    name: "sock_connect that fails",
    errno: 2, // without BROADCAST
    act(rig: Rig, fd: number): number {
      const to = [127, 255, 255, 255];
      const v6 = rig.option(fd, 0, 17) === 2;
      return rig.call("sock_connect", fd, rig.address(...(v6 ? mapped(...to) : to)), 9);
    },
  },
];

test.table(
  "a datagram socket gets no port without leave to listen, by",
  PORTLESS.flatMap((row) =>
    [1, 2].map((family) => ({ ...row, family, name: `${row.name}, family ${family}` })),
  ),
  async ({ act, errno, family }) => {
    using rig = await Rig.open({ net: allow.dial() });
    const fd = rig.socket({ type: 1, family });
    assert.is(act(rig, fd), errno);
    assert.equal([rig.port(fd), rig.denials], [0, []], "so nobody can send to it");
    assert.is(
      rig.sendTo(fd, "x", rig.address(...(family === 1 ? [127, 0, 0, 1] : LOOPBACK6)), 9),
      2,
    );
    assert.is(rig.denials[0]?.verb, "listen");
    const to = family === 1 ? [127, 0, 0, 1] : LOOPBACK6;
    must(rig.call("sock_connect", fd, rig.address(...to), 9));
    assert.is.not(rig.port(fd), 0, "as it does with a peer");
  },
);

test("a connecting that fails leaves a datagram socket its port, and its peer", async () => {
  using peers = await Rig.open();
  const peer = peers.socket({ type: 1, nonblock: true });
  must(peers.call("sock_bind", peer, peers.address(127, 0, 0, 1), 0));
  using rig = await Rig.open({ net: allow.dial().listen() });
  const wrong = (fd: number): number =>
    rig.call("sock_connect", fd, rig.address(127, 255, 255, 255), 9);
  const connected = rig.socket({ type: 1 });
  must(rig.connect(connected, peers.port(peer)));
  assert.is(wrong(connected), EACCES);
  must(rig.send(connected, "x"));
  assert.is((await eventually(() => peers.recvFrom(peer))).text, "x");
  const bound = rig.socket({ type: 1 });
  must(rig.call("sock_bind", bound, rig.address(127, 0, 0, 1), 0));
  const port = rig.port(bound);
  assert.equal([wrong(bound), rig.port(bound)], [EACCES, port]);
});

test("the kernel chooses no name for a socket with two fds, which one could keep", async () => {
  const folder = mkdtempSync(join(tmpdir(), "wasi-net-bypass-"));
  const forbidden = "0123456789abcdef".split("").map((digit) => `@${digit}*`);
  using rig = await Rig.open({ net: allow.unix().denyUnix(...forbidden) });
  const server = rig.socket({ family: 3, type: 1 });
  must(rig.call("sock_bind", server, rig.path(join(folder, "s")), 0));
  const connected = (): number => {
    const fd = rig.socket({ family: 3, type: 1 });
    must(rig.call("sock_connect", fd, rig.path(join(folder, "s")), 0));
    return fd;
  };
  const one = connected();
  assert.is(rig.call("sock_bind", one, rig.path(""), 0), EACCES, "with one fd it is taken away");
  assert.is(rig.call("sock_shutdown", one, 3), EBADF);
  const two = connected();
  const second = dup(rig, two);
  assert.is(rig.call("sock_bind", two, rig.path(""), 0), EINVAL);
  assert.equal([rig.name(two), rig.name(second)], ["", ""]);
  must(rig.call("sock_bind", two, rig.path(join(folder, "t")), 0));
  rmSync(folder, { recursive: true });
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

/** refused is a connection that was refused, which the guest made without waiting for it. */
async function refused(rig: Rig, port = closed(rig)): Promise<number> {
  const fd = rig.socket({ nonblock: true });
  assert.is(rig.connect(fd, port), EINPROGRESS);
  rig.events(1_000_000_000n);
  return fd;
}

/** closed is a port at which nobody listens. */
function closed(rig: Rig): number {
  const { fd, port } = rig.listener();
  must(rig.call("fd_close", fd));
  return port;
}

function dup(rig: Rig, fd: number): number {
  must(rig.call("sock_getsockopt", fd, 256, 2, 2000, 4));
  return rig.u32(2000);
}

/** A socket that is no connection any more could become a listener, of which only one fd is known. */
const ENDED = [
  { name: "whose connecting failed", make: refused },
  {
    name: "that listened and was shut down",
    make: (rig: Rig) => Promise.resolve(rig.listener(true).fd),
  },
];

test.table("a socket with two fds becomes no listener:", ENDED, async ({ make }) => {
  using rig = await Rig.open({ net: allow.dial().listen(":0"), attached: true });
  const fd = await make(rig);
  const second = dup(rig, fd);
  rig.call("sock_connect", fd, rig.address(127, 0, 0, 1), 1);
  rig.call("sock_shutdown", fd, 3);
  assert.is(rig.call("sock_listen", fd, 1), EINVAL);
  assert.is(rig.option(second, 0, ACCEPTCONN), 0);
});

test("a listener gets no other port than the one that was judged", async () => {
  using other = await Rig.open();
  const port = closed(other);
  using rig = await Rig.open({ net: allow.dial().listen(":1-65535"), attached: true });
  const fd = await refused(rig, port);
  assert.is.not(rig.port(fd), 0);
  rig.connect(fd, port);
  // It tells a port still, which it has lost: the kernel would choose another.
  assert.is(rig.call("sock_listen", fd, 1), EACCES);
  assert.match(rig.denials[0]?.flag ?? "", /^--allow-listen=.*:0$/);
  assert.is(rig.call("sock_listen", fd, 1), EBADF);
  assert.equal([rig.listening, rig.shared.listeners], [[], 0]);
});

test("a listener that was shut down and listens again tells its new port", async () => {
  using rig = await Rig.open();
  const fd = rig.socket();
  must(rig.call("sock_listen", fd, 1));
  must(rig.call("sock_shutdown", fd, 1));
  must(rig.call("sock_listen", fd, 1));
  assert.is(rig.listening.at(-1)?.port, rig.port(fd));
  assert.is(rig.shared.listeners, 1);
});

test.table(
  "listening on [::] with all of IPv6 allowed, on a socket that",
  [
    { name: "takes IPv4 too", only: 0, rules: ["[::/0]"], errno: EACCES },
    { name: "takes IPv6 only", only: 1, rules: ["[::/0]"], errno: 0 },
    { name: "takes IPv4 too, which is allowed", only: 0, rules: ["[::/0]", "0.0.0.0/0"], errno: 0 },
  ],
  async ({ only, rules, errno }) => {
    using rig = await Rig.open({ net: allow.listen(...rules) });
    const [stream, datagram] = [2, 1].map((type) => rig.socket({ family: 2, type })) as [
      number,
      number,
    ];
    for (const fd of [stream, datagram]) {
      rig.words(2000, only);
      must(rig.call("sock_setsockopt", fd, 41, 26, 2000, 4));
    }
    assert.is(rig.call("sock_listen", stream, 1), errno);
    assert.is(rig.call("sock_bind", datagram, rig.address(...ANY6), 0), errno);
    if (errno !== 0) assert.is(rig.denials[0]?.flag, "--allow-listen=:0");
  },
);

test("a denied listen of port 0 does not change what another port is judged as", async () => {
  using probe = await Rig.open();
  const port = closed(probe);
  using rig = await Rig.open({ net: allow.listen(`:${port}`) });
  const fd = rig.socket();
  assert.is(rig.call("sock_listen", fd, 1), EACCES);
  must(rig.call("sock_bind", fd, rig.address(127, 0, 0, 1), port));
  assert.is(rig.call("sock_listen", fd, 1), 0);
});

test.run();
