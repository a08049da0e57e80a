import { closeSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { FIRST_SOCKET } from "../../host/fdtable.ts";
import { allow } from "../../host/index.ts";
import { suite } from "../harness.ts";
import { DUP, EAGAIN, EBADF, OWN } from "./support/abi.ts";
import { must, Rig } from "./support/rig.ts";

/** While a guest waits a drain can close what it waits for, whose number another may get at once. */
const test = suite("reused");

const DRAIN = 1;
const SECOND_TENTH = [0, 0, 100_000, 0];

function handleOf(rig: Rig, fd: number): number {
  return rig.shared.handles[fd - FIRST_SOCKET]! - 1;
}

/** victims are another guest's two connected sockets: there is something to read, and room to write. */
async function victims(): Promise<{ rig: Rig; one: number; two: number }> {
  const rig = await Rig.open({ net: allow.listen().dial().unix() });
  const [one, two] = rig.pair(true);
  must(rig.send(one, "secret"));
  return { rig, one, two };
}

/**
 * stale is a connection that the host takes for a listener still: of its two fds one listened, was shut
 * down and connected.
 */
function stale(rig: Rig): number {
  const { fd: target, port } = rig.listener();
  const { fd } = rig.listener();
  must(rig.call("sock_getsockopt", fd, OWN, DUP, 2000, 4));
  const second = rig.u32(2000);
  must(rig.call("sock_shutdown", fd, 3));
  must(rig.connect(fd, port));
  must(rig.accept(target).errno);
  rig.words(2000, ...SECOND_TENTH);
  for (const timeout of [11, 12]) must(rig.call("sock_setsockopt", second, 0, timeout, 2000, 16));
  return second;
}

/** Where the calls below have their iovec, address, control data and answers. */
const [PIECE, PLACE, CONTROL, ANSWERS, ARGUMENTS] = [1400, 1420, 1440, 1460, 1500];

const CALLS = [
  { name: "sock_recv", args: [PIECE, 1, 0, ANSWERS, ANSWERS + 4] },
  { name: "fd_read", args: [PIECE, 1, ANSWERS] },
  { name: "sock_recv_from", args: [PIECE, 1, PLACE, 0, ANSWERS + 8, ANSWERS, ANSWERS + 4] },
  {
    name: "sock_setsockopt",
    words: [PIECE, 1, PLACE, CONTROL, 0, ANSWERS, ANSWERS + 4, ANSWERS + 8],
    args: [OWN, 4, ARGUMENTS, 32],
  },
  { name: "sock_send", args: [PIECE, 1, 0, ANSWERS] },
  { name: "fd_write", args: [PIECE, 1, ANSWERS] },
  { name: "sock_send_to", args: [PIECE, 1, PLACE, 0, 0, ANSWERS] },
  {
    name: "sock_setsockopt",
    words: [PIECE, 1, 0, CONTROL, 0, 0, ANSWERS],
    args: [OWN, 3, ARGUMENTS, 28],
  },
].map((call) => ({
  ...call,
  title: call.words ? `${call.name} of ${call.words.length}` : call.name,
}));

for (const { title, name, args, words } of CALLS) {
  test(`${title} neither reads nor writes what is another's by now`, async () => {
    const other = await victims();
    using _ = other.rig;
    const argument = String(handleOf(other.rig, other.two));
    const module = new URL("support/reused.ts", import.meta.url).href;
    using rig = await Rig.open({ decoration: { module, argument } });
    const fd = stale(rig);
    must(rig.call("fd_fdstat_set_flags", fd, 4));
    while (rig.send(fd, "x".repeat(1000)) === 0); // until there is no room
    must(rig.call("fd_fdstat_set_flags", fd, 0));
    rig.words(PIECE, 3000, 100);
    rig.words(PLACE, 3200, name === "sock_send_to" ? 4 : 128, 0, 0, 0);
    rig.bytes.set([127, 0, 0, 1], 3200);
    rig.words(CONTROL, 3400, 0);
    if (words) rig.words(ARGUMENTS, ...words);
    const handle = handleOf(rig, fd);
    rig.shared.order(DRAIN);
    assert.is(rig.call(name, fd, ...args), EAGAIN);
    assert.is(handleOf(rig, fd), -1, "it was closed meanwhile");
    assert.equal(
      [other.rig.recv(other.two).text, other.rig.recv(other.one).errno],
      ["secret", EAGAIN],
    );
    closeSync(handle);
  });
}

test("what goes with a message that waits is not what is another's by now", async () => {
  const other = await victims();
  using _ = other.rig;
  const [near, far] = unixPair(other.rig);
  const argument = `${handleOf(other.rig, other.two)} ${handleOf(other.rig, far)}`;
  const module = new URL("support/reused.ts", import.meta.url).href;
  const sockets = [handleOf(other.rig, near)];
  using rig = await Rig.open({ sockets, decoration: { module, argument } });
  rig.pair();
  const { fd: listener } = rig.listener();
  const handle = handleOf(rig, listener);
  must(rig.call("fd_fdstat_set_flags", FIRST_SOCKET, 4));
  while (rig.send(FIRST_SOCKET, "x".repeat(1000)) === 0); // until there is no room
  must(rig.call("fd_fdstat_set_flags", FIRST_SOCKET, 0));
  rig.words(PIECE, 3000, 3);
  rig.words(CONTROL, 3400, 20);
  rig.words(3400, 20, 0, 1, 1, listener);
  rig.words(ARGUMENTS, PIECE, 1, 0, CONTROL, 0, 0, ANSWERS);
  rig.shared.order(DRAIN);
  assert.is(rig.call("sock_setsockopt", FIRST_SOCKET, OWN, 3, ARGUMENTS, 28), EBADF);
  assert.is(handleOf(rig, listener), -1);
  assert.is(other.rig.recv(far).errno, EAGAIN, "nothing came");
  closeSync(handle);
});

/** unixPair is a connection between two unix sockets, non-blocking. */
function unixPair(rig: Rig): [number, number] {
  const folder = mkdtempSync(join(tmpdir(), "wasi-net-reused-"));
  const listener = rig.socket({ family: 3 });
  must(rig.call("sock_bind", listener, rig.path(join(folder, "s")), 0));
  must(rig.call("sock_listen", listener, 1));
  const client = rig.socket({ family: 3, nonblock: true });
  must(rig.call("sock_connect", client, rig.path(join(folder, "s")), 0));
  const { errno, fd } = rig.accept(listener, 4);
  must(errno);
  rmSync(folder, { recursive: true });
  return [client, fd];
}

test("poll_oneoff reports nothing of what is another's by now", async () => {
  const other = await victims();
  using _ = other.rig;
  const argument = String(handleOf(other.rig, other.two));
  const module = new URL("support/reused.ts", import.meta.url).href;
  using rig = await Rig.open({ decoration: { module, argument } });
  rig.pair();
  const { fd } = rig.listener();
  const handle = handleOf(rig, fd);
  rig.bytes.fill(0, 5000, 5096);
  rig.bytes[5008] = 1; // readable
  rig.words(5016, fd);
  rig.words(5048 + 16, 1, 0, 50_000_000, 0); // or 50 ms
  rig.shared.order(DRAIN);
  must(rig.call("poll_oneoff", 5000, 6000, 2, 1200));
  assert.equal([rig.u32(1200), rig.bytes[6010]], [1, 0], "the clock");
  assert.is(handleOf(rig, fd), -1);
  closeSync(handle);
});

test("a listener that was shut down and became a connection is not drained", async () => {
  using rig = await Rig.open();
  const { fd: target, port } = rig.listener();
  const { fd } = rig.listener();
  must(rig.call("sock_shutdown", fd, 3));
  must(rig.connect(fd, port));
  const { fd: server } = rig.accept(target);
  assert.equal([rig.shared.listeners, rig.shared.connections], [1, 2]);
  must(rig.send(server, "hello"));
  rig.shared.order(DRAIN);
  rig.events(0n);
  rig.words(2000, ...SECOND_TENTH);
  must(rig.call("sock_setsockopt", server, 0, 11, 2000, 16));
  assert.is(rig.recv(server).errno, EAGAIN, "a wait, in which it obeys");
  assert.is(rig.recv(fd).text, "hello");
});

test.run();
