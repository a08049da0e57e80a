/** The component, transpiled by jco and called from JavaScript, against what Go answers. */
import * as assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { transpile } from "@bytecodealliance/jco";
import { buildComponent } from "../../scripts/component.ts";
import { suite } from "../harness.ts";
import type { Vector } from "../vectors/row.ts";

type Ip = { readonly tag: "ipv4" | "ipv6"; readonly val: readonly number[] };
interface Addr {
  readonly text: string;
  readonly ip: Ip;
  readonly zone: string;
  readonly properties: Readonly<Record<string, boolean>>;
}
interface ParseError {
  readonly code: string;
  readonly message: string;
  readonly input: string;
}
type Result = { readonly tag: "ok" | "err"; readonly val: unknown };
type Parse = Record<string, (...args: unknown[]) => unknown>;

interface Reader {
  readonly name: string;
  readonly one: string;
  readonly many: string;
  readonly code: string;
  /** What of a value the vector of Go's says. */
  readonly out: (value: never) => unknown;
}

const readers: Reader[] = [
  {
    name: "netip.ParseAddr",
    one: "parseAddr",
    many: "parseAddrs",
    code: "addr",
    out: (v: Addr) => ({
      str: v.text,
      hex: v.ip.tag === "ipv4" ? `00000000000000000000ffff${hex(v.ip)}` : hex(v.ip),
      zone: v.zone,
      is: properties(v),
    }),
  },
  {
    name: "netip.ParseAddrPort",
    one: "parseAddrPort",
    many: "parseAddrPorts",
    code: "addr-port",
    out: (v: { text: string; addr: Addr; port: number }) => ({
      str: v.text,
      addr: v.addr.text,
      port: v.port,
    }),
  },
  {
    name: "netip.ParsePrefix",
    one: "parsePrefix",
    many: "parsePrefixes",
    code: "prefix",
    out: (v: { text: string; addr: Addr; bits: number; masked: string }) => ({
      str: v.text,
      addr: v.addr.text,
      bits: v.bits,
      masked: v.masked,
      single: v.bits === (v.addr.ip.tag === "ipv4" ? 32 : 128),
    }),
  },
  {
    name: "net.ParseCIDR",
    one: "parseCidr",
    many: "parseCidrs",
    code: "cidr",
    out: (v: { ip: Addr; network: { text: string; ip: Ip; mask: Ip; ones: number } }) => ({
      ip: v.ip.text,
      iplen: 16,
      net: v.network.text,
      netip: hex(v.network.ip),
      ones: v.network.ones,
      bits: v.network.mask.tag === "ipv4" ? 32 : 128,
    }),
  },
  {
    name: "net.ParseMAC",
    one: "parseMac",
    many: "parseMacs",
    code: "mac",
    out: (v: { text: string; bytes: Uint8Array }) => ({
      str: v.text,
      hex: Buffer.from(v.bytes).toString("hex"),
    }),
  },
  {
    name: "net.SplitHostPort",
    one: "splitHostPort",
    many: "splitHostPorts",
    code: "host-port",
    out: (v: { host: string; port: string }) => [v.host, v.port],
  },
];

const vectors = readFileSync(new URL("../vectors/go-net.jsonl", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Vector)
  // jco drops U+FEFF from the front of a string that comes back: its decoder's default.
  .filter((vector) => !vector.b64 && !JSON.stringify(vector.in).includes("\ufeff"));
const { parse, memory } = await load();

const test = suite("component");

test.table("as Go answers", readers, ({ name, one, many, code, out }) => {
  const rows = vectors.filter((vector) => vector.fn === name);
  const texts = rows.map((row) => String(row.in[0]));
  assert.ok(rows.length > 100);
  const results = call(many, texts) as Result[];
  assert.equal(results.length, rows.length);
  results.forEach(({ tag, val }, i) => {
    const { out: value, err } = rows[i] as Vector;
    const input = texts[i] as string;
    assert.equal(tag, err === undefined ? "ok" : "err", input);
    if (err !== undefined) assert.deepEqual(val, { code, message: err, input });
    else assert.deepEqual(out(val as never), wanted(name, value, val), input);
    if (i % 5 === 0) assert.deepEqual(single(one, input), { tag, val });
  });
});

test("joinHostPort", () => {
  for (const { fn, in: inputs, out } of vectors) {
    if (fn === "net.JoinHostPort") assert.equal(call("joinHostPort", ...inputs), out);
  }
});

test("no texts", () => assert.deepEqual(call("parseAddrs", []), []));

test("an empty text", () => {
  const message = 'ParseAddr(""): unable to parse IP';
  assert.deepEqual(single("parseAddr", "").val, { code: "addr", message, input: "" });
});

test("100,000 calls take no memory", () => {
  const list = ["192.0.2.1", "2001:db8::1", "no address", "fe80::1%eth0"];
  const before = round(list);
  for (let i = 0; i < 20_000; i++) round(list);
  assert.equal(round(list), before);
});

test.run();

/** Five calls; the size of the module's memory after them. */
function round(list: readonly string[]): number {
  single("parseAddr", list[3] as string);
  single("parseCidr", "no network");
  call("parseMac", "00:00:5e:00:53:01");
  call("parseAddrs", list);
  call("joinHostPort", "::1", "80");
  return memory.buffer.byteLength;
}

function call(name: string, ...args: unknown[]): unknown {
  return parse[name]?.(...args);
}

/** A call whose error jco throws, as the result that it is in the interface. */
function single(name: string, text: string): Result {
  try {
    return { tag: "ok", val: call(name, text) };
  } catch (error) {
    return { tag: "err", val: (error as { payload: ParseError }).payload };
  }
}

function hex({ tag, val }: Ip): string {
  return val.map((n) => n.toString(16).padStart(tag === "ipv4" ? 2 : 4, "0")).join("");
}

/** The names of Go's predicates that hold. */
function properties({ properties }: Addr): string[] {
  return Object.entries(properties)
    .filter(([, holds]) => holds)
    .map(([name]) => `Is${name.charAt(0).toUpperCase()}${name.slice(1)}`)
    .sort();
}

/** The members of a vector's result that the component has too. */
function wanted(name: string, out: unknown, value: unknown): unknown {
  if (name !== "netip.ParseAddr") return out;
  const { str, hex, zone = "", is } = out as Record<string, string> & { is?: string[] };
  // A vector without predicates says nothing of them.
  return { str, hex, zone, is: is === undefined ? properties(value as Addr) : is.sort() };
}

/** Builds the component and loads what jco makes of it. */
async function load(): Promise<{ parse: Parse; memory: WebAssembly.Memory }> {
  const folder = mkdtempSync(join(tmpdir(), "wasi-net-component-"));
  try {
    const options = { name: "net", instantiation: "sync", nodejsCompat: true } as const;
    const { files } = await transpile(await buildComponent(), options as never);
    for (const [file, data] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), data);
    }
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const { instantiate } = await import(pathToFileURL(join(folder, "net.js")).href);
    let exports: { readonly memory: WebAssembly.Memory } | undefined;
    const { parse } = instantiate(
      (file: string) => new WebAssembly.Module(readFileSync(join(folder, file))),
      {},
      (module: WebAssembly.Module, imports: WebAssembly.Imports) => {
        const instance = new WebAssembly.Instance(module, imports);
        exports ??= instance.exports as unknown as typeof exports;
        return instance;
      },
    ) as { parse: Parse };
    assert.ok(exports);
    return { parse, memory: exports.memory };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
