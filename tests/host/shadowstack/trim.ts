/**
 * Modules as asc makes them, in text, and what the pass makes of them.
 */
import binaryen from "binaryen";
import { trimShadowStack } from "../../../host/build/shadowstack.ts";

/** The pointer, the check, a collector (it reads the pointer), and functions to call. */
const PRELUDE = `
  (import "env" "host" (func $host (param i32)))
  (import "asyncify" "start_unwind" (func $start_unwind (param i32)))
  (memory 1)
  (table 4 funcref)
  (global $~lib/memory/__stack_pointer (mut i32) (i32.const 1000))
  (func $~stack_check
    (if (i32.lt_s (global.get $~lib/memory/__stack_pointer) (i32.const 16))
      (then (call $abort (i32.const 32)) (unreachable))))
  (func $collect (result i32) (global.get $~lib/memory/__stack_pointer))
  (func $new (result i32) (drop (call $collect)) (i32.const 64))
  (func $suspend (call $start_unwind (i32.const 0)))
  (func $abort (param $text i32) (drop (call $new)))
  (func $pure (param $a i32) (result i32) (i32.load (local.get $a)))
  (func $use (param $a i32) (result i32) (drop (call $new)) (local.get $a))
  (func $use2 (param $a i32) (param $b i32) (result i32) (drop (call $new)) (local.get $a))`;

const POINTER = "(global.get $~lib/memory/__stack_pointer)";

/** `__stack_pointer -= size` and what belongs to it. */
export function enter(slots: number): string {
  let zeros = "";
  if (slots > 4) zeros = `(memory.fill ${POINTER} (i32.const 0) (i32.const ${4 * slots}))`;
  else {
    for (let slot = 0; slot + 2 <= slots; slot += 2) {
      zeros += `(i64.store offset=${4 * slot} ${POINTER} (i64.const 0))`;
    }
    if (slots % 2 === 1) zeros += `(i32.store offset=${4 * slots - 4} ${POINTER} (i32.const 0))`;
  }
  return `(block (global.set $~lib/memory/__stack_pointer
    (i32.sub ${POINTER} (i32.const ${4 * slots}))) (call $~stack_check)) ${zeros}`;
}

export function leave(slots: number): string {
  return `(global.set $~lib/memory/__stack_pointer (i32.add ${POINTER} (i32.const ${4 * slots})))`;
}

/** A managed operand, by way of the local $t. */
export function operand(slot: number, value: string): string {
  return `(block (result i32) (local.set $t ${value}) ${put(slot, "(local.get $t)")} (local.get $t))`;
}

/** A managed assignment. */
export function assign(slot: number, local: string, value: string): string {
  return put(slot, `(local.tee $${local} ${value})`);
}

export function put(slot: number, value: string): string {
  return `(i32.store offset=${4 * slot} ${POINTER} ${value})`;
}

/** What is left of function $f of a module with these functions. */
export interface Left {
  /** Words of the frame. */
  readonly frame: number;
  /** Stores other than of zero, in the order of the text: the slots. */
  readonly stores: readonly number[];
  /** Bytes that are zeroed. */
  readonly zeroed: number;
  readonly text: string;
}

/** Runs the pass. The module must be valid before and after. */
export function trim(functions: string): Left {
  const module = binaryen.parseText(`(module ${PRELUDE} ${functions})`);
  try {
    module.setFeatures(binaryen.Features.All);
    if (!module.validate()) throw new Error("invalid before");
    trimShadowStack(module);
    if (!module.validate()) throw new Error(`invalid after: ${module.emitText()}`);
    const text = binaryen.emitText(binaryen.getFunctionInfo(module.getFunction("f")).body);
    return measure(text.replace(/\s+/g, " ").replace(/(store|fill) \$0/g, "$1"));
  } finally {
    module.dispose();
  }
}

function measure(text: string): Left {
  const frame = /i32\.sub \(global\.get \$~lib\/memory\/__stack_pointer\) \(i32\.const (\d+)/.exec(
    text,
  );
  const stores: number[] = [];
  let zeroed = 0;
  const address = "\\(global\\.get \\$~lib/memory/__stack_pointer\\)";
  const pattern = new RegExp(
    `\\(i(32|64)\\.store(?: offset=(\\d+))?(?: align=4)? ${address} (\\(i(?:32|64)\\.const 0\\))?`,
    "g",
  );
  for (const [, bits, offset, zero] of text.matchAll(pattern)) {
    if (zero !== undefined) zeroed += Number(bits) / 8;
    else stores.push(Number(offset ?? 0) / 4);
  }
  const fill = new RegExp(
    `memory\\.fill ${address} \\(i32\\.const 0\\) \\(i32\\.const (\\d+)`,
  ).exec(text);
  if (fill !== null) zeroed += Number(fill[1]);
  return { frame: frame === null ? 0 : Number(frame[1]) / 4, stores, zeroed, text };
}
