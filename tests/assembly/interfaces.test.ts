/** Network interfaces: tables that a host could write, and what the guest makes of them. */
import * as assert from "node:assert/strict";
import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { MODES, run } from "./support/checks.ts";

const test = suite("interfaces");
const wasm = await buildGuest("tests/guests/interfaces/main.ts");

const LO = "1\tlo\t65536\t37\t\t127.0.0.1/8 ::1/128\t224.0.0.1 ff02::1 ff01::1\n";
const ETH0 =
  "2\teth0\t1500\t51\t02:42:ac:11:00:02\t192.0.2.1/24 fe80::42:acff:fe11:2/64\t224.0.0.1\n";
const TUN = "31\ttun7\t0\t0\t\t\t\n";

/** lines are those of the guest's answer that begin with one of the words. */
async function lines(table: string, words: readonly string[], zones: string[] = []) {
  const { code, stdout, stderr } = await run(wasm, "cooperative", table, ...zones);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  const all = stdout.slice(0, -1).split("\n");
  return all.filter((line) => words.some((word) => line.startsWith(word)));
}

test("everything of a table", async () => {
  assert.deepEqual(await lines(LO + ETH0, [""]), [
    '1 lo 65536 up|loopback|running ""',
    "lo addrs: ip+net 127.0.0.1/8 ip+net ::1/128",
    "lo groups: ip 224.0.0.1 ip ff02::1 ip ff01::1",
    "lo by name: 1 lo",
    "lo by index: 1 lo",
    '2 eth0 1500 up|broadcast|multicast|running "02:42:ac:11:00:02"',
    "eth0 addrs: ip+net 192.0.2.1/24 ip+net fe80::42:acff:fe11:2/64",
    "eth0 groups: ip 224.0.0.1",
    "eth0 by name: 2 eth0",
    "eth0 by index: 2 eth0",
    "interfaces: nil",
    "addrs: ip+net 127.0.0.1/8 ip+net 192.0.2.1/24 ip+net ::1/128 ip+net fe80::42:acff:fe11:2/64",
    "index -1: OpError route ip+net: invalid network interface index",
    "index 0: OpError route ip+net: invalid network interface index",
    "index 99999999: OpError route ip+net: no such network interface",
    "name: OpError route ip+net: invalid network interface name",
    "name nosuch0: OpError route ip+net: no such network interface",
  ]);
});

test.table(
  "a row",
  [
    { name: "with nothing", row: TUN, want: ['31 tun7 0 0 ""', "tun7 addrs: ", "tun7 groups: "] },
    {
      name: "with a long hardware address",
      row: "4\tib0\t65520\t0\t80:00:02:08:fe:80:00:00:00:00:00:00:00:02:c9:03:00:00:00:01\t\t\n",
      want: ['4 ib0 65520 0 "80:00:02:08:fe:80:00:00:00:00:00:00:00:02:c9:03:00:00:00:01"'],
    },
    {
      name: "with a short hardware address",
      row: "5\tax0\t256\t63\t0A:00\t\t\n",
      want: ['5 ax0 256 up|broadcast|loopback|pointtopoint|multicast|running "0a:00"'],
    },
    {
      name: "without an end of line",
      row: TUN.slice(0, -1),
      want: ['31 tun7 0 0 ""'],
    },
    {
      name: "of an interface that is named like a number",
      row: "6\t1500\t1500\t1\t\t198.51.100.7/32\t\n",
      want: ['6 1500 1500 up ""', "1500 addrs: ip+net 198.51.100.7/32", "1500 by name: 6 1500"],
    },
    {
      name: "with the largest numbers",
      row: "2147483647\tx\t2147483647\t0\t\t\t\n",
      want: ['2147483647 x 2147483647 0 ""', "x by index: 2147483647 x"],
    },
  ],
  async ({ row, want }) => {
    const got = await lines(row, [""]);
    assert.deepEqual(
      want.filter((line) => !got.includes(line)),
      [],
    );
  },
);

test("a table without rows", async () => {
  assert.deepEqual(await lines("", ["interfaces", "addrs"]), ["interfaces: nil", "addrs: "]);
});

const BROKEN = "OpError route ip+net: parsenetlinkmessage: invalid argument";
test.table(
  "refused",
  [
    { name: "too few fields", row: "1\tlo\t65536\t37\t\t127.0.0.1/8\n" },
    { name: "too many fields", row: `${TUN.trimEnd()}\t\t\t\t\n` },
    { name: "no index", row: "\tlo\t65536\t37\t\t\t\n" },
    { name: "index 0", row: "0\tlo\t65536\t37\t\t\t\n" },
    { name: "index too large", row: "2147483648\tlo\t65536\t37\t\t\t\n" },
    { name: "mtu with a sign", row: "1\tlo\t-1\t37\t\t\t\n" },
    { name: "flags in words", row: "1\tlo\t1\tup\t\t\t\n" },
    { name: "hardware address with half a byte", row: "1\tlo\t1\t1\t00:1\t\t\n" },
    { name: "hardware address with another letter", row: "1\tlo\t1\t1\t00:1g\t\t\n" },
    { name: "hardware address with another separator", row: "1\tlo\t1\t1\t00-11\t\t\n" },
    { name: "address without a length", row: "1\tlo\t1\t1\t\t127.0.0.1\t\n" },
    { name: "group with a length", row: "1\tlo\t1\t1\t\t\t224.0.0.1/32\n" },
  ],
  async ({ row }) => {
    assert.deepEqual(await lines(LO + row, ["interfaces", "addrs", "name nosuch0"]), [
      `interfaces: ${BROKEN}`,
      `addrs: ${BROKEN}`,
      `name nosuch0: ${BROKEN}`,
    ]);
  },
);

test.table(
  "zone",
  [
    { name: "a name", zone: "eth0", want: "2 eth0" },
    { name: "the last one", zone: "tun7", want: "31 tun7" },
    { name: "an index that is there", zone: "2", want: "2 eth0" },
    { name: "an index that is not there", zone: "77", want: "77 77" },
    { name: "digits and more", zone: "1eth", want: "1 lo" },
    { name: "a name that is not there", zone: "eth1", want: "0 " },
    { name: "part of a name", zone: "eth", want: "0 " },
    { name: "text of another field", zone: "1500", want: "1500 1500" },
    { name: "none", zone: "", want: "0 " },
  ],
  async ({ zone, want }) => {
    assert.deepEqual(await lines(LO + ETH0 + TUN, ["zone"], [zone]), [`zone ${zone}: ${want}`]);
  },
);

test.table(
  "zones in a table that is broken",
  [
    { name: "no field", table: "\n\n1" },
    { name: "one field and no end", table: "1\t" },
    { name: "no end", table: "2\teth0" },
  ],
  async ({ table }) => {
    const index = table.includes("eth0") ? 2 : 0;
    const [line] = await lines(table, ["zone"], ["eth0"]);
    assert.equal(line, `zone eth0: ${index} ${index > 0 ? "eth0" : ""}`);
  },
);

for (const mode of MODES) {
  test(`${mode}: a host that shows none refuses`, async () => {
    const { stdout } = await run(wasm, mode);
    const refused = "OpError route ip+net: netlinkrib: permission denied";
    assert.deepEqual(stdout.slice(0, -1).split("\n"), [
      `interfaces: ${refused}`,
      `addrs: ${refused}`,
      "index -1: OpError route ip+net: invalid network interface index",
      "index 0: OpError route ip+net: invalid network interface index",
      `index 99999999: ${refused}`,
      "name: OpError route ip+net: invalid network interface name",
      `name nosuch0: ${refused}`,
    ]);
  });
}

test.run();
