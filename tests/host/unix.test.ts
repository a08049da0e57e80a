import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { allow } from "../../host/index.ts";
import { suite } from "../harness.ts";
import {
  DUP,
  EACCES,
  EADDRINUSE,
  EAFNOSUPPORT,
  EAGAIN,
  EBADF,
  ECONNREFUSED,
  EINVAL,
  ELOOP,
  EMFILE,
  ENOENT,
  ENOPROTOOPT,
  ENOTSUP,
  OWN,
  UNLINK,
} from "./support/abi.ts";
import { eventually, must, pathOf, Rig } from "./support/rig.ts";

const test = suite("unix");

const folder = mkdtempSync(join(tmpdir(), "wasi-net-unix-"));
process.on("exit", () => rmSync(folder, { recursive: true }));

let count = 0;

/** fresh is a path at which there is nothing yet. */
function fresh(): string {
  return join(folder, `s${count++}`);
}

const UNIX = { family: 3 };

/** listenAt makes a listening socket at a path. */
function listenAt(
  rig: Rig,
  path: string,
  options: { type?: number; nonblock?: boolean } = {},
): number {
  const fd = rig.socket({ ...UNIX, ...options });
  must(rig.call("sock_bind", fd, rig.path(path), 0));
  must(rig.call("sock_listen", fd, 16));
  return fd;
}

function dial(rig: Rig, path: string, type = 2): number {
  const fd = rig.socket({ ...UNIX, type });
  must(rig.call("sock_connect", fd, rig.path(path), 0));
  return fd;
}

function set(rig: Rig, fd: number, name: number, value = 1): number {
  rig.words(2000, value);
  return rig.call("sock_setsockopt", fd, OWN, name, 2000, 4);
}

function dup(rig: Rig, fd: number): { errno: number; fd: number } {
  const errno = rig.call("sock_getsockopt", fd, OWN, DUP, 2000, 4);
  return { errno, fd: rig.u32(2000) };
}

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

/*
 * What the policy is asked about:
 *   in/        allowed                      out/        not
 *     file     a listener                     file      a listener
 *     out      -> out/                        in        -> in/
 *     file-out -> out/file
 *     nowhere  -> out/nothing
 *     loop     -> loop
 */
const inside = join(folder, "in");
const outside = join(folder, "out");
for (const path of [inside, join(inside, "sub"), outside, join(outside, "sub")]) mkdirSync(path);
symlinkSync(outside, join(inside, "out"));
symlinkSync(join(outside, "file"), join(inside, "file-out"));
symlinkSync(join(outside, "nothing"), join(inside, "nowhere"));
symlinkSync(join(inside, "loop"), join(inside, "loop"));
symlinkSync(join(inside, "file"), join(outside, "file-in"));
symlinkSync(inside, join(outside, "in"));
mkdirSync(`${inside}side`);

const PATHS = [
  { name: "in it", path: `${inside}/file`, allowed: true },
  { name: "in a folder in it", path: `${inside}/sub/none`, allowed: true },
  { name: "in it, at length", path: `${inside}//./sub/../file`, allowed: true },
  { name: "in it, by a symlink from outside", path: `${outside}/file-in`, allowed: true },
  { name: "in it, by a folder's symlink from outside", path: `${outside}/in/file`, allowed: true },
  { name: "outside", path: `${outside}/file`, allowed: false },
  { name: "outside, by a folder's symlink", path: `${inside}/out/file`, allowed: false },
  { name: "outside, by a file's symlink", path: `${inside}/file-out`, allowed: false },
  { name: "outside, by a symlink to nothing", path: `${inside}/nowhere`, allowed: false },
  { name: "outside, by ..", path: `${inside}/../out/file`, allowed: false },
  { name: "back in it, by .. from outside", path: `${outside}/../in/file`, allowed: false },
  { name: "back in it, by .. from nothing", path: `${outside}/none/../../in/file`, allowed: false },
  { name: "back in it, by a symlink's ..", path: `${inside}/out/../in/file`, allowed: false },
  { name: "beside it, with its name before", path: `${inside}side/file`, allowed: false },
  { name: "an abstract name that looks like it", path: `\0${inside}/file`, allowed: false },
  { name: "nothing", path: "", allowed: false },
  { name: "a relative path", path: "file", allowed: false },
  { name: "a relative ..", path: "../file", allowed: false },
];

test.table("a folder is allowed, and a path", PATHS, async ({ path, allowed }) => {
  using host = await Rig.open({ net: ANY });
  for (const file of [`${inside}/file`, `${outside}/file`, `${inside}side/file`]) {
    rmSync(file, { force: true });
    listenAt(host, file);
  }
  using rig = await Rig.open({ net: allow.unix(inside) });
  const length = path.startsWith("\0") ? Buffer.byteLength(path) : 0;
  const errno = rig.call("sock_connect", rig.socket(UNIX), rig.path(path, length), 0);
  assert.is(errno === EACCES, !allowed, `errno ${errno}`);
  if (path.endsWith("file") && allowed) assert.is(errno, 0);
  const datagram = rig.sendTo(rig.socket({ ...UNIX, type: 1 }), "x", rig.path(path, length));
  assert.is(datagram === EACCES, !allowed, `send_to: errno ${datagram}`);
  const bound = rig.call("sock_bind", rig.socket(UNIX), rig.path(path, length), 0);
  assert.is(bound === EACCES, !allowed, `bind: errno ${bound}`);
  assert.is(rig.denials.length, allowed ? 0 : 3);
  for (const { verb, flag, forbidden } of rig.denials) {
    assert.equal([verb, forbidden], ["unix", false]);
    assert.match(flag, /^--allow-unix=[/@]/);
  }
});

test("a symlink that leads to itself reaches nothing", async () => {
  using rig = await Rig.open({ net: allow.unix(inside) });
  assert.is(rig.call("sock_connect", rig.socket(UNIX), rig.path(`${inside}/loop`), 0), ELOOP);
});

test("what is denied in a folder that is allowed stays denied, by every way to it", async () => {
  using rig = await Rig.open({ net: allow.unix(folder).denyUnix(`${outside}/in`) });
  for (const path of [`${inside}/s`, `${outside}/in/s`, inside]) {
    assert.is(rig.call("sock_bind", rig.socket(UNIX), rig.path(path), 0), EACCES, path);
  }
  assert.is(rig.call("sock_bind", rig.socket(UNIX), rig.path(`${outside}/s`), 0), 0);
  assert.equal(
    rig.denials.map(({ flag, forbidden }) => [flag, forbidden]),
    Array(3).fill([`--deny-unix=${outside}/in`, true]),
  );
});

test("a rule means what its path leads to when the guest starts", async () => {
  const link = fresh();
  symlinkSync(inside, link);
  using rig = await Rig.open({ net: allow.unix(link) });
  rmSync(`${inside}/file`, { force: true });
  must(rig.call("sock_bind", rig.socket(UNIX), rig.path(`${link}/file`), 0));
  unlinkSync(link);
  symlinkSync(outside, link);
  assert.is(rig.call("sock_bind", rig.socket(UNIX), rig.path(`${link}/other`), 0), EACCES);
});

test("what denies means as well what its path leads to later", async () => {
  const [link, folder] = [fresh(), fresh()];
  mkdirSync(folder);
  using rig = await Rig.open({ net: ANY.denyUnix(link) });
  must(rig.call("sock_bind", rig.socket(UNIX), rig.path(`${folder}/before`), 0));
  symlinkSync(folder, link);
  for (const path of [`${link}/s`, `${folder}/s`]) {
    assert.is(rig.call("sock_bind", rig.socket(UNIX), rig.path(path), 0), EACCES, path);
  }
});

test("a current folder that was renamed is judged by its name now", async () => {
  const [old, now, before] = [fresh(), fresh(), process.cwd()];
  mkdirSync(old);
  using rig = await Rig.open({ net: allow.unix(old) });
  process.chdir(old);
  try {
    process.cwd(); // which remembers it
    renameSync(old, now);
    assert.is(rig.call("sock_bind", rig.socket(UNIX), rig.path("s"), 0), EACCES);
  } finally {
    process.chdir(before);
  }
});

test.table(
  "a current folder that is gone leaves a guest",
  [
    { name: "no relative path", path: "s", net: ANY.denyUnix("/none"), errno: ENOENT },
    { name: "no way up", path: "../s", net: allow.unix(join(folder, "s")), errno: EACCES },
    { name: "a path that is allowed", path: join(folder, "s"), net: allow.unix(folder), errno: 0 },
  ],
  async ({ path, net, errno }) => {
    const [gone, before] = [fresh(), process.cwd()];
    mkdirSync(gone);
    using rig = await Rig.open({ net });
    process.chdir(gone);
    try {
      rmSync(gone, { recursive: true });
      assert.is(rig.call("sock_bind", rig.socket(UNIX), rig.path(path), 0), errno);
    } finally {
      process.chdir(before);
    }
  },
);

/**
 * Links of /proc that lead elsewhere than they say, as /proc/1/root does to a process with other mounts. These need no right to
 * mount: the link of an open file that was removed says a name which by now is another's.
 */
const O_PATH = 0x20_0000;

test("a link of /proc to a socket leads to no other one than it says", async () => {
  const [path, other] = [fresh(), fresh()];
  using host = await Rig.open({ net: ANY });
  listenAt(host, path);
  const file = openSync(path, O_PATH);
  try {
    unlinkSync(path);
    listenAt(host, other);
    renameSync(other, `${path} (deleted)`);
    const link = `/proc/self/fd/${file}`;
    assert.is(readlinkSync(link), `${path} (deleted)`);
    using rig = await Rig.open({ net: allow.unix(`${path} (deleted)`) });
    must(rig.call("sock_connect", rig.socket(UNIX), rig.path(`${path} (deleted)`), 0));
    assert.is(rig.call("sock_connect", rig.socket(UNIX), rig.path(link), 0), EACCES);
    assert.is(rig.denials[0]?.flag, `--allow-unix=${link}`);
    using all = await Rig.open({ net: ANY });
    must(all.call("sock_connect", all.socket(UNIX), all.path(link), 0));
  } finally {
    closeSync(file);
  }
});

test("a link of /proc to a folder leads to no other one than it says", async () => {
  const gone = fresh();
  const seen = `${gone} (deleted)`;
  for (const path of [gone, seen]) mkdirSync(path);
  using host = await Rig.open({ net: ANY });
  listenAt(host, join(seen, "s"));
  const file = openSync(gone, "r");
  try {
    const link = `/proc/self/fd/${file}`;
    using own = await Rig.open({ net: allow.unix(gone) });
    must(own.call("sock_bind", own.socket(UNIX), own.path(`${link}/s`), 0));
    unlinkSync(join(gone, "s"));
    rmdirSync(gone);
    using rig = await Rig.open({ net: allow.unix(seen) });
    for (const name of ["s", "new"]) {
      const place = rig.path(`${link}/${name}`);
      assert.is(rig.call("sock_connect", rig.socket(UNIX), place, 0), EACCES, name);
      assert.is(rig.denials.at(-1)?.flag, `--allow-unix=${link}/${name}`);
    }
    const root = rig.path(`/proc/self/root${seen}/s`);
    assert.is(rig.call("sock_connect", rig.socket(UNIX), root, 0), 0, "this process's own root");
  } finally {
    closeSync(file);
  }
});

test.table(
  "abstract names:",
  [
    { name: "the name", rule: "@a.b", to: "a.b", allowed: true },
    { name: "another", rule: "@a.b", to: "a.bc", allowed: false },
    { name: "the beginning", rule: "@a.*", to: "a.bc", allowed: true },
    { name: "another beginning", rule: "@a.*", to: "b.a.c", allowed: false },
    { name: "any", rule: "@", to: "whatever", allowed: true },
    { name: "a folder allows none", rule: "/", to: "tmp/x", allowed: false },
    { name: "everything", rule: "*", to: "whatever", allowed: true },
  ],
  async ({ rule, to, allowed }) => {
    using rig = await Rig.open({ net: allow.unix(rule) });
    const address = rig.path(`\0${to}`, to.length + 1);
    const errno = rig.call("sock_connect", rig.socket(UNIX), address, 0);
    assert.is(errno, allowed ? ECONNREFUSED : EACCES);
    if (!allowed) assert.is(rig.denials[0]?.flag, `--allow-unix=@${to}`);
    const file = rig.call("sock_connect", rig.socket(UNIX), rig.path(join(folder, "none")), 0);
    assert.is(file, rule === "/" || rule === "*" ? ENOENT : EACCES);
  },
);

test("nothing is allowed by default, and the port is none", async () => {
  using rig = await Rig.open({ net: allow.listen().dial() });
  assert.is(rig.call("sock_bind", rig.socket(UNIX), rig.path(fresh()), 0), EACCES);
  assert.is(rig.call("sock_listen", rig.socket(UNIX), 1), EINVAL, "without a name");
  assert.is(rig.call("sock_bind", rig.socket(UNIX), rig.path("/x"), 65536), EINVAL);
});

test("UNLINK removes the file of the socket itself", async () => {
  using rig = await Rig.open({ net: ANY });
  const path = fresh();
  const fd = listenAt(rig, path);
  const link = fresh();
  symlinkSync(path, link);
  assert.is(set(rig, dial(rig, link), UNLINK), EINVAL, "a connection has none");
  assert.is(set(rig, fd, UNLINK), 0);
  assert.not.ok(existsSync(path));
  assert.is(set(rig, fd, UNLINK), EINVAL, "only once");
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
    assert.is(set(rig, fd, UNLINK), ENOENT);
    place(path, other);
    assert.is(set(rig, fd, UNLINK), ENOENT);
    assert.ok(statSync(path));
  },
);

test("UNLINK needs a file, a value and an open socket", async () => {
  using rig = await Rig.open({ net: ANY.listen() });
  const path = fresh();
  const fd = listenAt(rig, path);
  assert.is(set(rig, fd, UNLINK, 0), EINVAL);
  assert.is(rig.call("sock_setsockopt", fd, OWN, UNLINK, 2000, 3), EINVAL);
  assert.is(rig.call("sock_setsockopt", fd, OWN, UNLINK, 2000, 0), EINVAL);
  assert.is(rig.call("sock_getsockopt", fd, OWN, UNLINK, 2000, 4), ENOPROTOOPT);
  assert.is(set(rig, fd, 5), ENOPROTOOPT);
  assert.is(set(rig, rig.listener().fd, UNLINK), EINVAL);
  const abstract = rig.socket(UNIX);
  must(rig.call("sock_bind", abstract, rig.path("\0x", 2), 0));
  assert.is(set(rig, abstract, UNLINK), EINVAL);
  must(rig.call("fd_close", fd));
  assert.is(set(rig, fd, UNLINK), EBADF);
  assert.is(
    set(rig, rig.socket(UNIX), UNLINK),
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
  assert.is(set(rig, second, UNLINK), 0);
  assert.equal([existsSync(one), existsSync(two)], [false, true]);
});

test("a relative path is the same file later", async () => {
  using rig = await Rig.open({ net: allow.unix(inside) });
  const before = process.cwd();
  process.chdir(inside);
  rmSync("relative", { force: true });
  const fd = listenAt(rig, "relative");
  process.chdir(before);
  assert.is(rig.name(fd), "relative");
  assert.is(set(rig, fd, UNLINK), 0);
  assert.not.ok(existsSync(join(inside, "relative")));
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
  assert.is(set(rig, second.fd, UNLINK), 0, "the file is known of both");
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
  assert.is(rig.call("sock_getsockopt", client, OWN, DUP, 65533, 4), 21);
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
  assert.is(set(rig, fd, UNLINK), EBADF, "the host has let the socket go");
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

function once(socket: Socket, event: string): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    socket.once(event, (...args) => resolve(args));
    socket.once("error", reject);
  });
}

test.run();
