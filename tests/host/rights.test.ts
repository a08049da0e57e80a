/**
 * Sockets that go with a message: which may, what they are to whom they come to, and that none stays open. What else control data may
 * be is in message.test.ts.
 */
import { closeSync, openSync, readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import { allow } from "../../host/index.ts";
import { openSystem } from "../../host/os/index.ts";
import * as libc from "../../host/os/linux/libc.ts";
import { suite } from "../harness.ts";
import { CONTROL_TRUNCATED, EACCES, EAGAIN, EBADF, EINVAL, ENOBUFS } from "./support/abi.ts";
import {
  handleOf,
  inodeOf,
  numbersIn,
  open,
  openFiles,
  pair,
  parse,
  recv,
  rights,
  Stranger,
  send,
} from "./support/messages.ts";
import { must, type Rig } from "./support/rig.ts";

const test = suite("rights");

const file = openSync("/dev/null", "r");
process.on("exit", () => closeSync(file));

test("a socket comes back under a new number, and is the same", async () => {
  using rig = await open();
  const [one, two] = pair(rig);
  const [client, server] = rig.pair();
  must(send(rig, one, "abc", rights(server)));
  const got = recv(rig, two);
  assert.equal([got.errno, got.text, got.roflags, got.control.length], [0, "abc", 0, 24]);
  const [{ kind, words: [fd = -1] = [] } = { kind: "" }] = parse(got.control);
  assert.is(kind, "1 1");
  assert.ok(![one, two, client, server].includes(fd));
  assert.is(inodeOf(handleOf(rig, fd)), inodeOf(handleOf(rig, server)));
  must(rig.call("fd_close", server));
  must(rig.send(client, "hello"));
  assert.is(rig.recv(fd).text, "hello");
  assert.is(rig.shared.connections, 4);
});

test("what came is closed on exec, and does not block", async () => {
  using rig = await open();
  const [stranger, fd] = await Stranger.meet(rig);
  using _ = stranger;
  const blocking = libc.socket(2, 1, 0);
  assert.is(stranger.send(blocking), 3);
  libc.close(blocking);
  const [got = -1] = numbersIn(recv(rig, fd).control);
  const info = readFileSync(`/proc/self/fdinfo/${handleOf(rig, got)}`, "latin1");
  const bits = Number.parseInt(/flags:\t(\d+)/.exec(info)![1]!, 8);
  assert.equal([bits & 0o2000000, bits & 0o4000], [0o2000000, 0o4000]);
});

test("a stranger gets the very socket, and no other number means one", async () => {
  using rig = await open();
  const [stranger, fd] = await Stranger.meet(rig);
  using _ = stranger;
  const { fd: listener } = rig.listener();
  must(send(rig, fd, "abc", rights(listener)));
  const [handle = -1] = stranger.recv();
  assert.is(inodeOf(handle), inodeOf(handleOf(rig, listener)));
  closeSync(handle);
});

test.table(
  "no fd to send is",
  [
    { name: "−1", number: () => -1, errno: EBADF },
    { name: "the host's standard output", number: () => 1, errno: EBADF },
    { name: "the guest's folder", number: () => 3, errno: EBADF },
    {
      name: "a handle of the system's",
      number: (rig: Rig, fd: number) => handleOf(rig, fd),
      errno: EBADF,
    },
    { name: "a number not given yet", number: (_: Rig, fd: number) => fd + 100, errno: EBADF },
    { name: "the largest", number: () => 0x7fffffff, errno: EBADF },
    { name: "a closed one", number: closed, errno: EBADF },
    { name: "a drained listener", number: drained, errno: EBADF },
    { name: "a stream that is nothing yet", number: (rig: Rig) => rig.socket(), errno: EINVAL },
    {
      name: "a datagram socket without an address",
      number: (rig: Rig) => rig.socket({ type: 1 }),
      errno: EINVAL,
    },
  ],
  async ({ number, errno }) => {
    using rig = await open();
    const [one, two] = pair(rig);
    const wrong = number(rig, one);
    const before = openFiles();
    assert.is(send(rig, one, "abc", rights(one, wrong)), errno);
    assert.is(recv(rig, two).errno, EAGAIN, "nothing was sent");
    assert.equal(openFiles(), before);
  },
);

function closed(rig: Rig): number {
  const fd = rig.socket();
  must(rig.call("fd_close", fd));
  return fd;
}

function drained(rig: Rig): number {
  const { fd } = rig.listener();
  rig.shared.order(1);
  rig.words(1600, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  rig.call("poll_oneoff", 1600, 1700, 1, 1200); // by which the guest comes to see the order
  return fd;
}

test.table(
  "what is no socket for a guest ends the list, and is closed:",
  [
    { name: "a file first", list: (socket: number) => [file, socket], given: 0 },
    { name: "a file in between", list: (socket: number) => [socket, file, socket], given: 1 },
    { name: "a file last", list: (socket: number) => [socket, socket, file], given: 2 },
    { name: "netlink", list: (socket: number) => [socket, netlink, socket], given: 1 },
  ],
  async ({ list, given }) => {
    using rig = await open();
    const [stranger, fd] = await Stranger.meet(rig);
    using _ = stranger;
    const before = openFiles();
    assert.is(stranger.send(...list(stranger.handle)), 3);
    const got = recv(rig, fd);
    assert.equal([got.errno, got.text, got.roflags], [0, "abc", CONTROL_TRUNCATED]);
    const numbers = numbersIn(got.control);
    assert.is(numbers.length, given);
    assert.is(got.control.length, given === 0 ? 0 : 24);
    const rest = [...got.control.subarray(16 + 4 * given), ...got.behind];
    assert.ok(
      rest.every((byte) => byte === 0),
      "and no handle is to be seen",
    );
    for (const number of numbers) must(rig.call("fd_close", number));
    assert.equal(openFiles(), before);
  },
);

const netlink = libc.socket(16, 3 | 0o2000000, 0);
process.on("exit", () => libc.close(netlink));

test.table(
  "two sockets in a room of",
  [
    { name: "0", room: 0, given: 0, length: 0 },
    { name: "15", room: 15, given: 0, length: 0 },
    { name: "16", room: 16, given: 0, length: 0 },
    { name: "19", room: 19, given: 0, length: 0 },
    { name: "20", room: 20, given: 1, length: 20 },
    { name: "23", room: 23, given: 1, length: 23 },
    { name: "24", room: 24, given: 2, length: 24 },
    { name: "25", room: 25, given: 2, length: 24 },
  ],
  async ({ room, given, length }) => {
    using rig = await open();
    const [one, two] = pair(rig);
    must(send(rig, one, "abc", rights(one, two)));
    const before = openFiles();
    const got = recv(rig, two, room);
    const numbers = numbersIn(got.control);
    assert.equal([numbers.length, got.control.length], [given, length]);
    assert.is(got.roflags, given < 2 ? CONTROL_TRUNCATED : 0);
    assert.is(openFiles().length, before.length + given);
    for (const number of numbers) must(rig.call("fd_close", number));
    assert.equal(openFiles(), before);
  },
);

test.table(
  "who does not ask gets none, by",
  [
    { name: "sock_recv", read: (rig: Rig, fd: number) => rig.recv(fd) },
    { name: "sock_recv_from", read: (rig: Rig, fd: number) => rig.recvFrom(fd) },
    {
      name: "fd_read",
      read: (rig: Rig, fd: number) => {
        rig.words(1400, 3000, 100);
        const errno = rig.call("fd_read", fd, 1400, 1, 1200);
        return {
          errno,
          text: rig.bytes.toString("latin1", 3000, 3003),
          roflags: CONTROL_TRUNCATED,
        };
      },
    },
  ],
  async ({ read }) => {
    for (const type of [2, 5]) {
      using rig = await open();
      const [one, two] = pair(rig, type);
      const before = openFiles();
      must(send(rig, one, "abc", rights(one, two)));
      must(rig.send(one, "def"));
      const { errno, text, roflags } = read(rig, two);
      assert.equal([errno, text, roflags], [0, "abc", CONTROL_TRUNCATED]);
      assert.equal(openFiles(), before);
      assert.equal(rig.recv(two), { errno: 0, text: "def", roflags: 0 });
    }
  },
);

test("253 sockets go with a message, and no more", async () => {
  using rig = await open();
  const [one, two] = pair(rig);
  const before = openFiles();
  const many = (n: number): Buffer => rights(...new Array<number>(n).fill(one));
  assert.is(send(rig, one, "abc", many(254)), EINVAL);
  assert.is(send(rig, one, "abc", Buffer.concat([many(200), many(54)])), EINVAL);
  assert.is(send(rig, one, "abc", many(1021)), ENOBUFS, "4,100 bytes");
  must(send(rig, one, "abc", many(253)));
  const got = recv(rig, two, 2000);
  const numbers = numbersIn(got.control);
  assert.equal([numbers.length, new Set(numbers).size, got.roflags], [253, 253, 0]);
  for (const number of numbers) must(rig.call("fd_close", number));
  assert.equal(openFiles(), before);
});

test("what a guest has no place for is closed, and the list ends there", async () => {
  using rig = await open({ maxSockets: 4 });
  const [one, two] = pair(rig);
  const before = openFiles();
  must(send(rig, one, "abc", rights(one, two, one, two)));
  const got = recv(rig, two);
  const numbers = numbersIn(got.control);
  assert.equal([numbers.length, got.control.length, got.roflags], [2, 24, CONTROL_TRUNCATED]);
  assert.ok(got.behind.every((byte) => byte === 0));
  assert.is(openFiles().length, before.length + 2);
  must(send(rig, one, "def", rights(one)));
  const none = recv(rig, two);
  assert.equal([none.text, none.control.length, none.roflags], ["def", 0, CONTROL_TRUNCATED]);
});

test("leave is asked for what a guest does with a socket that came", async () => {
  using rig = await open({ net: allow.unix() });
  const [stranger, fd] = await Stranger.meet(rig);
  using _ = stranger;
  const system = await openSystem();
  const udp = system.socket(1, 1, 0);
  const tcp = system.socket(1, 2, 0);
  assert.is(stranger.send(udp, tcp), 3);
  system.close(udp);
  system.close(tcp);
  const [a = -1, b = -1] = numbersIn(recv(rig, fd).control);
  assert.is(rig.sendTo(a, "abc", rig.address(127, 0, 0, 1), 9), EACCES);
  assert.is(rig.connect(b, 9), EACCES);
  assert.is(rig.call("sock_bind", a, rig.address(127, 0, 0, 1), 0), EACCES);
  assert.is(rig.denials.length, 3);
});

test("a socket that others may have becomes no listener", async () => {
  using rig = await open();
  const [stranger, fd] = await Stranger.meet(rig);
  using _ = stranger;
  const system = await openSystem();
  const tcp = system.socket(1, 2, 0);
  assert.is(stranger.send(tcp), 3);
  system.close(tcp);
  const [got = -1] = numbersIn(recv(rig, fd).control);
  must(rig.call("sock_bind", got, rig.address(127, 0, 0, 1), 0));
  assert.is(rig.call("sock_listen", got, 1), EINVAL);
});

test("a listener that came is announced, and drained with the others", async () => {
  using rig = await open({ attached: true });
  const [one, two] = pair(rig);
  const { fd, port } = rig.listener(true);
  must(send(rig, one, "abc", rights(fd)));
  must(send(rig, one, "def", rights(fd)));
  rig.listening.length = 0;
  const [copy = -1] = numbersIn(recv(rig, two, 100, 3).control);
  assert.equal(rig.listening, [{ address: "127.0.0.1", port, family: "IPv4" }]);
  assert.is(rig.shared.listeners, 2);
  must(rig.call("fd_fdstat_set_flags", copy, 4));
  rig.shared.order(1);
  assert.equal(rig.events(0n).events, []);
  assert.equal([rig.shared.listeners, rig.accept(copy, 4).errno], [0, EAGAIN]);
  const late = recv(rig, two, 100, 3);
  const [other = -1] = numbersIn(late.control);
  must(rig.call("fd_fdstat_set_flags", other, 4));
  assert.equal([late.text, rig.accept(other, 4).errno], ["def", EAGAIN]);
  assert.is(handleOf(rig, other), -1, "one that comes later is drained at once");
  assert.is(rig.listening.length, 1);
});

test("events of an fd end with its close, though somebody else has the socket", async () => {
  using rig = await open({ attached: true });
  const [stranger, fd] = await Stranger.meet(rig);
  using _ = stranger;
  const [client, server] = rig.pair(true);
  assert.is(rig.recv(server).errno, EAGAIN, "watched from here on");
  must(send(rig, fd, "abc", rights(server)));
  must(rig.call("fd_close", server));
  must(rig.send(client, "hello"));
  assert.equal(
    rig.events(0n).events.filter(([of]) => of === server),
    [],
  );
  for (const handle of stranger.recv()) closeSync(handle);
});

test("closing what others made linger waits for nobody", async () => {
  using rig = await open();
  const [stranger, fd] = await Stranger.meet(rig);
  using _ = stranger;
  const { fd: listener, port } = rig.listener(true);
  const client = rig.socket({ nonblock: true });
  rig.connect(client, port);
  must(rig.accept(listener).errno);
  for (const type of ["client", "listener"] as const) {
    must(send(rig, fd, "abc", rights(type === "client" ? client : listener)));
    const [handle = -1] = stranger.recv();
    const linger = new libc.Block(8);
    linger.view.setInt32(0, 1, true);
    linger.view.setInt32(4, 3, true); // seconds
    assert.is(libc.setsockopt(handle, 1, 13, linger.address, 8), 0);
    closeSync(handle);
  }
  const peer = rig.socket({ nonblock: true });
  rig.connect(peer, port);
  const accepted = rig.accept(listener, 4); // which lingers as its listener does
  must(accepted.errno);
  for (const full of [client, accepted.fd]) {
    while (rig.send(full, "x".repeat(1000)) === 0); // and nobody reads
    const before = performance.now();
    must(rig.call("fd_close", full));
    assert.ok(performance.now() - before < 1500);
  }
});

test.run();
