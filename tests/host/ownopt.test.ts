/**
 * The options that are this project's own: UNLINK and DUP. Those that are calls are in message.test.ts and rights.test.ts.
 */
import { existsSync, mkdirSync, statSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { allow } from "../../host/index.ts";
import { suite } from "../harness.ts";
import {
  DUP,
  EAGAIN,
  EBADF,
  EFAULT,
  EINVAL,
  EMFILE,
  ENOENT,
  ENOPROTOOPT,
  OWN,
  UNLINK,
} from "./support/abi.ts";
import { must, Rig } from "./support/rig.ts";
import { dial, dup, fresh, listenAt, setOwn, UNIX } from "./support/unix.ts";

const test = suite("own options");

const ANY = allow.unix();

test("UNLINK removes the file of the socket itself", async () => {
  using rig = await Rig.open({ net: ANY });
  const path = fresh();
  const fd = listenAt(rig, path);
  const link = fresh();
  symlinkSync(path, link);
  assert.is(setOwn(rig, dial(rig, link), UNLINK), EINVAL, "a connection has none");
  assert.is(setOwn(rig, fd, UNLINK), 0);
  assert.not.ok(existsSync(path));
  assert.is(setOwn(rig, fd, UNLINK), EINVAL, "only once");
});

test.table(
  "UNLINK leaves",
  [
    { name: "a file in its place", place: (path: string) => writeFileSync(path, "") },
    { name: "a folder in its place", place: (path: string) => mkdirSync(path) },
    {
      name: "a symlink to it in its place",
      place(path: string, rig: Rig) {
        const moved = fresh();
        listenAt(rig, moved);
        symlinkSync(moved, path);
      },
    },
    {
      name: "another's socket in its place",
      place: (path: string, rig: Rig) => void listenAt(rig, path),
    },
  ],
  async ({ place }) => {
    using rig = await Rig.open({ net: ANY });
    using other = await Rig.open({ net: ANY });
    const path = fresh();
    const fd = listenAt(rig, path);
    unlinkSync(path);
    assert.is(setOwn(rig, fd, UNLINK), ENOENT);
    place(path, other);
    assert.is(setOwn(rig, fd, UNLINK), ENOENT);
    assert.ok(statSync(path));
  },
);

test("UNLINK needs a file, a value and an open socket", async () => {
  using rig = await Rig.open({ net: ANY.listen() });
  const path = fresh();
  const fd = listenAt(rig, path);
  assert.is(setOwn(rig, fd, UNLINK, 0), EINVAL);
  assert.is(rig.call("sock_setsockopt", fd, OWN, UNLINK, 2000, 3), EINVAL);
  assert.is(rig.call("sock_setsockopt", fd, OWN, UNLINK, 2000, 0), EINVAL);
  assert.is(rig.call("sock_getsockopt", fd, OWN, UNLINK, 2000, 4), ENOPROTOOPT);
  assert.is(setOwn(rig, fd, 5), ENOPROTOOPT);
  assert.is(setOwn(rig, rig.listener().fd, UNLINK), EINVAL);
  const abstract = rig.socket(UNIX);
  must(rig.call("sock_bind", abstract, rig.path("\0x", 2), 0));
  assert.is(setOwn(rig, abstract, UNLINK), EINVAL);
  must(rig.call("fd_close", fd));
  assert.is(setOwn(rig, fd, UNLINK), EBADF);
  assert.is(
    setOwn(rig, rig.socket(UNIX), UNLINK),
    EINVAL,
    "a new socket with the number of an old one",
  );
  assert.ok(existsSync(path));
});

test("the file goes with the socket when it gets another number", async () => {
  using rig = await Rig.open({ net: ANY });
  const [one, two] = [fresh(), fresh()];
  const [first, second] = [listenAt(rig, one), listenAt(rig, two)];
  must(rig.call("fd_renumber", first, second));
  assert.is(setOwn(rig, second, UNLINK), 0);
  assert.equal([existsSync(one), existsSync(two)], [false, true]);
});

test("a relative path is the same file later", async () => {
  const [place, before] = [fresh(), process.cwd()];
  mkdirSync(place);
  using rig = await Rig.open({ net: allow.unix(place) });
  process.chdir(place);
  const fd = listenAt(rig, "relative");
  process.chdir(before);
  assert.is(rig.name(fd), "relative");
  assert.is(setOwn(rig, fd, UNLINK), 0);
  assert.not.ok(existsSync(join(place, "relative")));
});

test("DUP is a second fd of the same socket, that outlives the first", async () => {
  using rig = await Rig.open({ net: ANY });
  const path = fresh();
  const first = listenAt(rig, path);
  const second = dup(rig, first);
  assert.is(second.errno, 0);
  assert.is.not(second.fd, first);
  assert.is(rig.shared.listeners, 2);
  must(rig.call("fd_close", first));
  const client = dial(rig, path);
  const accepted = rig.accept(second.fd);
  must(rig.send(client, "still"));
  assert.is(rig.recv(accepted.fd).text, "still");
  assert.is(setOwn(rig, second.fd, UNLINK), 0, "the file is known of both");
});

test.table(
  "DUP is for sockets that are what they will be, not",
  [
    { name: "a new one", make: (rig: Rig) => rig.socket() },
    { name: "a new datagram socket", make: (rig: Rig) => rig.socket({ type: 1 }) },
    {
      name: "one that is bound",
      make(rig: Rig) {
        const fd = rig.socket();
        must(rig.call("sock_bind", fd, rig.address(127, 0, 0, 1), 0));
        return fd;
      },
    },
  ],
  async ({ make }) => {
    using rig = await Rig.open();
    const fd = make(rig);
    assert.is(dup(rig, fd).errno, EINVAL);
    assert.is(rig.call("sock_setsockopt", fd, OWN, DUP, 2000, 4), ENOPROTOOPT);
  },
);

test("DUP needs room for its answer, by size and by pointer", async () => {
  using rig = await Rig.open();
  const [client] = rig.pair();
  rig.words(2004, 3);
  assert.is(rig.call("sock_getsockopt", client, OWN, DUP, 2000, 2004), EINVAL);
  rig.words(2004, 16);
  assert.is(rig.call("sock_getsockopt", client, OWN, DUP, 2000, 2004), 0);
  assert.equal([rig.u32(2004), rig.shared.connections], [4, 3]);
  assert.is(rig.call("sock_getsockopt", client, OWN, DUP, 65533, 4), EFAULT);
});

test("DUP ends with the process's open files, and leaves the rest working", async () => {
  using rig = await Rig.open({ maxSockets: 2 ** 18 });
  const [client, server] = rig.pair(true);
  const made: number[] = [];
  let errno = 0;
  while (errno === 0) {
    const last = dup(rig, client);
    errno = last.errno;
    if (errno === 0) made.push(last.fd);
  }
  assert.is(errno, EMFILE);
  for (const fd of made) must(rig.call("fd_close", fd));
  must(rig.send(client, "alive"));
  assert.is(rig.recv(server).text, "alive");
  assert.is(rig.shared.connections, 2);
});

test("no event of an fd comes after its close, though a second one keeps the socket", async () => {
  using rig = await Rig.open({ attached: true });
  const [client, server] = rig.pair(true);
  assert.is(rig.recv(server).errno, EAGAIN, "watched from here on");
  const second = dup(rig, server);
  must(second.errno);
  must(rig.call("fd_close", server));
  rig.events(0n);
  must(rig.send(client, "x"));
  assert.equal(rig.events(0n).events, []);
  assert.is(rig.recv(second.fd).text, "x");
  assert.is(rig.recv(second.fd).errno, EAGAIN);
  must(rig.send(client, "y"));
  assert.equal(rig.events(1_000_000_000n).events, [[second.fd, 3]]);
});

test.run();
