import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { Endpoint, UNIX as UNIX_FAMILY } from "../../host/endpoint.ts";
import { FIRST_SOCKET } from "../../host/fdtable.ts";
import { allow } from "../../host/index.ts";
import { openSystem } from "../../host/os/index.ts";
import * as libc from "../../host/os/linux/libc.ts";
import { Control, type System, Vector } from "../../host/system.ts";
import { suite } from "../harness.ts";
import {
  CONTROL_TRUNCATED,
  DATA_TRUNCATED,
  EACCES,
  EAGAIN,
  EBADF,
  EFAULT,
  EINVAL,
  ENOBUFS,
  ENOPROTOOPT,
  ENOTCONN,
  ENOTSOCK,
  ENOTSUP,
  OWN,
  RECVMSG,
  SENDMSG,
} from "./support/abi.ts";
import { generator } from "./support/generator.ts";
import { eventually, must, Rig, type RigOptions } from "./support/rig.ts";

const test = suite("message");

const folder = mkdtempSync(join(tmpdir(), "wasi-net-message-"));
process.on("exit", () => rmSync(folder, { recursive: true }));
let count = 0;
const fresh = (): string => join(folder, `s${count++}`);

const ANY = allow.unix().listen().dial();
const file = openSync("/dev/null", "r");
process.on("exit", () => closeSync(file));

/** Where the calls' arguments, their pieces and their answers stand in the guest's memory. */
const ARGUMENTS = 5000;
const PIECE = 5100;
const PLACE = 5110;
const CONTROL = 5120;
const ANSWERS = 5140;
const ADDRESS = 5200;
const DATA = 6000;
const BYTES = 10_000;

/** message is a control message. */
function message(level: number, type: number, value: Uint8Array): Buffer {
  const bytes = Buffer.alloc((16 + value.length + 7) & ~7);
  bytes.writeUInt32LE(16 + value.length, 0);
  bytes.writeInt32LE(level, 8);
  bytes.writeInt32LE(type, 12);
  bytes.set(value, 16);
  return bytes;
}

function rights(...numbers: readonly number[]): Buffer {
  return message(1, 1, new Uint8Array(new Int32Array(numbers).buffer));
}

/** parse answers each control message's level and type, and its value as words. */
function parse(control: Buffer): { kind: string; words: number[] }[] {
  const messages = [];
  for (let at = 0; at + 16 <= control.length; ) {
    const length = control.readUInt32LE(at);
    const words = [];
    for (let i = at + 16; i + 4 <= at + length; i += 4) words.push(control.readInt32LE(i));
    messages.push({
      kind: `${control.readInt32LE(at + 8)} ${control.readInt32LE(at + 12)}`,
      words,
    });
    at += (length + 7) & ~7;
  }
  return messages;
}

/** send sends a text with control data; to is a stored address. */
function send(rig: Rig, fd: number, text: string, control: Uint8Array, to = 0): number {
  rig.bytes.write(text, DATA);
  rig.words(PIECE, DATA, text.length);
  rig.bytes.set(control, BYTES);
  rig.words(CONTROL, BYTES, control.length);
  rig.words(ARGUMENTS, PIECE, 1, to, CONTROL, 0, 0, ANSWERS);
  return rig.call("sock_setsockopt", fd, OWN, SENDMSG, ARGUMENTS, 28);
}

interface Received {
  readonly errno: number;
  readonly text: string;
  readonly roflags: number;
  readonly control: Buffer;
  /** behind are the bytes of the guest's room that nothing came to. */
  readonly behind: Buffer;
}

function recv(rig: Rig, fd: number, room = 100, most = 100, flags = 0): Received {
  rig.words(PIECE, DATA, most);
  rig.words(PLACE, ADDRESS, 128);
  rig.bytes.fill(0, BYTES, BYTES + room);
  rig.words(CONTROL, BYTES, room);
  rig.words(ARGUMENTS, PIECE, 1, PLACE, CONTROL, flags, ANSWERS, ANSWERS + 4, ANSWERS + 8);
  const errno = rig.call("sock_setsockopt", fd, OWN, RECVMSG, ARGUMENTS, 32);
  const length = errno === 0 ? rig.u32(CONTROL + 4) : 0;
  const text = errno === 0 ? rig.bytes.toString("latin1", DATA, DATA + rig.u32(ANSWERS + 4)) : "";
  const control = Buffer.from(rig.bytes.subarray(BYTES, BYTES + length));
  const behind = Buffer.from(rig.bytes.subarray(BYTES + length, BYTES + room));
  return { errno, text, roflags: rig.u32(ANSWERS + 8) & 0xffff, control, behind };
}

/** pair is a connection between two unix sockets of a guest's. */
function pair(rig: Rig, type = 2): [number, number] {
  const path = fresh();
  const listener = rig.socket({ family: 3, type });
  must(rig.call("sock_bind", listener, rig.path(path), 0));
  must(rig.call("sock_listen", listener, 1));
  const client = rig.socket({ family: 3, type });
  must(rig.call("sock_connect", client, rig.path(path), 0));
  const server = rig.accept(listener, 4);
  must(server.errno);
  must(rig.call("fd_close", listener));
  return [client, server.fd];
}

/** Stranger is another process's end of a connection to a guest: it has handles and no table. */
class Stranger implements Disposable {
  readonly #system: System;
  readonly #vector = new Vector();
  readonly #bytes = new Uint8Array(new ArrayBuffer(64));
  readonly handle: number;

  private constructor(system: System, handle: number) {
    this.#system = system;
    this.handle = handle;
    this.#vector.count = 1;
    this.#vector.addresses[0] = system.locate(this.#bytes.buffer);
    this.#vector.lengths[0] = 3;
  }

  /** meet makes a connection, and answers the guest's fd of it. */
  static async meet(rig: Rig, type = 2): Promise<[Stranger, number]> {
    const path = fresh();
    const listener = rig.socket({ family: 3, type });
    must(rig.call("sock_bind", listener, rig.path(path), 0));
    must(rig.call("sock_listen", listener, 1));
    const system = await openSystem();
    const handle = system.socket(3, type, 0);
    const to = new Endpoint().any(UNIX_FAMILY);
    to.length = Buffer.from(path).copy(to.path);
    assert.is(system.connect(handle, to), 0);
    const server = rig.accept(listener, 4);
    must(server.errno);
    must(rig.call("fd_close", listener));
    return [new Stranger(system, handle), server.fd];
  }

  send(...handles: readonly number[]): number {
    this.#bytes.set(Buffer.from("abc"));
    const control = new Control();
    const bytes = rights(...handles);
    control.bytes.set(bytes);
    control.length = bytes.length;
    return this.#system.sendMessage(this.handle, this.#vector, undefined, control);
  }

  /** recv answers the handles that came, which the caller closes. */
  recv(): number[] {
    const control = new Control();
    control.length = Control.LIMIT;
    assert.is(this.#system.recvMessage(this.handle, this.#vector, 0, new Endpoint(), control), 3);
    return parse(Buffer.from(control.bytes.subarray(0, control.length))).flatMap(
      ({ words }) => words,
    );
  }

  [Symbol.dispose](): void {
    this.#system.close(this.handle);
  }
}

/** openFiles are this process's, by their numbers. */
function openFiles(): string[] {
  return readdirSync("/proc/self/fd").filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`) !== "/proc/self/fd";
    } catch {
      return false; // the list's own
    }
  });
}

/** handleOf is the system's number for a guest's socket. */
function handleOf(rig: Rig, fd: number): number {
  return rig.shared.handles[fd - FIRST_SOCKET]! - 1;
}

const inodeOf = (handle: number): string => readlinkSync(`/proc/self/fd/${handle}`);

async function open(options: RigOptions = {}): Promise<Rig> {
  return Rig.open({ net: ANY, ...options });
}

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
  const [{ words: [got = -1] = [] } = {}] = parse(recv(rig, fd).control);
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
    const numbers = parse(got.control).flatMap(({ words }) => words);
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
    const numbers = parse(got.control).flatMap(({ words }) => words);
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
  const numbers = parse(got.control).flatMap(({ words }) => words);
  assert.equal([numbers.length, new Set(numbers).size, got.roflags], [253, 253, 0]);
  for (const number of numbers) must(rig.call("fd_close", number));
  assert.equal(openFiles(), before);
});

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

test("what a guest has no place for is closed, and the list ends there", async () => {
  using rig = await open({ maxSockets: 4 });
  const [one, two] = pair(rig);
  const before = openFiles();
  must(send(rig, one, "abc", rights(one, two, one, two)));
  const got = recv(rig, two);
  const numbers = parse(got.control).flatMap(({ words }) => words);
  assert.equal([numbers.length, got.control.length, got.roflags], [2, 24, CONTROL_TRUNCATED]);
  assert.ok(got.behind.every((byte) => byte === 0));
  assert.is(openFiles().length, before.length + 2);
  must(send(rig, one, "def", rights(one)));
  const none = recv(rig, two);
  assert.equal([none.text, none.control.length, none.roflags], ["def", 0, CONTROL_TRUNCATED]);
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
  const [a = -1, b = -1] = parse(recv(rig, fd).control).flatMap(({ words }) => words);
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
  const [{ words: [got = -1] = [] } = {}] = parse(recv(rig, fd).control);
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
  const [{ words: [copy = -1] = [] } = {}] = parse(recv(rig, two, 100, 3).control);
  assert.equal(rig.listening, [{ address: "127.0.0.1", port, family: "IPv4" }]);
  assert.is(rig.shared.listeners, 2);
  must(rig.call("fd_fdstat_set_flags", copy, 4));
  rig.shared.order(1);
  assert.equal(rig.events(0n).events, []);
  assert.equal([rig.shared.listeners, rig.accept(copy, 4).errno], [0, EAGAIN]);
  const late = recv(rig, two, 100, 3);
  const [{ words: [other = -1] = [] } = {}] = parse(late.control);
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
