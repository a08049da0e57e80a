import * as assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as net from "../../host/net/index.ts";
import { read } from "../../host/net/load.ts";
import { suite } from "../harness.ts";
import { decodeBytes, type Vector } from "../vectors/guest.ts";

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

test("a browser gets the module by a request", async () => {
  const file = new URL("../../dist/net/net.wasm", import.meta.url);
  const wasm = readFileSync(file);
  const server = createServer(({ url }, response) => {
    response.writeHead(url === "/net.wasm" ? 200 : 404).end(wasm);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  try {
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    assert.deepEqual(Buffer.from(await read(new URL("/net.wasm", origin))), wasm);
    await assert.rejects(read(new URL("/other", origin)), /other: 404 Not Found/);
    assert.deepEqual(Buffer.from(await read(file)), wasm);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test("no texts", () => assert.deepEqual(net.parseAddrs([]), []));

test.run();
