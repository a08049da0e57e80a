import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as net from "../../host/net/index.ts";
import { suite } from "../harness.ts";
import { decodeBytes } from "../vectors/bytes.ts";
import type { Vector } from "../vectors/row.ts";

const vectors = readFileSync(new URL("../vectors/go-net.jsonl", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Vector);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

interface Reader {
  readonly name: string;
  readonly many: (texts: readonly string[]) => readonly unknown[];
  readonly one: (text: string) => unknown;
  /** What Go's vector says of a value. */
  readonly out: (value: never) => unknown;
}

function flags(addr: net.Addr): string[] {
  return Object.entries(addr)
    .filter(([name, value]) => name.startsWith("is") && value === true)
    .map(([name]) => `I${name.slice(1)}`)
    .sort();
}

const readers: Reader[] = [
  {
    name: "netip.ParseAddr",
    many: net.parseAddrs,
    one: net.parseAddr,
    out: (v: net.Addr) => ({ str: v.text, zone: v.zone, hex: hex(v.bytes).padStart(32, "0") }),
  },
  {
    name: "netip.ParseAddrPort",
    many: net.parseAddrPorts,
    one: net.parseAddrPort,
    out: (v: net.AddrPort) => ({ str: v.text, addr: v.addr.text, port: v.port }),
  },
  {
    name: "netip.ParsePrefix",
    many: net.parsePrefixes,
    one: net.parsePrefix,
    out: (v: net.Prefix) => ({
      str: v.text,
      addr: v.addr.text,
      bits: v.bits,
      masked: v.masked,
      single: v.bits === v.addr.bytes.length * 8,
    }),
  },
  {
    name: "net.ParseCIDR",
    many: net.parseCIDRs,
    one: net.parseCIDR,
    out: (v: net.CIDR) => ({
      ip: v.ip.text,
      iplen: 16,
      net: v.network.text,
      netip: hex(v.network.ip),
      ones: v.network.ones,
      bits: v.network.mask.length * 8,
    }),
  },
  {
    name: "net.ParseMAC",
    many: net.parseMACs,
    one: net.parseMAC,
    out: (v: net.HardwareAddr) => ({ str: v.text, hex: hex(v.bytes) }),
  },
  {
    name: "net.SplitHostPort",
    many: net.splitHostPorts,
    one: net.splitHostPort,
    out: (v: net.HostPort) => [v.host, v.port],
  },
];

const test = suite("wasi-net/net");

test.table("as Go answers", readers, ({ name, many, one, out }) => {
  const rows = vectors.filter((vector) => vector.fn === name && !vector.b64);
  const texts = rows.map((row) => String(row.in[0]));
  assert.ok(rows.length > 100);
  many(texts).forEach((value, i) => {
    const row = rows[i] as Vector;
    const text = texts[i] as string;
    if (value instanceof net.ParseError) {
      assert.equal(value.message, row.err, text);
      assert.equal(value.input, text);
      assert.throws(() => one(text), { name: "ParseError", code: value.code, message: row.err });
      return;
    }
    assert.equal(row.err, undefined, text);
    assert.deepEqual(one(text), value);
    assert.deepEqual(out(value as never), wanted(row));
  });
});

/** The members of a vector's result that the library has too. */
function wanted({ fn, out }: Vector): unknown {
  if (fn !== "netip.ParseAddr") return out;
  const { str, zone = "", hex, kind } = out as Record<string, string>;
  const bytes = kind === "4" ? hex?.slice(24).padStart(32, "0") : hex;
  return { str, zone, hex: bytes };
}

test("predicates", () => {
  for (const { fn, in: inputs, out, b64 } of vectors) {
    if (fn !== "netip.ParseAddr" || out === undefined || b64) continue;
    const { is } = out as { is?: string[] };
    if (is !== undefined) assert.deepEqual(flags(net.parseAddr(String(inputs[0]))), is.sort());
  }
});

test("joinHostPort", () => {
  for (const { fn, in: inputs, out, b64 } of vectors) {
    if (fn !== "net.JoinHostPort" || b64) continue;
    assert.equal(net.joinHostPort(String(inputs[0]), String(inputs[1])), out);
  }
});

test("a list longer than a part keeps its order", () => {
  const texts = Array.from({ length: 10_000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
  const addrs = net.parseAddrs([...texts, "x"]);
  assert.deepEqual(
    addrs.slice(0, -1).map((addr) => (addr as net.Addr).text),
    texts,
  );
  assert.ok(addrs[10_000] instanceof net.ParseError);
});

test("a byte that is no UTF-8 is quoted as one", () => {
  const text = decodeBytes(Uint8Array.of(0x31, 0xff));
  const err = { code: "WASI_NET_PARSE_ADDR", message: 'ParseAddr("1\\xff"): unable to parse IP' };
  assert.throws(() => net.parseAddr(text), err);
});

test("a long text is quoted in time that grows with its length", () => {
  // Were it with the square, this would take ten seconds or more, not a tenth of one.
  const units = 1 << 18;
  const message = `ParseAddr("${"\\x01".repeat(units)}"): unable to parse IP`;
  const start = performance.now();
  assert.throws(() => net.parseAddr("\u0001".repeat(units)), { message });
  assert.ok(performance.now() - start < 5000);
});

/** What plain JavaScript may hand in; TypeScript would not let it through. */
const noTexts = [
  { given: 5, shown: "5" },
  { given: undefined, shown: "undefined" },
  { given: null, shown: "null" },
  { given: Number.NaN, shown: "NaN" },
  { given: 10n, shown: "10" },
  { given: Symbol("x"), shown: "Symbol(x)" },
  { given: ["10.0.0.1"], shown: "an array" },
  { given: Object.create(null), shown: "an object" },
  { given: new String("10.0.0.1"), shown: "an object" },
  { given: () => "10.0.0.1", shown: "a function" },
].map((row) => ({ name: row.shown, ...row }));

test.table("no text is", noTexts, ({ given, shown }) => {
  for (const { one, many } of readers) {
    fails(() => one(given as string), `text: want a string, got ${shown}`);
    const texts = ["10.0.0.1", given as string];
    fails(() => many(texts), `texts[1]: want a string, got ${shown}`);
  }
  fails(() => net.joinHostPort(given as string, 80), `host: want a string, got ${shown}`);
});

const noLists = [
  { given: "10.0.0.1", shown: '"10.0.0.1"' },
  { given: undefined, shown: "undefined" },
  { given: 1, shown: "1" },
  { given: new Set(["10.0.0.1"]), shown: "an object" },
  { given: { length: 1, 0: "10.0.0.1" }, shown: "an object" },
  { given: "1".repeat(1000), shown: `"${"1".repeat(79)}…` },
].map((row) => ({ name: row.shown, ...row }));

test.table("no list is", noLists, ({ given, shown }) => {
  for (const { many } of readers) {
    fails(
      () => many(given as unknown as string[]),
      `texts: want an array of strings, got ${shown}`,
    );
  }
});

test("a list with a hole has no text there", () => {
  fails(() => net.parseAddrs(new Array(1)), "texts[0]: want a string, got undefined");
});

test("what comes late in a long list is seen before anything is read", () => {
  const texts: unknown[] = [...Array.from({ length: 5000 }, () => "10.0.0.1"), 5];
  fails(() => net.parseAddrs(texts as string[]), "texts[5000]: want a string, got 5");
});

const noPorts = [Number.NaN, -1, 1.5, 65536, undefined, null, ["80"]].map((given) => ({
  name: String(given),
  given,
}));

test.table("no port is", noPorts, ({ given }) => {
  const want = "port: want a string, or a number from 0 to 65535, got ";
  const shown = Array.isArray(given) ? "an array" : given;
  fails(() => net.joinHostPort("::1", given as number), `${want}${shown}`);
});

test("ports are", () => {
  const joined = [0, 65535, "http", ""].map((port) => net.joinHostPort("::1", port));
  assert.deepEqual(joined, ["[::1]:0", "[::1]:65535", "[::1]:http", "[::1]:"]);
});

function fails(call: () => unknown, message: string): void {
  assert.throws(call, { name: "ArgumentError", code: "WASI_NET_BAD_ARGUMENT", message });
  assert.throws(call, TypeError);
}

test("no texts", () => assert.deepEqual(net.parseAddrs([]), []));

test.run();
