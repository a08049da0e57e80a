/**
 * Laws of addresses, for any address: no Go is needed to know them. The same cases on every run;
 * `SEED=n` gives others.
 */
import * as assert from "node:assert/strict";
import fc from "fast-check";
import { suite } from "../harness.ts";
import { type Answer, guest } from "../vectors/guest.ts";

fc.configureGlobal({ seed: Number(process.env["SEED"] ?? 1), numRuns: 300 });
const answer = await guest();

/** What a function answers. */
function ask(fn: string, ...args: (string | number)[]): Answer {
  return answer([{ fn, in: args }])[0] ?? {};
}

/** What it answers where there must be no error. */
function out<T = string>(fn: string, ...args: (string | number)[]): T {
  const { out, err } = ask(fn, ...args);
  assert.equal(err, undefined, `${fn} ${JSON.stringify(args)}`);
  assert.notEqual(out, undefined);
  return out as T;
}

interface Parsed {
  readonly str: string;
  readonly hex: string;
  readonly next: string;
  readonly prev: string;
  readonly unmap: string;
  readonly exp: string;
  readonly kind: string;
}
interface ParsedPrefix {
  readonly str: string;
  readonly masked: string;
  readonly bits: number;
}

// Few different values, so that equal, neighbouring and nested ones come up.
const group = fc.oneof(fc.constantFrom(0, 1, 0xffff), fc.integer({ min: 0, max: 0xffff }));
const octet = fc.oneof(fc.constantFrom(0, 1, 10, 127, 255), fc.integer({ min: 0, max: 255 }));
const ipv4 = fc.array(octet, { minLength: 4, maxLength: 4 }).map((octets) => octets.join("."));
const expanded = fc
  .array(group, { minLength: 8, maxLength: 8 })
  .map((groups) => groups.map((n) => n.toString(16)).join(":"));
const plain = fc.oneof(
  ipv4,
  expanded,
  fc.ipV6(),
  ipv4.map((text) => `::ffff:${text}`),
);
const zone = fc.oneof(
  fc.constantFrom("eth0", "1", "é", "%"),
  fc.string({ minLength: 1, unit: "grapheme" }),
);
const zoned = fc.tuple(fc.oneof(expanded, fc.ipV6()), zone).map(([ip, name]) => `${ip}%${name}`);
const addr = fc.oneof(plain, plain, zoned);
const port = fc.integer({ min: 0, max: 65535 });
const addrPort = fc
  .tuple(addr, port)
  .map(([ip, n]) => (ip.includes(":") ? `[${ip}]:${n}` : `${ip}:${n}`));
const prefix = fc
  .tuple(plain, fc.nat())
  .map(([ip, n]) => `${ip}/${n % (ip.includes(":") ? 129 : 33)}`);
/** Anything that might be taken for an address. */
const text = fc.string({ unit: fc.constantFrom(..."0123456789abcfF.:.:/%[]- é\0"), maxLength: 24 });

const test = suite("properties");

const kinds = [
  { name: "Addr", value: addr },
  { name: "AddrPort", value: addrPort },
  { name: "Prefix", value: prefix },
];

test.table("reading what was written", kinds, ({ name, value }) => {
  check([value], (it) => {
    const { str } = out<Parsed>(`netip.Parse${name}`, it);
    assert.deepEqual(ask(`netip.Parse${name}`, str), ask(`netip.Parse${name}`, it));
  });
});

test.table("bytes and back", kinds, ({ name, value }) => {
  check([value], (it) => {
    const { str } = out<Parsed>(`netip.Parse${name}`, it);
    const bytes = out(`netip.${name}.MarshalBinary`, it);
    assert.equal(out(`netip.${name}.UnmarshalBinary`, bytes), str);
    const written = out<{ str: string; text: string }>(`netip.${name}.UnmarshalText`, it);
    assert.equal(written.str, str);
    assert.equal(written.text, str);
  });
});

test.table("a text is refused, or reads as a value whose text reads the same", kinds, (kind) => {
  check([text], (it) => {
    const first = ask(`netip.Parse${kind.name}`, it);
    if (first.err !== undefined) return;
    const { str } = first.out as Parsed;
    assert.deepEqual(ask(`netip.Parse${kind.name}`, str), first);
  });
});

test("the expanded form is the same address", () => {
  check([addr], (it) => {
    const parsed = out<Parsed>("netip.ParseAddr", it);
    const again = out<Parsed>("netip.ParseAddr", parsed.exp);
    assert.equal(again.str, parsed.str);
    assert.equal(again.hex, parsed.hex);
  });
});

test("next and prev undo each other", () => {
  check([addr], (it) => {
    const { str, next, prev } = out<Parsed>("netip.ParseAddr", it);
    if (next !== "invalid IP") assert.equal(out<Parsed>("netip.ParseAddr", next).prev, str);
    if (prev !== "invalid IP") assert.equal(out<Parsed>("netip.ParseAddr", prev).next, str);
  });
});

test("parseIP and parseAddr agree", () => {
  check([fc.oneof(addr, text)], (it) => {
    const ip = ask("net.ParseIP", it).out as { hex: string } | null;
    const parsed = ask("netip.ParseAddr", it).out as (Parsed & { zone?: string }) | undefined;
    assert.equal(ip?.hex, parsed?.zone === undefined ? parsed?.hex : undefined);
  });
});

interface Order {
  readonly cmp: number;
  readonly less: boolean;
  readonly eq: boolean;
}
const compare = (x: string, y: string): number => out<Order>("netip.Addr.Compare", x, y).cmp;

const orders = [
  { name: "Addr", value: addr, compare },
  {
    name: "AddrPort",
    value: addrPort,
    compare: (x: string, y: string) => out<number>("netip.AddrPort.Compare", x, y),
  },
  {
    name: "Prefix",
    value: prefix,
    compare: (x: string, y: string) => out<number>("netip.Prefix.Compare", x, y),
  },
];

test.table("order", orders, ({ name, value, compare }) => {
  check([value, value, value], (x, y, z) => {
    const str = (it: string): string => out<Parsed>(`netip.Parse${name}`, it).str;
    assert.equal(compare(x, x), 0);
    assert.equal(compare(x, y), 0 - compare(y, x) || 0);
    assert.equal(compare(x, y) === 0, str(x) === str(y));
    const [a, b, c] = [x, y, z].sort(compare) as [string, string, string];
    assert.ok(compare(a, b) <= 0 && compare(b, c) <= 0 && compare(a, c) <= 0);
  });
});

test("less and == are those of compare", () => {
  check([addr, addr], (x, y) => {
    const { cmp, less, eq } = out<Order>("netip.Addr.Compare", x, y);
    assert.deepEqual([less, eq], [cmp < 0, cmp === 0]);
    assert.equal(out<Order>("netip.Addr.Compare", x, x).eq, true);
  });
});

const contains = (p: string, ip: string): boolean => out<boolean>("netip.Prefix.Contains", p, ip);
const overlaps = (p: string, q: string): boolean => out<boolean>("netip.Prefix.Overlaps", p, q);
const addrOf = (p: string): string => p.slice(0, p.indexOf("/"));

test("a network contains the addresses whose first bits are its own", () => {
  check([prefix, plain], (p, ip) => {
    const { masked, bits } = out<ParsedPrefix>("netip.ParsePrefix", p);
    assert.ok(contains(p, addrOf(p)) && contains(p, addrOf(masked)) && contains(masked, addrOf(p)));
    assert.equal(contains(p, ip), contains(masked, ip));
    assert.equal(contains(p, ip), ask("netip.Addr.Prefix", ip, bits).out === masked);
  });
});

test("networks overlap where one contains the other's address", () => {
  check([prefix, prefix], (p, q) => {
    assert.equal(overlaps(p, q), contains(p, addrOf(q)) || contains(q, addrOf(p)));
    assert.equal(overlaps(p, q), overlaps(q, p));
    assert.ok(overlaps(p, p));
  });
});

test("splitHostPort undoes joinHostPort", () => {
  const part = fc.string({ unit: fc.constantFrom(..."ab0.%é /-"), maxLength: 8 });
  const host = fc.oneof(part, addr).filter((it) => !/[[\]]/.test(it));
  check([host, part], (host, port) => {
    const joined = out("net.JoinHostPort", host, port);
    assert.deepEqual(out<string[]>("net.SplitHostPort", joined), [host, port]);
  });
});

test("hardware addresses", () => {
  const bytes = fc
    .constantFrom(6, 8, 20)
    .chain((n) => fc.uint8Array({ minLength: n, maxLength: n }));
  check([bytes], (bytes) => {
    const hex = Buffer.from(bytes).toString("hex");
    const text = out("net.HardwareAddr.String", hex);
    assert.deepEqual(out("net.ParseMAC", text), { str: text, hex });
    assert.deepEqual(out("net.ParseMAC", text.replaceAll(":", "-")), { str: text, hex });
  });
});

test.run();

/** Holds a law against many values. */
function check<T extends [unknown, ...unknown[]]>(
  values: { [K in keyof T]: fc.Arbitrary<T[K]> },
  law: (...values: T) => void,
): void {
  fc.assert(fc.property<T>(...values, law));
}
