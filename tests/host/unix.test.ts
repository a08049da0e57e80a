import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { allow } from "../../host/index.ts";
import { suite } from "../harness.ts";
import {
  EACCES,
  EADDRINUSE,
  EAFNOSUPPORT,
  EAGAIN,
  EBADF,
  ECONNREFUSED,
  EINVAL,
  ENOENT,
  ENOTSUP,
  UNLINK,
} from "./support/abi.ts";
import { eventually, must, pathOf, Rig } from "./support/rig.ts";
import { dial, dup, folder, fresh, listenAt, setOwn, UNIX } from "./support/unix.ts";

const test = suite("unix");

const ANY = allow.unix();

test("a guest serves Node's client", async () => {
  using rig = await Rig.open({ net: ANY });
  const path = fresh();
  const fd = listenAt(rig, path, { nonblock: true });
  assert.equal(rig.listening, [{ address: path, port: 0, family: "Unix", path }]);
  assert.is(rig.name(fd), path);
  const client = connect(path);
  const accepted = await eventually(() => rig.accept(fd, 4));
  assert.is(accepted.errno, 0);
  assert.is(rig.name(accepted.fd), path);
  assert.is(rig.name(accepted.fd, "sock_getpeeraddr"), "", "a client without a name");
  client.write("ping");
  assert.is((await eventually(() => rig.recv(accepted.fd))).text, "ping");
  assert.is(rig.send(accepted.fd, "pong"), 0);
  const [data] = (await once(client, "data")) as [Buffer];
  assert.is(data.toString(), "pong");
  client.end();
  assert.is((await eventually(() => rig.recv(accepted.fd))).text, "");
});

test("a guest is Node's client", async () => {
  using rig = await Rig.open({ net: ANY });
  const path = fresh();
  const server = await serve(path);
  const fd = rig.socket({ ...UNIX, nonblock: true });
  assert.is(rig.call("sock_connect", fd, rig.path(path), 0), 0);
  assert.is(rig.send(fd, "hello"), 0);
  assert.is((await eventually(() => rig.recv(fd))).text, "HELLO");
  assert.is(rig.name(fd, "sock_getpeeraddr"), path);
  must(rig.call("fd_close", fd));
  await new Promise((resolve) => server.close(resolve));
});

test("an abstract name is a place to meet, and no file", async () => {
  using rig = await Rig.open({ net: ANY });
  const path = `\0${fresh()}`;
  const place = rig.path(path, path.length);
  const server = rig.socket(UNIX);
  must(rig.call("sock_bind", server, place, 0));
  must(rig.call("sock_listen", server, 1));
  assert.is(rig.listening[0]?.path, `@${path.slice(1)}`);
  const client = rig.socket(UNIX);
  assert.is(rig.call("sock_connect", client, rig.path(path, path.length), 0), 0);
  assert.is(rig.name(client, "sock_getpeeraddr"), path);
  must(rig.send(client, "hello"));
  assert.is(rig.recv(rig.accept(server).fd).text, "hello");
  assert.not.ok(existsSync(path.slice(1)));
});

test("an accepted connection says that its peer is a unix socket", async () => {
  using rig = await Rig.open({ net: ANY, attached: true });
  const path = fresh();
  const fd = listenAt(rig, path);
  rig.bytes.fill("?", 4096 + 32, 4096 + 56);
  dial(rig, path);
  must(rig.accept(fd).errno);
  const peer = rig.bytes.subarray(4096 + 32, 4096 + 40);
  assert.equal([...peer], [3, 0, 0, 0, 0, 0, 0, 0]);
});

test("packets in sequence keep their bounds over a connection", async () => {
  using rig = await Rig.open({ net: ANY });
  const path = fresh();
  const server = listenAt(rig, path, { type: 5 });
  const client = dial(rig, path, 5);
  const accepted = rig.accept(server).fd;
  must(rig.send(client, "first"));
  must(rig.send(client, "second"));
  assert.equal(rig.recv(accepted, 3), { errno: 0, text: "fir", roflags: 1 });
  assert.equal(rig.recv(accepted), { errno: 0, text: "second", roflags: 0 });
  assert.is(rig.option(accepted, 0, 1), 5);
  assert.is(rig.option(accepted, 0, 17), 3, "the family");
  assert.is(rig.shared.connections, 2);
});

test("a datagram tells the name it was sent from, if there is one", async () => {
  using rig = await Rig.open({ net: ANY });
  const [here, there] = [fresh(), fresh()];
  const [one, two, nameless] = [1, 1, 1].map((type) => rig.socket({ ...UNIX, type })) as [
    number,
    number,
    number,
  ];
  must(rig.call("sock_bind", one, rig.path(here), 0));
  must(rig.call("sock_bind", two, rig.path(there), 0));
  assert.is(rig.sendTo(two, "named", rig.path(here)), 0);
  assert.is(rig.sendTo(nameless, "", rig.path(here)), 0);
  assert.is(rig.sendTo(two, "too long", rig.path(here)), 0);
  const first = rig.recvFrom(one);
  assert.equal(
    [first.text, pathOf(first.place), first.port, first.roflags],
    ["named", there, 0, 0],
  );
  const second = rig.recvFrom(one);
  assert.equal([second.errno, second.text, pathOf(second.place)], [0, "", ""]);
  assert.equal([...second.place.subarray(2)], Array<number>(126).fill(0));
  const third = rig.recvFrom(one, 3);
  assert.equal([third.text, third.roflags], ["too", 1]);
  assert.is(rig.shared.connections, 0);
});

test("a blocking sender waits for a receiver without room, and burns nothing meanwhile", async () => {
  using rig = await Rig.open({ net: ANY });
  const path = fresh();
  const receiver = rig.socket({ ...UNIX, type: 1, nonblock: true });
  must(rig.call("sock_bind", receiver, rig.path(path), 0));
  const sender = rig.socket({ ...UNIX, type: 1, nonblock: true });
  while (rig.sendTo(sender, "x", rig.path(path)) === 0);
  must(rig.call("fd_fdstat_set_flags", sender, 0));
  const SNDTIMEO = 12;
  rig.words(2000, 0, 0, 300_000, 0);
  must(rig.call("sock_setsockopt", sender, 0, SNDTIMEO, 2000, 16));
  const [start, used] = [performance.now(), process.cpuUsage()];
  assert.is(rig.sendTo(sender, "late", rig.path(path)), EAGAIN);
  const { user, system } = process.cpuUsage(used);
  assert.ok(performance.now() - start >= 299);
  assert.ok(user + system < 150_000, `${user + system} µs`);
  must(rig.recvFrom(receiver).errno);
  assert.is(rig.sendTo(sender, "in time", rig.path(path)), 0);
});

test("where nothing may wait, sending to a receiver without room is ENOTSUP", async () => {
  using rig = await Rig.open({ net: ANY, mayWait: false });
  const path = fresh();
  must(rig.call("sock_bind", rig.socket({ ...UNIX, type: 1 }), rig.path(path), 0));
  const sender = rig.socket({ ...UNIX, type: 1, nonblock: true });
  while (rig.sendTo(sender, "x", rig.path(path)) === 0);
  must(rig.call("fd_fdstat_set_flags", sender, 0));
  assert.is(rig.sendTo(sender, "x", rig.path(path)), ENOTSUP);
});

test("the kernel chooses an abstract name when there is none", async () => {
  using rig = await Rig.open({ net: allow.unix("@") });
  const fd = rig.socket({ ...UNIX, type: 1 });
  assert.is(rig.call("sock_bind", fd, rig.path(""), 0), 0);
  assert.match(rig.name(fd), /^\0[0-9a-f]{5}$/);
});

test("a name that the kernel chose is refused when it is denied", async () => {
  const net = allow.unix("@").denyUnix(..."0123456789abcdef".split("").map((x) => `@${x}*`));
  using rig = await Rig.open({ net });
  const fd = rig.socket({ ...UNIX, type: 1 });
  assert.is(rig.call("sock_bind", fd, rig.path(""), 0), EACCES);
  assert.is(rig.recv(fd).errno, EBADF);
});

test.table(
  "an address with",
  [
    { name: "a path of 108 bytes", path: filled(108), length: 0, errno: 0 },
    { name: "108 bytes that are counted", path: filled(108), length: 108, errno: 0 },
    { name: "a length beyond", path: filled(108), length: 109, errno: EINVAL },
    { name: "the greatest length", path: "/x", length: 0xffff, errno: EINVAL },
    { name: "a NUL in a path that is counted", path: "/x\0y", length: 4, errno: EINVAL },
    { name: "a NUL behind the path", path: "/x\0", length: 3, errno: EINVAL },
    {
      name: "NULs in an abstract name",
      path: `\0${fresh()}\0\0`,
      length: 0,
      counted: true,
      errno: 0,
    },
    {
      name: "bytes that are no UTF-8",
      path: Buffer.from([...Buffer.from(fresh()), 0xff, 0xfe]),
      length: 0,
      errno: 0,
    },
    { name: "an absent folder", path: join(folder, "none", "s"), length: 0, errno: ENOENT },
    { name: "a file that is there", path: folder, length: 0, errno: EADDRINUSE },
  ],
  async ({ path, length, errno, counted }) => {
    using rig = await Rig.open({ net: allow.unix(folder, "/x", "@") });
    const fd = rig.socket(UNIX);
    const bytes = Buffer.from(path);
    const size = counted ? bytes.length : length;
    assert.is(rig.call("sock_bind", fd, rig.path(bytes, size), 0), errno);
    if (errno === 0) assert.is(rig.name(fd), bytes.toString("latin1"));
  },
);

/** filled is a path of so many bytes in the folder. */
function filled(size: number): string {
  return `${fresh()}-`.padEnd(size, "x");
}

test.table(
  "a unix socket takes no address of",
  [
    { name: "IPv4", bytes: [127, 0, 0, 1] },
    { name: "IPv6", bytes: Array<number>(16).fill(0) },
    { name: "IPv4 with its tag", bytes: [1, 0, 127, 0, 0, 1, ...Array<number>(122).fill(0)] },
  ],
  async ({ bytes }) => {
    using rig = await Rig.open({ net: ANY.listen().dial() });
    const fd = rig.socket({ ...UNIX, type: 1 });
    assert.is(rig.call("sock_bind", fd, rig.address(...bytes), 1), EAFNOSUPPORT);
    assert.is(rig.call("sock_connect", fd, rig.address(...bytes), 1), EAFNOSUPPORT);
    assert.is(rig.sendTo(fd, "x", rig.address(...bytes), 1), EAFNOSUPPORT);
    const inet = rig.socket({ type: 1 });
    assert.is(rig.call("sock_bind", inet, rig.path("/x"), 0), EAFNOSUPPORT);
    assert.is(rig.sendTo(inet, "x", rig.path("/x"), 1), EAFNOSUPPORT);
  },
);

test("draining closes unix listeners, all fds of them, and counts their connections", async () => {
  const rig = await Rig.open({ net: ANY, attached: true });
  const path = fresh();
  const fd = listenAt(rig, path, { nonblock: true });
  const second = dup(rig, fd).fd;
  const client = dial(rig, path);
  const accepted = rig.accept(fd, 4);
  assert.equal([rig.shared.listeners, rig.shared.connections], [2, 2]);
  rig.shared.order(1);
  assert.is(rig.events(0n).errno, 0);
  assert.equal([rig.shared.listeners, rig.shared.connections], [0, 2]);
  using other = await Rig.open({ net: ANY });
  assert.is(other.call("sock_connect", other.socket(UNIX), other.path(path), 0), ECONNREFUSED);
  assert.is(rig.accept(fd, 4).errno, EAGAIN);
  assert.is(rig.accept(second, 4).errno, EAGAIN);
  assert.is(setOwn(rig, fd, UNLINK), EBADF, "the host has let the socket go");
  must(rig.send(client, "goes on"));
  assert.is(rig.recv(accepted.fd).text, "goes on");
  rig.instance.close();
});

async function serve(path: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("data", (data) => socket.write(data.toString().toUpperCase()));
    socket.on("end", () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return server;
}

test.run();
