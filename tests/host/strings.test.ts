/** Packing of string literals (host/build/strings.ts): after the start, memory is what it was without it. */
import * as assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import binaryen from "binaryen";
import { build } from "../../host/build/index.ts";
import { packStrings } from "../../host/build/strings.ts";
import { LEVEL1, MODES } from "../e2e/support/hosts.ts";
import { suite } from "../harness.ts";

const test = suite("strings");

interface Segment {
  readonly at: number;
  readonly data: Uint8Array;
}

/** The first object's block: the object itself, 20 bytes later, is at a multiple of 16. */
const FIRST = 1004;
/** Of every module here: where its data end, and its stack. */
const DATA_END = 60_000;
const HEAP_BASE = 65_000;

/** A string object as asc writes it. */
function object(text: string, idOfClass = 2): Uint8Array {
  const data = Buffer.alloc(Math.ceil((20 + 2 * text.length) / 16) * 16);
  data.writeUInt32LE(data.length - 4, 0);
  data.writeUInt32LE(idOfClass, 12);
  data.writeUInt32LE(2 * text.length, 16);
  data.write(text, 20, "utf16le");
  return data;
}

/** Objects side by side, or so many units of 16 bytes apart. */
function row(texts: readonly (string | Uint8Array)[], apart = 0): Segment[] {
  let at = FIRST;
  return texts.map((text) => {
    const segment = { at, data: typeof text === "string" ? object(text) : text };
    at += segment.data.length + 16 * apart;
    return segment;
  });
}

/** The object of a text, with a byte changed. */
function damaged(text: string, offset: number): Uint8Array {
  const data = object(text);
  data[offset]! ^= 1;
  return data;
}

function moduleOf(segments: readonly Segment[], more = ""): InstanceType<typeof binaryen.Module> {
  const data = segments.map(({ at, data }) => {
    const bytes = [...data].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`);
    return `(data (i32.const ${at}) "${bytes.join("")}")`;
  });
  return binaryen.parseText(`(module
    (memory (export "memory") 1)
    (global $~lib/memory/__data_end i32 (i32.const ${DATA_END}))
    (global $~lib/memory/__heap_base i32 (i32.const ${HEAP_BASE}))
    ${data.join("\n")} ${more})`);
}

/** What a module has in memory as soon as it is there, below its stack. */
function memoryOf(module: InstanceType<typeof binaryen.Module>): Uint8Array {
  assert.equal(module.validate(), 1);
  const wasm = module.emitBinary();
  const { memory } = new WebAssembly.Instance(
    new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>),
  ).exports as unknown as { memory: WebAssembly.Memory };
  return new Uint8Array(memory.buffer, 0, DATA_END).slice();
}

const many = Array.from({ length: 400 }, (_, i) => `number ${i} of many`);

test.table(
  "packed",
  [
    { name: "nothing", segments: [], packed: 0 },
    { name: "one", segments: row(["text"]), packed: 1 },
    { name: "the empty string", segments: row([""]), packed: 1 },
    {
      name: "one of each length up to 40",
      segments: row(Array.from({ length: 41 }, (_, i) => "x".repeat(i))),
      packed: 41,
    },
    { name: "of 255 characters", segments: row(["y".repeat(255), "z"]), packed: 2 },
    { name: "of 256 characters: left", segments: row(["y".repeat(256), "z"]), packed: 1 },
    { name: "Latin-1 to its end", segments: row(["Grüße\0ÿ"]), packed: 1 },
    { name: "beyond Latin-1: left", segments: row(["a", "日本", "Ā", "b"]), packed: 2 },
    ...[1, 254, 255, 256, 509, 510, 511, 700].map((apart) => ({
      name: `${apart} units apart`,
      segments: row(["one", "two", "", "three"], apart),
      packed: 4,
    })),
    {
      name: "other data between them: left",
      segments: row([
        "one",
        object("buffer", 1),
        "two",
        Uint8Array.of(...Array(32).keys()),
        "three",
      ]),
      packed: 3,
    },
    {
      name: "what is nearly a string: left",
      segments: row([0, 4, 8, 12, 16, 21, 31].map((at) => damaged("ab", at)).concat(object("ab"))),
      packed: 1,
    },
    { name: "shorter than a header: left", segments: row(["a", Uint8Array.of(1, 2)]), packed: 1 },
    { name: "too many for the stack's room: all left", segments: row(many), packed: 0 },
  ],
  ({ segments, packed }) => {
    const module = moduleOf(segments);
    const before = memoryOf(module);
    const size = module.emitBinary().length;
    assert.equal(packStrings(module), packed);
    assert.deepEqual(memoryOf(module), before);
    assert.equal(module.emitBinary().length === size, packed === 0);
  },
);

test("a module that starts by itself is left alone", () => {
  const module = moduleOf(
    row(["text"]),
    `(start $go) (func $go (i32.store (i32.const 8) (i32.load (i32.const ${FIRST + 16}))))`,
  );
  assert.equal(packStrings(module), 0);
  assert.equal(memoryOf(module)[8], 8);
});

/** The guest's module, without and with names. */
const modules: Promise<Uint8Array>[] = [];
const guest = fileURLToPath(new URL("../guests/strings/main.ts", import.meta.url));
const output = [
  "0 ",
  "1 a",
  "5 Grüße",
  "3 日本語",
  "7 𝄞 clef",
  "10 nul|inside",
  "1 ÿ",
  "long",
  "value,true",
  "",
].join("\n");

test.table(
  "a program's literals",
  [MODES[1]!, LEVEL1[0]!].flatMap((host) => [
    { name: `on ${host.name}`, host, debug: false },
    { name: `on ${host.name}, with names`, host, debug: true },
  ]),
  async ({ host, debug }) => {
    modules[Number(debug)] ??= build(guest, { debug }).then(({ wasm }) => wasm);
    let text = "";
    const running = await host.start(await modules[Number(debug)]!, {
      stdout: (bytes) => {
        text += Buffer.from(bytes).toString();
      },
    });
    assert.equal((await running.exited).code, 0);
    await running[Symbol.asyncDispose]();
    assert.equal(text, output);
  },
  { timeout: 60_000 },
);

test.run();
