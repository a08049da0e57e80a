import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { FIRST_SOCKET } from "../../host/fdtable.ts";
import { allow, Guest, WasiNetError } from "../../host/index.ts";
import { openSystem } from "../../host/os/index.ts";
import { suite } from "../harness.ts";
import { echo } from "./support/programs.ts";
import { eventually, must, Rig } from "./support/rig.ts";

const test = suite("inherit");

const EACCES = 2;
const EAGAIN = 6;

/** Owned is a server of this process, and its number for the socket. */
interface Owned extends AsyncDisposable {
  readonly server: Server;
  readonly handle: number;
}

async function own(place: { path: string } | { port: number; host: string }): Promise<Owned> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(place, resolve));
  const { fd: handle } = (server as unknown as { _handle: { fd: number } })._handle;
  return {
    server,
    handle,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** given are the fds that a guest's environment tells. */
function given(rig: Rig): number[] {
  must(rig.call("environ_get", 2000, 2100));
  const text = rig.bytes.toString("latin1", 2100, rig.bytes.indexOf(0, 2100));
  const list = /^WASI_NET_FDS=(.*)$/.exec(text)?.[1];
  return list?.split(",").map(Number) ?? [];
}

test("a guest that may nothing serves on a socket that it was given", async () => {
  await using owned = await own({ port: 0, host: "127.0.0.1" });
  const { port } = owned.server.address() as { port: number };
  using rig = await Rig.open({ net: allow, sockets: [owned.handle], attached: true });
  const [fd = -1, ...rest] = given(rig);
  assert.equal(rest, []);
  assert.equal(rig.listening, [{ address: "127.0.0.1", port, family: "IPv4" }]);
  assert.equal([rig.shared.listeners, rig.option(fd, 0, 1), rig.port(fd)], [1, 2, port]);
  must(rig.call("fd_fdstat_set_flags", fd, 4));
  assert.is(rig.accept(fd, 4).errno, EAGAIN, "it does not block");
  const client = connect(port, "127.0.0.1");
  const accepted = await eventually(() => rig.accept(fd, 4));
  client.write("hello");
  assert.is((await eventually(() => rig.recv(accepted.fd))).text, "hello");
  client.destroy();
  assert.is(rig.connect(rig.socket(), port), EACCES, "and nothing else");
});

test("a drained guest hears no more of a socket that this process goes on with", async () => {
  await using owned = await own({ port: 0, host: "127.0.0.1" });
  const { port } = owned.server.address() as { port: number };
  using rig = await Rig.open({ net: allow, sockets: [owned.handle], attached: true });
  const [fd = -1] = given(rig);
  must(rig.call("fd_fdstat_set_flags", fd, 4));
  assert.is(rig.accept(fd, 4).errno, EAGAIN, "watched from here on");
  rig.shared.order(1);
  assert.equal(rig.events(0n).events, []);
  assert.is(rig.shared.listeners, 0);
  using other = await Rig.open();
  assert.is(
    other.connect(other.socket(), port),
    0,
    "which this process accepts when it comes to it",
  );
  assert.equal(rig.events(0n).events, []);
});

test("the guest's end leaves the socket to this process", async () => {
  await using owned = await own({ port: 0, host: "127.0.0.1" });
  const { port } = owned.server.address() as { port: number };
  const rig = await Rig.open({ sockets: [owned.handle] });
  must(rig.call("fd_close", given(rig)[0]!));
  rig.instance.close();
  owned.server.on("connection", (socket) => socket.end("ours"));
  const client = connect(port, "127.0.0.1");
  const [data] = await new Promise<[Buffer]>((resolve) => client.once("data", (d) => resolve([d])));
  assert.is(data.toString(), "ours");
});

test.table(
  "a socket that lingers goes on to, for this process, after",
  [
    { name: "fd_close", close: (rig: Rig) => must(rig.call("fd_close", given(rig)[0]!)) },
    { name: "the guest's end", close: (rig: Rig) => rig.instance.close() },
    {
      name: "the end of its thread",
      close: async (_: Rig, handle: number) => {
        const system = await openSystem();
        system.release([system.duplicate(handle)]);
      },
    },
  ],
  async ({ close }) => {
    using owner = await Rig.open();
    const { fd: listener, port } = owner.listener();
    must(owner.connect(owner.socket(), port));
    const { fd } = owner.accept(listener, 4);
    owner.words(2000, 1, 7);
    must(owner.call("sock_setsockopt", fd, 0, 9, 2000, 8));
    const handle = owner.shared.handles[fd - FIRST_SOCKET]! - 1;
    const rig = await Rig.open({ sockets: [handle] });
    await close(rig, handle);
    owner.words(2000, 0, 0, 8);
    must(owner.call("sock_getsockopt", fd, 0, 9, 2000, 2008));
    assert.equal([owner.u32(2000), owner.u32(2004)], [1, 7]);
    rig.instance.close();
  },
);

test("several sockets keep their order, and the environment its other variables", async () => {
  const folder = mkdtempSync(join(tmpdir(), "wasi-net-inherit-"));
  const path = join(folder, "s");
  {
    await using one = await own({ path });
    await using two = await own({ port: 0, host: "::1" });
    using rig = await Rig.open({ sockets: [one.handle, two.handle], env: {} });
    const [first = -1, second = -1] = given(rig);
    assert.is(rig.name(first), path);
    assert.is(rig.option(second, 0, 17), 2, "IPv6");
    assert.equal(
      rig.listening.map(({ address, path }) => path ?? address),
      [path, "::1"],
    );
  }
  rmSync(folder, { recursive: true });
  using rig = await Rig.open({ env: { A: "b" } });
  assert.equal(given(rig), []);
});

test("a connection that was given is counted as one", async () => {
  await using owned = await own({ port: 0, host: "127.0.0.1" });
  const { port } = owned.server.address() as { port: number };
  const client = connect(port, "127.0.0.1");
  await new Promise((resolve) => client.once("connect", resolve));
  const { fd: handle } = (client as unknown as { _handle: { fd: number } })._handle;
  using rig = await Rig.open({ net: allow, sockets: [handle] });
  assert.equal([rig.shared.connections, rig.shared.listeners], [1, 0]);
  client.destroy();
});

const file = openSync("/dev/null", "r");
process.on("exit", () => closeSync(file));

test.table(
  "no guest is given",
  [
    { name: "a file", socket: file, says: /could have: ENOTSOCK, socket operation on non-socket$/ },
    { name: "what is not open", socket: 999_999, says: /could have: EBADF, bad file descriptor$/ },
    { name: "a negative number", socket: -1 },
    { name: "half a number", socket: 1.5 },
    { name: "no number", socket: Number.NaN },
  ],
  async ({ socket, says = /want the number of an open socket/ }) => {
    for (const mode of ["dedicated", "cooperative"] as const) {
      try {
        await Guest.start(echo, { net: allow.listen(), mode, sockets: [socket] }).then(
          (guest) => guest.exited,
        );
        assert.unreachable();
      } catch (error) {
        assert.instance(error, WasiNetError);
        assert.is((error as WasiNetError).code, "WASI_NET_BAD_SOCKET");
        assert.match((error as WasiNetError).message, says);
      }
    }
  },
);

test("a number of more than 32 bits is no other's", async () => {
  await using owned = await own({ port: 0, host: "127.0.0.1" });
  for (const beyond of [2 ** 32, 2 ** 31, 2 ** 53]) {
    const started = Guest.start(echo, { sockets: [owned.handle + beyond] });
    assert.is(await started.then((guest) => guest.stop(), codeOf), BAD_SOCKET);
  }
});

test("no guest is given a raw socket by which it would write IP's header", async () => {
  const system = await openSystem();
  const [headers, icmp] = [255, 1].map((protocol) => system.socket(1, 3, protocol)) as [
    number,
    number,
  ];
  if (headers < 0) return; // who may not open one has none to give
  assert.is(await Rig.open({ sockets: [headers] }).catch(codeOf), BAD_SOCKET);
  const rig = await Rig.open({ sockets: [icmp] });
  rig.instance.close();
  for (const handle of [headers, icmp]) system.close(handle);
});

const BAD_SOCKET = "WASI_NET_BAD_SOCKET";

function codeOf(error: WasiNetError): string {
  return error.code;
}

test.table(
  "a guest that listens already by what it was given:",
  [
    { name: "dedicated", mode: "dedicated" },
    { name: "cooperative", mode: "cooperative" },
  ] as const,
  async ({ mode }) => {
    const folder = mkdtempSync(join(tmpdir(), "wasi-net-inherit-"));
    const path = join(folder, "s");
    {
      await using owned = await own({ path });
      await using guest = await Guest.start(echo, {
        net: allow.listen(),
        mode,
        sockets: [owned.handle],
      });
      assert.equal(await guest.listening(), { address: path, port: 0, family: "Unix", path });
    }
    rmSync(folder, { recursive: true });
  },
);

const FILE = "run/wasi-net/interfaces";

function readFile(rig: Rig): { errno: number; text: string } {
  rig.bytes.write(FILE, 2048);
  const errno = rig.call("path_open", 3, 1, 2048, FILE.length, 0, 2n, 0n, 0, 1200);
  if (errno !== 0) return { errno, text: "" };
  rig.words(1400, 10_000, 50_000);
  must(rig.call("fd_read", rig.u32(1200), 1400, 1, 1204));
  return { errno, text: rig.bytes.toString("latin1", 10_000, 10_000 + rig.u32(1204)) };
}

test("without leave a guest finds no interfaces", async () => {
  using rig = await Rig.open({ net: allow.listen().dial().unix().raw() });
  assert.is.not(readFile(rig).errno, 0);
});

test("the file of interfaces agrees with Node's list and the kernel's files", async () => {
  using rig = await Rig.open({ net: allow.interfaces() });
  const { errno, text } = readFile(rig);
  assert.is(errno, 0);
  assert.ok(text.endsWith("\n"));
  const lines = text
    .slice(0, -1)
    .split("\n")
    .map((line) => line.split("\t"));
  assert.ok(lines.every((fields) => fields.length === 7));
  const indexes = lines.map(([index]) => Number(index));
  assert.equal(
    indexes,
    [...indexes].sort((a, b) => a - b),
  );
  for (const [index, name, mtu, flags, hardware, addresses] of lines) {
    const sys = (file: string): string => sysfs(name!, file);
    assert.equal([index, mtu], [sys("ifindex"), sys("mtu")]);
    assert.is((Number(flags) & 1) !== 0, (Number(sys("flags")) & 1) !== 0, "up");
    const nodes = networkInterfaces()[name!];
    if (nodes === undefined) continue;
    assert.equal(addresses!.split(" ").sort(), nodes.map(({ cidr }) => cidr!).sort());
    assert.is(hardware, nodes[0]!.mac === "00:00:00:00:00:00" ? "" : nodes[0]!.mac);
  }
  const lo = lines.find(([, name]) => name === "lo")!;
  assert.is(Number(lo[3]) & 4, 4, "loopback");
  assert.ok(lo[6]!.split(" ").includes("224.0.0.1"), lo[6]);
});

function sysfs(name: string, file: string): string {
  return execFileSync("cat", [`/sys/class/net/${name}/${file}`])
    .toString()
    .trim();
}

test.run();
