import * as assert from "uvu/assert";
import { FIRST_SOCKET } from "../../host/fdtable.ts";
import { allow } from "../../host/index.ts";
import * as libc from "../../host/os/linux/libc.ts";
import { suite } from "../harness.ts";
import {
  DATA_TRUNCATED,
  EACCES,
  EAGAIN,
  EBADF,
  EFAULT,
  EINVAL,
  ENOPROTOOPT,
  ENOTCONN,
  ENOTSOCK,
  ENOTSUP,
  OWN,
  RECVMSG,
  SENDMSG,
} from "./support/abi.ts";
import { generator } from "./support/generator.ts";
import {
  ADDRESS,
  ANSWERS,
  ARGUMENTS,
  BYTES,
  CONTROL,
  DATA,
  handleOf,
  message,
  open,
  openFiles,
  PIECE,
  PLACE,
  pair,
  parse,
  recv,
  rights,
  Stranger,
  send,
} from "./support/messages.ts";
import { eventually, must, type Rig } from "./support/rig.ts";
import { fresh } from "./support/unix.ts";

const test = suite("message");

test.table(
  "malformed control data of",
  [
    { name: "length 0", control: Buffer.alloc(16) },
    { name: "length 15", control: words(15, 0, 1, 1) },
    { name: "a length beyond its end", control: words(21, 0, 1, 1, 3) },
    { name: "a length beyond 32 bits", control: words(20, 1, 1, 1, 3) },
    { name: "the largest length", control: words(-1, -1, 1, 1, 3) },
    { name: "a second one without length", control: Buffer.concat([rights(), Buffer.alloc(16)]) },
  ],
  async ({ control }) => {
    using rig = await open();
    const [one, two] = pair(rig);
    assert.is(send(rig, one, "abc", control), EINVAL);
    assert.is(recv(rig, two).errno, EAGAIN);
  },
);

function words(...values: readonly number[]): Buffer {
  return Buffer.from(new Int32Array(values).buffer);
}

test.table(
  "nobody may send",
  [
    { name: "credentials", control: message(1, 2, Buffer.alloc(12)) },
    { name: "another kind of sockets' own", control: message(1, 3, Buffer.alloc(4)) },
    { name: "IPv4's PKTINFO", control: message(0, 8, Buffer.alloc(12)), type: 1 },
    { name: "IPv6's PKTINFO", control: message(41, 50, Buffer.alloc(20)), type: 1 },
    { name: "IPv4's options", control: message(0, 7, Buffer.alloc(4)), type: 1 },
    { name: "a level of nobody's", control: message(-1, -1, Buffer.alloc(4)) },
  ],
  async ({ control, type }) => {
    using rig = await open();
    const one = type === undefined ? pair(rig)[0] : rig.socket({ type });
    const to = type === undefined ? 0 : rig.address(127, 0, 0, 1);
    assert.is(send(rig, one, "abc", control, to), ENOTSUP);
    assert.is(send(rig, one, "abc", Buffer.concat([rights(), control]), to), ENOTSUP);
  },
);

test("pointers outside of the memory are refused, and lose no message", async () => {
  using rig = await open();
  const [one, two] = pair(rig);
  must(send(rig, one, "abc", rights(one)));
  const before = openFiles();
  rig.words(PIECE, DATA, 100);
  rig.words(PLACE, ADDRESS, 128);
  rig.words(CONTROL, BYTES, 100);
  const size = rig.bytes.length;
  const received = [PIECE, 1, PLACE, CONTROL, 0, ANSWERS, ANSWERS + 4, ANSWERS + 8];
  for (const index of [0, 2, 3, 5, 6, 7]) {
    for (const pointer of [size, size - 1, 0xffffffff, 0xfffffff8]) {
      rig.words(ARGUMENTS, ...received.map((value, i) => (i === index ? pointer : value)));
      const errno = rig.call("sock_setsockopt", two, OWN, RECVMSG, ARGUMENTS, 32);
      assert.is(errno, EFAULT, `argument ${index} at ${pointer}`);
    }
  }
  for (const [buf, len] of [
    [size, 1],
    [size - 3, 4],
    [0, 0xffffffff],
    [0xffffffff, 2],
  ] as const) {
    rig.words(ARGUMENTS, ...received);
    rig.words(CONTROL, buf, len);
    assert.is(rig.call("sock_setsockopt", two, OWN, RECVMSG, ARGUMENTS, 32), EFAULT);
    rig.words(ARGUMENTS, PIECE, 1, 0, CONTROL, 0, 0, ANSWERS);
    assert.is(rig.call("sock_setsockopt", one, OWN, SENDMSG, ARGUMENTS, 28), EFAULT);
  }
  const sent = [PIECE, 1, 0, CONTROL, 0, 0, ANSWERS];
  for (const index of [0, 2, 3, 6]) {
    rig.words(CONTROL, BYTES, 0);
    rig.words(ARGUMENTS, ...sent.map((value, i) => (i === index ? 0xffffffff : value)));
    assert.is(rig.call("sock_setsockopt", one, OWN, SENDMSG, ARGUMENTS, 28), EFAULT, `${index}`);
  }
  for (const [name, most] of [
    [SENDMSG, 27],
    [RECVMSG, 31],
  ] as const) {
    assert.is(rig.call("sock_setsockopt", one, OWN, name, ARGUMENTS, most), EINVAL);
    assert.is(rig.call("sock_setsockopt", one, OWN, name, size - 4, 32), EFAULT);
    assert.is(rig.call("sock_setsockopt", 1, OWN, name, ARGUMENTS, 32), ENOTSOCK);
    assert.is(rig.call("sock_setsockopt", one + 99, OWN, name, ARGUMENTS, 32), EBADF);
    assert.is(rig.option(one, OWN, name), 1, "there is such a call");
  }
  assert.equal(openFiles(), before);
  const got = recv(rig, two);
  assert.equal([got.text, parse(got.control).length], ["abc", 1], "which comes with the next call");
});

test("a message's data is cut, and its sockets come all the same; to look at both takes nothing", async () => {
  using rig = await open();
  const [one, two] = pair(rig, 5);
  must(send(rig, one, "abcdef", rights(one)));
  const peeked = recv(rig, two, 100, 100, 1);
  assert.equal([peeked.text, parse(peeked.control).length], ["abcdef", 1]);
  const got = recv(rig, two, 100, 3);
  assert.equal([got.text, got.roflags, parse(got.control).length], ["abc", DATA_TRUNCATED, 1]);
});

test("a blocking guest waits for the message", async () => {
  using rig = await open();
  const [stranger, fd] = await Stranger.meet(rig);
  using _ = stranger;
  must(rig.call("fd_fdstat_set_flags", fd, 0));
  rig.words(2000, 0, 0, 20_000, 0);
  must(rig.call("sock_setsockopt", fd, 0, 11, 2000, 16));
  assert.is(recv(rig, fd).errno, EAGAIN, "as long as its timeout lets it");
  assert.is(stranger.send(stranger.handle), 3);
  assert.is(parse(recv(rig, fd).control).length, 1);
});

test("a datagram goes with its sockets to whom it names, if that may be", async () => {
  const path = fresh();
  using rig = await open({ net: allow.unix(path) });
  const server = rig.socket({ family: 3, type: 1, nonblock: true });
  must(rig.call("sock_bind", server, rig.path(path), 0));
  const client = rig.socket({ family: 3, type: 1 });
  assert.is(send(rig, client, "abc", rights(server), rig.path(fresh())), EACCES);
  assert.is(send(rig, client, "abc", rights(server)), ENOTCONN);
  must(send(rig, client, "abc", rights(server), rig.path(path)));
  const got = recv(rig, server);
  assert.equal([got.text, parse(got.control).length], ["abc", 1]);
  assert.is(rig.bytes.readUInt16LE(ADDRESS), 3, "from a unix socket without a name");
});

test("whatever the control data and wherever, no file stays open and no fd is another's", async () => {
  const before = openFiles();
  const random = generator(11);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const lengths = [0, 1, 7, 15, 16, 17, 19, 20, 21, 24, 32, 100, 4096, 0x7fffffff, 0xffffffff];
  const levels = [-1, 0, 1, 41, 256, 0x7fffffff];
  const places = [
    0,
    1,
    ARGUMENTS,
    ARGUMENTS + 4,
    PIECE,
    PLACE,
    CONTROL,
    CONTROL + 3,
    ANSWERS,
    BYTES,
  ];
  const far = [DATA, BYTES + 1, 65_528, 65_536, 0x7fffffff, 0xfffffff8, 0xffffffff];
  let given = 0;
  for (let round = 0; round < 8; round++) {
    using rig = await open({ maxSockets: 40, mayWait: false, attached: round % 2 === 0 });
    const [one, two] = nonblocking(rig, pair(rig, pick([2, 5])));
    const sockets = [one, two, rig.listener(true).fd, ...rig.pair(true)];
    const numbers = [...sockets, -1, 0, 1, 3, 20, 1 << 20, (1 << 20) + 99, handleOf(rig, one)];
    for (let i = 0; i < 400; i++) {
      const chain: Buffer[] = [];
      for (let n = Math.floor(random() * 6); n > 0; n--) {
        const count = pick([0, 1, 2, 3, 30]);
        const own = random() < 0.7;
        const list = Array.from({ length: count }, () => pick(own ? sockets : numbers));
        const bytes =
          random() < 0.8
            ? rights(...list)
            : message(pick(levels), pick([0, 1, 2, 4, 50]), Buffer.alloc(4));
        if (random() < 0.1) bytes.writeUInt32LE(pick(lengths), 0);
        if (random() < 0.05) bytes.writeUInt32LE(1, 4);
        chain.push(random() < 0.05 ? bytes.subarray(0, bytes.length - 3) : bytes);
      }
      const control = Buffer.concat(chain);
      const sent = send(rig, one, "abc", control);
      assert.ok(sent >= 0 && sent < 90, `send: ${sent}`);
      // The same again with places that lie in one another.
      const place = (usual: number): number =>
        random() < 0.85 ? usual : pick([...places, ...far]);
      rig.words(PIECE, place(DATA), pick([0, 3, 100]));
      rig.words(PLACE, place(ADDRESS), 128);
      rig.words(CONTROL, place(BYTES), pick([0, 16, 20, 23, 24, 100, 4096, 5000, 0xffffffff]));
      const args = [PIECE, 1, PLACE, CONTROL].map((usual) => place(usual));
      args[1] = pick([0, 1, 1, 1, 2, 1025, 0xffffffff]);
      if (random() < 0.3) rig.words(ARGUMENTS, ...args, 0, 0, place(ANSWERS));
      else
        rig.words(
          ARGUMENTS,
          ...args,
          pick([0, 0, 1, 4]),
          ...[0, 4, 8].map((at) => place(ANSWERS + at)),
        );
      const which = rig.u32(ARGUMENTS + 16) === 0 && random() < 0.2 ? SENDMSG : RECVMSG;
      const errno = rig.call("sock_setsockopt", pick([one, two]), OWN, which, ARGUMENTS, 32);
      assert.ok(errno >= 0 && errno < 90, `${errno}`);
      const got = recv(rig, two, pick([0, 20, 24, 100, 4096]));
      for (const { kind, words } of parse(got.control)) {
        assert.is(kind, "1 1");
        for (const fd of words) {
          given++;
          must(rig.call("fd_fdstat_get", fd, 9000));
          assert.ok(!sockets.includes(fd), "a number of its own");
        }
      }
      const { handles } = rig.shared;
      for (let slot = 0; slot < 40; slot++) {
        const fd = FIRST_SOCKET + slot;
        if (handles[slot]! > 0 && !sockets.includes(fd)) rig.call("fd_close", fd);
      }
    }
  }
  assert.ok(given > 100, `${given} sockets came`);
  assert.equal(openFiles(), before);
});

/** nonblocking makes fds of a guest's so. */
function nonblocking<T extends readonly number[]>(rig: Rig, fds: T): T {
  for (const fd of fds) must(rig.call("fd_fdstat_set_flags", fd, 4));
  return fds;
}

test("no options ask for credentials, and those that come are kept back", async () => {
  using rig = await open();
  const [stranger, fd] = await Stranger.meet(rig);
  using _ = stranger;
  rig.words(2000, 1);
  for (const name of [18, 34, 76]) {
    assert.is(rig.call("sock_setsockopt", fd, 0, name, 2000, 4), ENOPROTOOPT);
  }
  assert.is(rig.call("sock_setsockopt", fd, 1, 16, 2000, 4), EINVAL, "by Linux's numbers");
  const before = openFiles();
  const on = new libc.Block(4);
  on.view.setInt32(0, 1, true);
  const [PASSCRED, PASSPIDFD] = [16, 76];
  assert.is(libc.setsockopt(handleOf(rig, fd), 1, PASSCRED, on.address, 4), 0);
  libc.setsockopt(handleOf(rig, fd), 1, PASSPIDFD, on.address, 4); // which older kernels do not have
  assert.is(stranger.send(stranger.handle), 3);
  const got = await eventually(() => recv(rig, fd, 200));
  assert.equal(
    parse(got.control).map(({ kind, words }) => `${kind}: ${words.length}`),
    ["1 1: 1"],
  );
  assert.ok(got.behind.every((byte) => byte === 0));
  assert.is(openFiles().length, before.length + 1);
});

test.run();
