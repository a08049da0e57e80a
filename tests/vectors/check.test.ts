/** What counts as Go's answer. */
import * as assert from "node:assert/strict";
import { suite } from "../harness.ts";
import { check } from "./check.ts";
import type { Answer } from "./guest.ts";
import type { Vector } from "./row.ts";

const base64 = (...bytes: number[]): string => Buffer.from(bytes).toString("base64");

interface Row {
  readonly name: string;
  readonly want: Omit<Vector, "fn" | "in">;
  readonly got: Answer;
  readonly passes: boolean;
}

const rows: Row[] = [
  { name: "a value", want: { out: [1, "a"] }, got: { out: [1, "a"] }, passes: true },
  { name: "another value", want: { out: [1, "a"] }, got: { out: [1, "b"] }, passes: false },
  { name: "no answer", want: { out: null }, got: {}, passes: false },
  { name: "null", want: { out: null }, got: { out: null }, passes: true },
  { name: "an error for a value", want: { out: "a" }, got: { err: "a" }, passes: false },
  { name: "a value for an error", want: { err: "a" }, got: { out: "a" }, passes: false },
  { name: "what the guest died of", want: { err: "a" }, got: { died: "a" }, passes: false },
  {
    name: "an error of another type",
    want: { err: "a", type: "*net.AddrError" },
    got: { err: "a", type: "*net.ParseError" },
    passes: false,
  },
  {
    name: "an error with another inside",
    want: { err: "a", type: "*net.OpError", inner: "*net.AddrError" },
    got: { err: "a", type: "*net.OpError", inner: "*net.ParseError" },
    passes: false,
  },
  {
    name: "predicates that the vector leaves out",
    want: { out: { str: "a" } },
    got: { out: { str: "a", is: ["IsLoopback"] } },
    passes: true,
  },
  {
    name: "a byte of a value",
    want: { b64out: true, out: base64(0x61, 0xff) },
    got: { out: "a\udcff" },
    passes: true,
  },
  {
    name: "another byte of a value",
    want: { b64: true, b64out: true, out: base64(0x61, 0xff) },
    got: { out: "a\udcfe" },
    passes: false,
  },
  {
    name: "a byte inside a value",
    want: { b64out: true, out: { is: [base64(0xc3)], port: 80 } },
    got: { out: { is: ["\udcc3"], port: 80 } },
    passes: true,
  },
  {
    name: "another byte inside a value",
    want: { b64: true, b64out: true, out: { is: [base64(0xc3)], port: 80 } },
    got: { out: { is: ["\udcc4"], port: 80 } },
    passes: false,
  },
  {
    name: "a byte of an error",
    want: { b64out: true, err: base64(0x80), type: "*net.AddrError" },
    got: { err: "\udc80", type: "*net.AddrError" },
    passes: true,
  },
  {
    name: "another byte of an error",
    want: { b64: true, b64out: true, err: base64(0x80) },
    got: { err: "\udc81" },
    passes: false,
  },
  {
    name: "U+FFFD is no byte",
    want: { b64: true, b64out: true, out: base64(0xef, 0xbf, 0xbd) },
    got: { out: "\udcff" },
    passes: false,
  },
  {
    name: "old files: any byte for U+FFFD",
    want: { b64: true, out: "a\ufffd" },
    got: { out: "a\udc80" },
    passes: true,
  },
  {
    name: "old files: in an error too",
    want: { b64: true, err: "a\ufffd" },
    got: { err: "a\udcff" },
    passes: true,
  },
  {
    name: "old files: one for each byte",
    want: { b64: true, out: "a\ufffd" },
    got: { out: "a\udc80\udc80" },
    passes: false,
  },
  {
    name: "old files: no byte where there is none",
    want: { b64: true, out: "a" },
    got: { out: "a\udc80" },
    passes: false,
  },
  {
    name: "text: U+FFFD is itself",
    want: { out: "\ufffd" },
    got: { out: "\udc80" },
    passes: false,
  },
];

const test = suite("vectors check");

test.table("as Go answers", rows, ({ want, got, passes }) => {
  const { counts, mismatches } = check([{ fn: "f", in: [], ...want }], [got]);
  assert.equal(mismatches.length, passes ? 0 : 1, mismatches.join("\n"));
  const { passed, failed } = counts.get("f")!;
  assert.deepEqual([passed, failed], passes ? [1, 0] : [0, 1]);
});

test("a difference in bytes can be seen", () => {
  const want = { fn: "f", in: ["/w=="], b64: true, b64out: true, out: "/w==" };
  assert.deepEqual(check([want], [{ out: "\udcfe" }]).mismatches, [
    'f ["/w=="]\n  want {"out":"\\udcff"}\n  got  {"out":"\\udcfe"}',
  ]);
});

test.run();
