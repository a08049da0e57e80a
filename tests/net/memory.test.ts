/** How much memory the library takes, and what it does when there is no more. */
import * as assert from "node:assert/strict";
import * as net from "../../host/net/index.ts";
import { suite } from "../harness.ts";

const test = suite("wasi-net/net's memory");
const PAGE = 1 << 16;
const KEPT = 64_000_000;

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** That of the library's last instance. */
let last: Memory;
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(module: WebAssembly.Module, imports: WebAssembly.Imports) {
    super(module, imports);
    last = this.exports["memory"] as unknown as Memory;
  }
};

/** Makes it so large. What it had no room for comes behind; what is between is not touched. */
function grow(pages: number): void {
  net.parseAddr("::1");
  last.grow(pages - last.buffer.byteLength / PAGE);
}

test("pointers above 2 GiB", () => {
  grow((1 << 15) + 1);
  const texts = Array.from({ length: 4000 }, (_, i) => `fe80::1%${"z".repeat(100)}${i}`);
  const addrs = net.parseAddrs([...texts, "x"]);
  assert.deepEqual(
    addrs.slice(0, -1).map((addr) => (addr as net.Addr).text),
    texts,
  );
  assert.ok(addrs.at(-1) instanceof net.ParseError);
});

const large = "a".repeat(1 << 21);
const calls = [
  { name: "of one text", call: () => net.splitHostPort(large) },
  { name: "of a list", call: () => net.splitHostPorts([large, "::1"]) },
];

test.table("where there is no more, a call fails and the next does not:", calls, ({ call }) => {
  grow(1 << 16);
  assert.throws(call, ({ name, code, message, cause }) => {
    assert.deepEqual({ name, code }, { name: "ModuleError", code: "WASI_NET_MODULE_FAILED" });
    assert.equal(message, "the module failed on a text of 2097152 UTF-16 units");
    return cause instanceof WebAssembly.RuntimeError;
  });
  assert.equal(net.parseAddr("0::1").text, "::1");
});

test("a list of long texts takes as little as a short list", () => {
  net.parseAddr("::1");
  const { length } = net.splitHostPorts(Array.from({ length: 4096 }, () => "b".repeat(10_000)));
  const first = last;
  net.parseAddr("::1");
  assert.equal(length, 4096);
  assert.equal(last, first);
  assert.ok(last.buffer.byteLength < KEPT);
});

test("what a large text took is given back", () => {
  net.parseAddr("::1");
  const before = last;
  assert.throws(() => net.splitHostPort("a".repeat(1 << 23)), net.ParseError);
  assert.ok(before.buffer.byteLength > KEPT);
  net.parseAddr("::1");
  assert.ok(last.buffer.byteLength < KEPT);
});

test.run();
