/**
 * Packs a program's string literals, which the compiler writes at more than twice their length.
 *
 * Each literal is an object in the module's data, a header of 20 bytes and two bytes for each character, of which for nearly all
 * text one is zero. They are taken out, and what is left of them, the bytes and where they go, is put into one segment. A start
 * function writes the objects, exactly as they were, before anything else can run.
 *
 *   segment      { u8 skip, u8 length, u8 characters[length] } …   skip: units of 16 bytes from the end of the last object;
 *                                                                  255 is 255 units, and nothing else follows it
 *   object       u32 size of the block without this word │ u32 0 │ u32 0 │ u32 class 2 │ u32 2 · length │ u16 characters … │ zeros
 *
 * The segment lies where the shadow stack will be, which is used from its other end, and not before the program runs.
 */
import binaryen from "binaryen";
import type { Module } from "./shadowstack/calls.ts";

/** Of an object: its header, and the multiple in which blocks are allotted. */
const HEADER = 20;
const UNIT = 16;
const STRING_CLASS = 2;
const FAR = 255;

const START = "~unpack";

interface Segment {
  readonly address: number;
  readonly data: Uint8Array;
}

/** Works on asc's module, in place. It says how many strings it packed. */
export function packStrings(module: Module): number {
  const segments = readSegments(module);
  const room =
    constant(module, "~lib/memory/__heap_base") - constant(module, "~lib/memory/__data_end");
  const strings = segments.filter(({ data }) => textOf(data) !== undefined);
  const first = strings[0];
  if (first === undefined || module.getStart() !== 0) return 0;
  const packed = pack(first.address, strings);
  if (packed.length > room) return 0;
  const at = constant(module, "~lib/memory/__data_end");
  const rest = segments.filter((segment) => !strings.includes(segment));
  writeSegments(module, [...rest, { address: at, data: packed }]);
  module.setStart(addStart(module, first.address, at, at + packed.length));
  return strings.length;
}

/** The characters of a segment that is a string object of few and plain ones. */
function textOf(data: Uint8Array): Uint8Array | undefined {
  if (data.length < HEADER) return undefined;
  const length = new DataView(data.buffer, data.byteOffset).getUint32(16, true) / 2;
  if (length > 255 || data.length !== blockSize(length)) return undefined;
  const text = Uint8Array.from({ length }, (_, i) => data[HEADER + 2 * i]!);
  return Buffer.compare(object(text), data) === 0 ? text : undefined;
}

/** The bytes of a block for a string. */
function blockSize(length: number): number {
  return Math.ceil((HEADER + 2 * length) / UNIT) * UNIT;
}

/** What the start function makes of a text: it must agree with `addStart`. */
function object(text: Uint8Array): Uint8Array {
  const data = new Uint8Array(blockSize(text.length));
  const view = new DataView(data.buffer);
  view.setUint32(0, data.length - 4, true);
  view.setUint32(12, STRING_CLASS, true);
  view.setUint32(16, 2 * text.length, true);
  for (const [i, character] of text.entries()) view.setUint16(HEADER + 2 * i, character, true);
  return data;
}

function pack(start: number, strings: readonly Segment[]): Uint8Array {
  const bytes: number[] = [];
  let at = start;
  for (const { address, data } of strings) {
    let skip = (address - at) / UNIT;
    for (; skip >= FAR; skip -= FAR) bytes.push(FAR);
    const text = textOf(data)!;
    bytes.push(skip, text.length, ...text);
    at = address + data.length;
  }
  return Uint8Array.from(bytes);
}

/** Adds the function that unpacks [from, end) into objects, the first of them at `to` or after it. */
function addStart(module: Module, to: number, from: number, end: number): number {
  const { i32, local } = module;
  const [at, next, count, size] = [0, 1, 2, 3];
  const get = (index: number): number => local.get(index, binaryen.i32);
  const sum = (a: number, b: number): number => i32.add(a, b);
  const byte = (offset: number): number => i32.load8_u(offset, 1, get(next));
  const times2 = (value: number): number => i32.shl(value, i32.const(1));
  const round = (value: number): number =>
    i32.and(sum(value, i32.const(UNIT - 1)), i32.const(-UNIT));
  const copy = module.loop(
    "characters",
    module.if(
      i32.lt_u(get(size), get(count)),
      module.block(null, [
        i32.store16(
          HEADER,
          2,
          sum(get(at), times2(get(size))),
          i32.load8_u(0, 1, sum(get(next), get(size))),
        ),
        local.set(size, sum(get(size), i32.const(1))),
        module.br("characters"),
      ]),
    ),
  );
  const writeObject = module.block(null, [
    local.set(count, byte(1)),
    local.set(next, sum(get(next), i32.const(2))),
    local.set(size, i32.const(0)),
    copy,
    local.set(next, sum(get(next), get(count))),
    i32.store(12, 4, get(at), i32.const(STRING_CLASS)),
    i32.store(16, 4, get(at), times2(get(count))),
    local.set(size, round(sum(times2(get(count)), i32.const(HEADER)))),
    i32.store(0, 4, get(at), i32.sub(get(size), i32.const(4))),
    local.set(at, sum(get(at), get(size))),
  ]);
  const body = module.block(null, [
    local.set(at, i32.const(to)),
    local.set(next, i32.const(from)),
    module.loop(
      "objects",
      module.block(null, [
        local.set(size, byte(0)),
        local.set(at, sum(get(at), i32.mul(get(size), i32.const(UNIT)))),
        module.if(
          i32.eq(get(size), i32.const(FAR)),
          local.set(next, sum(get(next), i32.const(1))),
          writeObject,
        ),
        module.br("objects", i32.lt_u(get(next), i32.const(end))),
      ]),
    ),
  ]);
  const locals = [at, next, count, size].map(() => binaryen.i32);
  return module.addFunction(START, binaryen.none, binaryen.none, locals, body);
}

/** The value of a constant global. */
function constant(module: Module, name: string): number {
  const { init } = binaryen.getGlobalInfo(module.getGlobal(name));
  return (binaryen.getExpressionInfo(init) as binaryen.ConstInfo).value as number;
}

/** What binaryen.js has and its types call otherwise. */
interface DataSegments {
  getNumDataSegments(): number;
  getDataSegmentInfo(segment: number): { readonly offset: number; readonly data: ArrayBuffer };
}

function readSegments(module: Module): Segment[] {
  const segments = module as unknown as DataSegments;
  return Array.from({ length: segments.getNumDataSegments() }, (_, i) => {
    const { offset, data } = segments.getDataSegmentInfo(module.getDataSegmentByIndex(i));
    return { address: offset, data: new Uint8Array(data) };
  });
}

function writeSegments(module: Module, segments: readonly Segment[]): void {
  const { initial, max, shared } = module.getMemoryInfo();
  const list = segments.map(({ address, data }) => ({ offset: module.i32.const(address), data }));
  module.setMemory(initial, max ?? -1, null, list, shared, false, "0");
}
