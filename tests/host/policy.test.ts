import { BlockList, isIP } from "node:net";
import * as assert from "uvu/assert";
import { Endpoint } from "../../host/endpoint.ts";
import { allow } from "../../host/index.ts";
import { suite } from "../harness.ts";

const test = suite("policy");

test.table(
  "the flag of a denied raw socket allows it:",
  [
    { name: "a protocol with a name", protocol: 58, to: undefined, flag: "--allow-raw=ipv6-icmp" },
    { name: "one without", protocol: 89, to: undefined, flag: "--allow-raw=89" },
    { name: "an address", protocol: 1, to: "10.0.0.1", flag: "--allow-raw=icmp:10.0.0.1" },
    { name: "IPv6", protocol: 58, to: "fe80::1", flag: "--allow-raw=ipv6-icmp:[fe80::1]" },
    { name: "every address", protocol: 1, to: "0.0.0.0", flag: "--allow-raw=icmp" },
  ],
  ({ protocol, to, flag }) => {
    const judge = (policy: typeof allow) =>
      to === undefined
        ? policy.judgeRaw(protocol)
        : policy.judgeRawAddress("listen", protocol, endpoint(to, 0));
    assert.equal(judge(allow), {
      verb: "raw",
      address: to ?? "",
      port: 0,
      protocol,
      flag,
      forbidden: false,
    });
    const rule = flag.replace(/^.*?=/, "");
    assert.is(judge(allow.raw(rule)), undefined);
    assert.is(judge(allow.raw().denyRaw(rule))?.flag, `--deny-raw=${rule}`);
    assert.is(judge(allow.raw(`${protocol}`)), undefined, "by number");
  },
);

interface Row {
  readonly name: string;
  readonly verb?: "listen" | "dial";
  readonly rules: readonly string[];
  readonly deny?: readonly string[];
  readonly to: string;
  readonly port: number;
  readonly ok: boolean;
}

const rows: readonly Row[] = [
  { name: "the address and port", rules: ["1.2.3.4:80"], to: "1.2.3.4", port: 80, ok: true },
  { name: "another port", rules: ["1.2.3.4:80"], to: "1.2.3.4", port: 81, ok: false },
  { name: "another address", rules: ["1.2.3.4:80"], to: "1.2.3.5", port: 80, ok: false },
  { name: "any port", rules: ["1.2.3.4"], to: "1.2.3.4", port: 65535, ok: true },
  { name: "port 0 by any port", rules: ["1.2.3.4"], to: "1.2.3.4", port: 0, ok: true },
  { name: "port 0 by its name", rules: ["1.2.3.4:0"], to: "1.2.3.4", port: 0, ok: true },
  { name: "port 0 by another", rules: ["1.2.3.4:80"], to: "1.2.3.4", port: 0, ok: false },
  { name: "a range's first", rules: [":80-90"], to: "1.2.3.4", port: 80, ok: true },
  { name: "a range's last", rules: [":80-90"], to: "1.2.3.4", port: 90, ok: true },
  { name: "beyond a range", rules: [":80-90"], to: "1.2.3.4", port: 91, ok: false },
  { name: "a second rule", rules: ["1.2.3.4:80", ":90"], to: "9.9.9.9", port: 90, ok: true },
  { name: "a network", rules: ["10.0.0.0/8:443"], to: "10.255.255.255", port: 443, ok: true },
  { name: "beside a network", rules: ["10.0.0.0/8:443"], to: "11.0.0.0", port: 443, ok: false },
  {
    name: "a network whose bits are set",
    rules: ["10.1.2.3/8"],
    to: "10.9.9.9",
    port: 1,
    ok: true,
  },
  { name: "IPv6", rules: ["[2001:db8::1]:80"], to: "2001:db8::1", port: 80, ok: true },
  { name: "IPv6 without brackets", rules: ["2001:db8::1"], to: "2001:db8::1", port: 80, ok: true },
  { name: "IPv6 written at length", rules: ["[0:0:0:0:0:0:0:1]"], to: "::1", port: 80, ok: true },
  { name: "an IPv6 network", rules: ["[fd00::/8]:443"], to: "fdff::1", port: 443, ok: true },
  {
    name: "beside an IPv6 network",
    rules: ["[fd00::/8]:443"],
    to: "fe00::1",
    port: 443,
    ok: false,
  },
  { name: "an IPv6 network, bare", rules: ["fd00::/8"], to: "fd00::9", port: 4, ok: true },
  { name: "any address, IPv6", rules: [":80"], to: "2001:db8::1", port: 80, ok: true },
  { name: "a star", rules: ["*:80"], to: "1.2.3.4", port: 80, ok: true },
  { name: "a star alone", rules: ["*"], to: "1.2.3.4", port: 9, ok: true },
  { name: "0.0.0.0 for any address", rules: ["0.0.0.0:80"], to: "::1", port: 80, ok: true },
  { name: "[::] for any address", rules: ["[::]:80"], to: "1.2.3.4", port: 80, ok: true },
  { name: "localhost, IPv4", rules: ["localhost:80"], to: "127.0.0.1", port: 80, ok: true },
  { name: "localhost, IPv6", rules: ["localhost:80"], to: "::1", port: 80, ok: true },
  {
    name: "localhost is two addresses",
    rules: ["localhost"],
    to: "127.0.0.2",
    port: 80,
    ok: false,
  },
  {
    name: "a mapped address is IPv4",
    rules: ["1.2.3.4:80"],
    to: "::ffff:1.2.3.4",
    port: 80,
    ok: true,
  },
  {
    name: "a mapped address is not IPv6",
    rules: ["[::/0]"],
    to: "::ffff:1.2.3.4",
    port: 80,
    ok: false,
  },
  {
    name: "denied by address",
    rules: ["*"],
    deny: ["1.2.3.4"],
    to: "1.2.3.4",
    port: 80,
    ok: false,
  },
  {
    name: "denied when mapped",
    rules: ["*"],
    deny: ["1.2.3.4"],
    to: "::ffff:1.2.3.4",
    port: 80,
    ok: false,
  },
  {
    name: "beside what is denied",
    rules: ["*"],
    deny: ["1.2.3.4:80"],
    to: "1.2.3.4",
    port: 81,
    ok: true,
  },
  {
    name: "everything denied",
    rules: ["1.2.3.4:80"],
    deny: ["*"],
    to: "1.2.3.4",
    port: 80,
    ok: false,
  },
  { name: "dialling 0.0.0.0 is loopback", rules: ["127.0.0.1"], to: "0.0.0.0", port: 80, ok: true },
  { name: "dialling :: is loopback", rules: ["[::1]"], to: "::", port: 80, ok: true },
  {
    name: "dialling a wildcard escapes no denial",
    rules: ["*"],
    deny: ["localhost"],
    to: "0.0.0.0",
    port: 80,
    ok: false,
  },
  {
    name: "dialling a mapped wildcard neither",
    rules: ["*"],
    deny: ["127.0.0.0/8"],
    to: "::ffff:0.0.0.0",
    port: 80,
    ok: false,
  },
  {
    name: "listening on a wildcard by any address",
    verb: "listen",
    rules: [":80"],
    to: "0.0.0.0",
    port: 80,
    ok: true,
  },
  {
    name: "listening on [::] by 0.0.0.0",
    verb: "listen",
    rules: ["0.0.0.0:80"],
    to: "::",
    port: 80,
    ok: true,
  },
  {
    name: "listening on a wildcard by one address",
    verb: "listen",
    rules: ["127.0.0.1:80"],
    to: "0.0.0.0",
    port: 80,
    ok: false,
  },
  {
    name: "listening on a wildcard by a network around 0",
    verb: "listen",
    rules: ["0.0.0.0/8:80"],
    to: "0.0.0.0",
    port: 80,
    ok: false,
  },
  {
    name: "listening on a wildcard by all of IPv4",
    verb: "listen",
    rules: ["0.0.0.0/0:80"],
    to: "0.0.0.0",
    port: 80,
    ok: true,
  },
  {
    name: "listening on [::] by all of IPv4",
    verb: "listen",
    rules: ["0.0.0.0/0:80"],
    to: "::",
    port: 80,
    ok: false,
  },
  {
    name: "listening on a wildcard with one address denied",
    verb: "listen",
    rules: ["*"],
    deny: ["10.0.0.1:80"],
    to: "0.0.0.0",
    port: 80,
    ok: false,
  },
  {
    name: "listening on a wildcard with another port denied",
    verb: "listen",
    rules: ["*"],
    deny: ["10.0.0.1:81"],
    to: "0.0.0.0",
    port: 80,
    ok: true,
  },
];

test.table("judge:", rows, ({ verb = "dial", rules, deny = [], to, port, ok }) => {
  let policy = verb === "dial" ? allow.dial(...rules) : allow.listen(...rules);
  if (deny.length > 0) {
    policy = verb === "dial" ? policy.denyDial(...deny) : policy.denyListen(...deny);
  }
  const denial = policy.judge(verb, endpoint(to, port));
  assert.is(denial === undefined, ok, JSON.stringify(denial));
  const other = verb === "dial" ? "listen" : "dial";
  assert.ok(policy.judge(other, endpoint(to, port)), "a verb allows no other");
});

test.table(
  "a denial names the flag",
  [
    {
      name: "for an address",
      verb: "dial",
      to: "1.2.3.4",
      port: 80,
      flag: "--allow-dial=1.2.3.4:80",
    },
    { name: "for IPv6", verb: "listen", to: "::1", port: 80, flag: "--allow-listen=[::1]:80" },
    { name: "for a wildcard", verb: "listen", to: "::", port: 0, flag: "--allow-listen=:0" },
    {
      name: "for a mapped one",
      verb: "dial",
      to: "::ffff:1.2.3.4",
      port: 8,
      flag: "--allow-dial=1.2.3.4:8",
    },
    {
      name: "for a dialled wildcard",
      verb: "dial",
      to: "0.0.0.0",
      port: 8,
      flag: "--allow-dial=127.0.0.1:8",
    },
  ] as const,
  ({ verb, to, port, flag }) => {
    const denial = allow.judge(verb, endpoint(to, port));
    assert.is(denial?.flag, flag);
    assert.is(denial?.forbidden, false);
    const rule = flag.replace(/^.*=/, "");
    const policy = verb === "dial" ? allow.dial(rule) : allow.listen(rule);
    assert.is(policy.judge(verb, endpoint(to, port)), undefined, "the flag does allow it");
  },
);

test("a denial by a denying rule names that rule", () => {
  const denial = allow.dial().denyDial("10.0.0.0/8").judge("dial", endpoint("10.1.1.1", 5));
  assert.equal(denial, {
    verb: "dial",
    address: "10.1.1.1",
    port: 5,
    flag: "--deny-dial=10.0.0.0/8",
    forbidden: true,
  });
});

test("a policy does not change", () => {
  allow.listen().dial();
  assert.ok(allow.judge("dial", endpoint("1.2.3.4", 80)));
});

/**
 * endpoint is made from text by Node's own reading, so that it is not our code that we compare
 * with.
 */
function endpoint(text: string, port: number): Endpoint {
  const at = new Endpoint().any(isIP(text) === 4 ? 1 : 2);
  at.port = port;
  if (isIP(text) === 4) at.bytes.set(text.split(".").map(Number));
  else at.bytes.set(bytes6(text));
  return at;
}

function bytes6(text: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  if (dotted) {
    const [a, b, c, d] = dotted.slice(2).map(Number) as [number, number, number, number];
    return bytes6(`${dotted[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`);
  }
  const [head = "", tail] = text.split("::");
  const words = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const left = words(head);
  const right = tail === undefined ? [] : words(tail);
  const middle = Array<number>(8 - left.length - right.length).fill(0);
  return [...left, ...middle, ...right].flatMap((word) => [word >> 8, word & 0xff]);
}

test.table(
  "an endpoint's text is",
  [
    "::",
    "::1",
    "2001:db8::1",
    "fe80::1:2:3",
    "::ffff:1.2.3.4",
    "1:2:3:4:5:6:7:8",
    "1::8",
    "127.0.0.1",
  ].map((name) => ({ name })),
  ({ name }) => {
    const { address } = endpoint(name, 0);
    const list = new BlockList();
    list.addAddress(name, isIP(name) === 4 ? "ipv4" : "ipv6");
    assert.ok(list.check(address, isIP(address) === 4 ? "ipv4" : "ipv6"), address);
    assert.is(address, name);
  },
);

test.run();
