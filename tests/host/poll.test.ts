import { closeSync, writeSync } from "node:fs";
import * as assert from "uvu/assert";
import * as libc from "../../host/os/linux/libc.ts";
import { suite } from "../harness.ts";
import { EAGAIN, EBADF, EFAULT, EINVAL, ENOTSUP } from "./support/abi.ts";
import { Rig } from "./support/rig.ts";

const test = suite("poll");

const MILLISECOND = 1_000_000n;

/** What a subscription asks for. */
interface Wanted {
  readonly userdata: bigint;
  readonly tag: number;
  /** The fd, or the clock's id. */
  readonly id: number;
  readonly timeout?: bigint;
  readonly absolute?: boolean;
}

interface Event {
  readonly userdata: bigint;
  readonly errno: number;
  readonly type: number;
  readonly hangup: boolean;
}

/** poll makes one call of poll_oneoff with subscriptions from 10000 on and events from 20000 on. */
function poll(rig: Rig, wanted: readonly Wanted[]): { errno: number; events: Event[] } {
  for (const [i, { userdata, tag, id, timeout = 0n, absolute = false }] of wanted.entries()) {
    const at = 10_000 + i * 48;
    rig.bytes.fill(0, at, at + 48);
    rig.bytes.writeBigUInt64LE(userdata, at);
    rig.bytes[at + 8] = tag;
    rig.words(at + 16, id);
    rig.bytes.writeBigUInt64LE(timeout, at + 24);
    rig.bytes[at + 40] = absolute ? 1 : 0;
  }
  const errno = rig.call("poll_oneoff", 10_000, 20_000, wanted.length, 1200);
  const events: Event[] = [];
  for (let i = 0; errno === 0 && i < rig.u32(1200); i++) {
    const at = 20_000 + i * 32;
    events.push({
      userdata: rig.bytes.readBigUInt64LE(at),
      errno: rig.bytes.readUInt16LE(at + 8),
      type: rig.bytes[at + 10]!,
      hangup: rig.bytes[at + 24] === 1,
    });
  }
  return { errno, events };
}

const none = { errno: 0, hangup: false };

test("no subscriptions are EINVAL without attaching", async () => {
  using rig = await Rig.open();
  assert.is(poll(rig, []).errno, EINVAL);
});

test("an unknown fd is an event's error, beside others that are ready", async () => {
  using rig = await Rig.open();
  const [client] = rig.pair();
  const { errno, events } = poll(rig, [
    { userdata: 1n, tag: 1, id: 77 },
    { userdata: 2n ** 64n - 1n, tag: 2, id: client },
    { userdata: 3n, tag: 1, id: client },
    { userdata: 4n, tag: 0, id: 1, timeout: 10_000n * MILLISECOND },
  ]);
  assert.is(errno, 0);
  assert.equal(events, [
    { userdata: 1n, errno: EBADF, type: 1, hangup: false },
    { userdata: 2n ** 64n - 1n, type: 2, ...none },
  ]);
});

test("a socket becomes readable, and reports a hang-up", async () => {
  using rig = await Rig.open();
  const [client, server] = rig.pair();
  const wanted = [{ userdata: 5n, tag: 1, id: server }];
  rig.send(client, "x");
  assert.equal(poll(rig, wanted).events, [{ userdata: 5n, type: 1, ...none }]);
  rig.recv(server);
  rig.call("sock_shutdown", server, 2);
  rig.call("fd_close", client);
  assert.equal(poll(rig, wanted).events, [{ userdata: 5n, type: 1, errno: 0, hangup: true }]);
});

test("both directions of one socket are two events", async () => {
  using rig = await Rig.open();
  const [client, server] = rig.pair();
  rig.send(client, "x");
  const { events } = poll(rig, [
    { userdata: 1n, tag: 2, id: server },
    { userdata: 2n, tag: 1, id: server },
  ]);
  assert.equal(
    events.map(({ userdata }) => userdata),
    [1n, 2n],
  );
});

test("more sockets than the set began with", async () => {
  using rig = await Rig.open();
  const [client, server] = rig.pair();
  rig.send(client, "x");
  const wanted = Array.from({ length: 200 }, (_, i) => ({
    userdata: BigInt(i),
    tag: 1,
    id: server,
  }));
  assert.is(poll(rig, wanted).events.length, 200);
});

test("standard streams and files are always ready", async () => {
  using rig = await Rig.open();
  const { events } = poll(rig, [
    { userdata: 0n, tag: 1, id: 0 },
    { userdata: 1n, tag: 2, id: 1 },
    { userdata: 2n, tag: 2, id: 2 },
  ]);
  assert.is(events.length, 3);
  assert.ok(events.every(({ errno }) => errno === 0));
});

const clocks = [
  { name: "realtime, relative", id: 0, absolute: false },
  { name: "monotonic, relative", id: 1, absolute: false },
  { name: "realtime, absolute", id: 0, absolute: true },
  { name: "monotonic, absolute", id: 1, absolute: true },
];

test.table("a clock is not early", clocks, async ({ id, absolute }) => {
  using rig = await Rig.open();
  rig.call("clock_time_get", id, 0n, 1000);
  const now = rig.bytes.readBigUInt64LE(1000);
  const timeout = 20n * MILLISECOND + (absolute ? now : 0n);
  const start = performance.now();
  const { events } = poll(rig, [{ userdata: 9n, tag: 0, id, timeout, absolute }]);
  const took = performance.now() - start;
  assert.equal(events, [{ userdata: 9n, type: 0, ...none }]);
  // Date.now() counts whole milliseconds, so an absolute real time may have begun one earlier.
  assert.ok(took >= 18.5 && took < 2000, `${took} ms`);
});

test("a time that has passed is an event at once", async () => {
  using rig = await Rig.open();
  const past = { userdata: 1n, tag: 0, id: 1, timeout: 1n, absolute: true };
  assert.is(poll(rig, [past]).events.length, 1);
});

test("a processor's clock is an event's error", async () => {
  using rig = await Rig.open();
  assert.is(poll(rig, [{ userdata: 1n, tag: 0, id: 2, timeout: 1n }]).events[0]?.errno, ENOTSUP);
});

test("an unknown tag is EINVAL", async () => {
  using rig = await Rig.open();
  assert.is(poll(rig, [{ userdata: 1n, tag: 3, id: 0 }]).errno, EINVAL);
});

test("an attached guest's wait is over after its time", async () => {
  using rig = await Rig.open({ attached: true });
  const start = performance.now();
  assert.equal(rig.events(15n * MILLISECOND), { errno: 0, events: [] });
  const took = performance.now() - start;
  assert.ok(took >= 14.5 && took < 2000, `${took} ms`);
});

test("readiness from before the watch and after it is reported once", async () => {
  using rig = await Rig.open({ attached: true });
  const [client, server] = rig.pair(true);
  rig.send(client, "early");
  assert.equal(rig.events(0n).events, [], "nobody had to wait yet");
  assert.is(rig.recv(server).text, "early");
  assert.is(rig.recv(server).errno, EAGAIN);
  assert.equal(rig.events(0n).events, [[server, 2]], "it can be written to");
  rig.send(client, "late");
  assert.equal(rig.events(1000n * MILLISECOND).events, [[server, 3]]);
  assert.equal(rig.events(0n).events, [], "an edge comes once");
});

test("an urgent mark is no end of the data: a short read is not the last one", async () => {
  using rig = await Rig.open({ attached: true });
  const [client, server] = rig.pair(true);
  assert.is(rig.recv(server).errno, EAGAIN);
  rig.events(0n);
  const handles = rig.shared.handles;
  const handle = handles[client - (1 << 20)]! - 1;
  const MSG_OOB = 1;
  const block = new libc.Block(1);
  rig.send(client, "ab");
  assert.is(libc.send(handle, block.address, 1, MSG_OOB), 1);
  rig.send(client, "efg");
  const HUNGUP = 8;
  assert.is(rig.events(1000n * MILLISECOND).events[0]![1] & HUNGUP, HUNGUP);
  assert.is(rig.recv(server).text, "ab");
  assert.is(rig.recv(server).text, "efg");
  assert.is(rig.recv(server).errno, EAGAIN);
  rig.send(client, "plain");
  assert.is(rig.events(1000n * MILLISECOND).events[0]![1] & HUNGUP, 0);
});

test("a closed guest leaves the wake handle to the thread that writes to it", async () => {
  const rig = await Rig.open();
  const { wake } = rig.shared;
  rig.instance.close(true);
  assert.is(rig.shared.wake, wake);
  const ONE = new Uint8Array(new BigUint64Array([1n]).buffer);
  assert.is(writeSync(wake, ONE), 8);
  const { pollers, sockets } = rig.shared.leftovers();
  assert.equal([pollers, sockets], [[wake], []]);
  closeSync(wake);
  assert.is(rig.shared.wake, -1);
});

test("of a closed socket comes no event, and its number may come back", async () => {
  using rig = await Rig.open({ attached: true });
  const [client, server] = rig.pair(true);
  rig.recv(server);
  rig.call("fd_close", server);
  assert.equal(rig.events(0n).events, []);
  assert.is(rig.socket(), server);
  rig.call("fd_close", client);
});

test("a moved socket is watched under its new number", async () => {
  using rig = await Rig.open({ attached: true });
  const [client, server] = rig.pair(true);
  const target = rig.socket();
  rig.recv(server);
  rig.events(0n);
  assert.is(rig.call("fd_renumber", server, target), 0);
  rig.send(client, "x");
  assert.is(rig.events(1000n * MILLISECOND).events[0]?.[0], target);
  assert.is(rig.recv(server).errno, EBADF);
  assert.is(rig.recv(target).text, "x");
});

test("no more events than the buffer holds; the others keep", async () => {
  using rig = await Rig.open({ attached: true });
  const pairs = [rig.pair(true), rig.pair(true), rig.pair(true)];
  for (const [client] of pairs) rig.recv(client);
  const first = rig.events(0n, 2).events;
  const second = rig.events(0n, 2).events;
  assert.is(first.length, 2);
  assert.is(second.length, 1);
  const seen = [...first, ...second].map(([fd]) => fd).sort();
  assert.equal(seen, pairs.map(([client]) => client).sort());
});

test.table(
  "an attached guest's block says",
  [
    { name: "events outside", events: 70_000, capacity: 1, errno: EFAULT },
    { name: "events beyond 32 bits", events: 0xfffffff8, capacity: 2, errno: EFAULT },
    { name: "a capacity whose bytes overflow", events: 8, capacity: 0x20000000, errno: EFAULT },
    { name: "the largest capacity", events: 8, capacity: 0xffffffff, errno: EFAULT },
    { name: "a crooked address", events: 8193, capacity: 1, errno: EINVAL },
    { name: "no capacity", events: 8192, capacity: 0, errno: EINVAL },
  ],
  async ({ events, capacity, errno }) => {
    using rig = await Rig.open({ attached: true });
    rig.bytes.writeBigInt64LE(0n, 4096 + 8);
    rig.words(4096 + 16, events, capacity);
    assert.is(rig.call("poll_oneoff", 0, 0, 0, 1200), errno);
  },
);

test.run();
