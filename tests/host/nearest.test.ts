import * as assert from "uvu/assert";
import { withNearest } from "../../host/nearest.ts";
import { fromLinux } from "../../host/os/linux/errno.ts";
import { LinuxSystem } from "../../host/os/linux/system.ts";
import type { System } from "../../host/system.ts";
import { overlay } from "../faults/overlay.ts";
import { suite } from "../harness.ts";
import { EINPROGRESS } from "./support/abi.ts";
import { must, Rig } from "./support/rig.ts";

const test = suite("nearest");

const SOL_SOCKET = 0;
const SO_ERROR = 2;

/** Errors that WASI has no number for: Linux's number, the ABI's, and WASI's nearest. */
const BEYOND = [
  { name: "ESOCKTNOSUPPORT", linux: 94, errno: 77, nearest: 58 },
  { name: "EPFNOSUPPORT", linux: 96, errno: 78, nearest: 5 },
  { name: "ESHUTDOWN", linux: 108, errno: 79, nearest: 64 },
  { name: "ETOOMANYREFS", linux: 109, errno: 80, nearest: 33 },
  { name: "EHOSTDOWN", linux: 112, errno: 81, nearest: 23 },
] as const;

const OTHERS = [
  { name: "WASI's last", linux: undefined, errno: 76, nearest: 76 },
  { name: "EPIPE", linux: 32, errno: 64, nearest: 64 },
] as const;

const CALLS = Object.getOwnPropertyNames(LinuxSystem.prototype).filter((n) => n !== "constructor");

test.table("every call of a System that fails with", [...BEYOND, ...OTHERS], (row) => {
  const { linux, errno, nearest } = row;
  if (linux !== undefined) assert.is(fromLinux(linux), errno);
  const failing = Object.fromEntries(CALLS.map((call) => [call, () => -errno]));
  const narrow = withNearest(overlay(new LinuxSystem(), failing));
  for (const call of CALLS) {
    assert.is((narrow as unknown as Record<string, () => number>)[call]!(), -nearest, call);
  }
});

test("what is no error stays", () => {
  const system = new LinuxSystem();
  const narrow = withNearest(overlay(system, { socket: () => 79 }));
  assert.is(narrow.socket(1, 2, 0), 79);
  assert.equal(narrow.interfaces(), system.interfaces());
  assert.is(narrow.truncated, false);
  system.truncated = true;
  assert.is(narrow.truncated, true);
});

test("of options only SO_ERROR is an errno", () => {
  const value = new Uint8Array(4);
  const answering: Partial<System> = {
    getsockopt(_handle, _level, _name, value) {
      value.set([81, 0, 0, 0]);
      return 4;
    },
  };
  const narrow = withNearest(overlay(new LinuxSystem(), answering));
  const read = (level: number, name: number): number => {
    assert.is(narrow.getsockopt(3, level, name, value), 4);
    return value[0]!;
  };
  assert.equal([read(SOL_SOCKET, SO_ERROR), read(SOL_SOCKET, 5), read(6, SO_ERROR)], [23, 81, 81]);
});

/** What a guest does on a socket, and the call of tests/faults/ordered.ts that fails then. */
const DEEDS = [
  { deed: "sock_open", order: 1, run: (rig: Rig) => rig.call("sock_open", 1, 2, 1200) },
  { deed: "sock_connect", order: 5, run: (rig: Rig, fd: number) => rig.connect(fd, 9) },
  { deed: "sock_send", order: 7, run: (rig: Rig, fd: number) => rig.send(fd, "x") },
  { deed: "sock_recv", order: 6, run: (rig: Rig, fd: number) => rig.recv(fd).errno },
  { deed: "sock_recv_from", order: 10, run: (rig: Rig, fd: number) => rig.recvFrom(fd).errno },
  { deed: "fd_write", order: 7, run: write },
  { deed: "SENDMSG", order: 15, run: sendMessage },
  { deed: "SO_ERROR", order: 17, run: (rig: Rig, fd: number) => rig.option(fd, 0, SO_ERROR) },
  { deed: "sock_connect that waited", order: 17, run: connectAndWait },
];

const GUESTS = [
  { guest: "attached", attached: true },
  { guest: "not attached", attached: false },
];

test.table(
  "a guest is told",
  DEEDS.flatMap((deed) =>
    GUESTS.map((guest) => ({ name: `of ${deed.deed}, ${guest.guest}`, ...deed, ...guest })),
  ),
  async ({ order, run, attached }) => {
    using rig = await Rig.open({ attached, decoration: ORDERED });
    const fd = rig.socket();
    for (const { name, errno, nearest } of BEYOND) {
      fail(rig, order, errno);
      assert.is(run(rig, fd), attached ? errno : nearest, name);
    }
  },
);

test.run();

/** fail has a call fail once. */
function fail(rig: Rig, order: number, errno: number): void {
  const control = rig.socket();
  rig.words(2000, errno | (1 << 8));
  must(rig.call("sock_setsockopt", control, 999, order, 2000, 4));
  must(rig.call("fd_close", control));
}

function write(rig: Rig, fd: number): number {
  rig.words(1400, 2048, 1);
  return rig.call("fd_write", fd, 1400, 1, 1200);
}

function sendMessage(rig: Rig, fd: number): number {
  rig.words(1400, 2048, 1, 0, 0);
  rig.words(1500, 1400, 1, 0, 1408, 0, 0, 1200);
  return rig.call("sock_setsockopt", fd, 256, 3, 1500, 28);
}

/** connectAndWait lets the attempt go on for a moment: how it went is SO_ERROR. */
function connectAndWait(rig: Rig, fd: number): number {
  fail(rig, 5, EINPROGRESS);
  return rig.connect(fd, 9);
}

/** ORDERED is the System that fails when it is told. */
const ORDERED = {
  module: new URL("../faults/ordered.ts", import.meta.url).href,
  argument: "",
} as const;
