/**
 * Which unix sockets a guest may bind and reach: by their paths, wherever those lead, and by abstract names.
 */
import {
  closeSync,
  mkdirSync,
  openSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { allow } from "../../host/index.ts";
import { suite } from "../harness.ts";
import { EACCES, ECONNREFUSED, EINVAL, ELOOP, ENOENT } from "./support/abi.ts";
import { must, Rig } from "./support/rig.ts";
import { folder, fresh, listenAt, UNIX } from "./support/unix.ts";

const test = suite("unix rules");

const ANY = allow.unix();

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

test.run();
