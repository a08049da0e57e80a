/**
 * Random modules in asc's manner, to compare what the collector finds on the stack with and without the pass.
 *
 * The same seed gives a module to trim, and a reference whose operands' slots are set to null as soon as their call has returned:
 * what is in the reference's stack is what must be kept.
 */
import { enter, leave, put } from "./trim.ts";

/** A small generator of numbers (mulberry32). */
export function numbers(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** `new` answers a number of its own each time; `look` and `last` are the host's eyes on the stack. */
const PRELUDE = `
  (import "host" "look" (func $look (param i32)))
  (import "host" "last" (func $last (param i32 i32)))
  (import "host" "fresh" (func $fresh (result i32)))
  (import "host" "coin" (func $coin (result i32)))
  (memory (export "memory") 1)
  (table 16 funcref)
  (global $~lib/memory/__stack_pointer (mut i32) (i32.const 60000))
  (func $~stack_check
    (if (i32.lt_s (global.get $~lib/memory/__stack_pointer) (i32.const 16)) (then (unreachable))))
  (func $collect (call $look (global.get $~lib/memory/__stack_pointer)))
  (func $new (result i32) (call $collect) (call $fresh))
  (func $abort (param i32) (call $last (global.get $~lib/memory/__stack_pointer) (local.get 0)))
  (func $pure (param i32 i32) (result i32) (local.get 0))`;

const FUNCTIONS = 6;
const LOCALS = 3;
/** The first slot of operands: before it are those of parameters and locals. */
const OPERANDS = 2 + LOCALS;

/** Makes a module. Each function calls later ones only, so that it ends. */
export function randomModule(seed: number, reference: boolean): string {
  const random = numbers(seed);
  const functions: string[] = [];
  for (let index = 0; index < FUNCTIONS; index++) {
    functions.push(new Writer(random, index, reference).write());
  }
  const names = functions.map((_, index) => `$f${index}`).join(" ");
  return `(module ${PRELUDE} (type $fn (func (param i32 i32) (result i32)))
    (elem (i32.const 0) ${names} $pure) (export "main" (func $main))
    (func $main (drop (call $f0 (i32.const 0) (i32.const 0)))) ${functions.join("\n")})`;
}

class Writer {
  readonly #random: (below: number) => number;
  readonly #index: number;
  readonly #reference: boolean;
  /** Slots of operands in use, as asc counts them. */
  #depth = 0;
  #slots = OPERANDS;
  #labels = 0;

  constructor(random: (below: number) => number, index: number, reference: boolean) {
    this.#random = random;
    this.#index = index;
    this.#reference = reference;
  }

  write(): string {
    const body = this.#statements(3);
    const result = this.#value(2);
    const code = body.replaceAll("LEAVE", leave(this.#slots));
    return `(func $f${this.#index} (param $v0 i32) (param $v1 i32) (result i32)
      ${Array.from({ length: LOCALS }, (_, local) => `(local $v${local + 2} i32)`).join(" ")}
      (local $t i32) (local $r i32) ${enter(this.#slots)} ${code}
      (local.set $r ${result}) ${leave(this.#slots)} (local.get $r))`;
  }

  #local(): number {
    return this.#random(2 + LOCALS);
  }

  #statements(depth: number): string {
    let text = "";
    for (let count = 1 + this.#random(4); count > 0; count--) text += `\n${this.#statement(depth)}`;
    return text;
  }

  #statement(depth: number): string {
    const local = this.#local();
    const label = `$l${this.#labels++}`;
    switch (this.#random(depth > 0 ? 10 : 5)) {
      case 5:
        return `(if (call $coin) (then ${this.#statements(depth - 1)}))`;
      case 6:
        return `(if (call $coin) (then ${this.#statements(depth - 1)}) (else ${this.#statements(depth - 1)}))`;
      case 7:
        return `(loop ${label} ${this.#statements(depth - 1)} (br_if ${label} (call $coin)))`;
      case 8:
        return `(block ${label} ${this.#statements(depth - 1)} (br_if ${label} (call $coin))
          ${this.#statements(depth - 1)})`;
      case 9: {
        const [operand] = this.#operands(1, 1);
        const last = `(call $abort ${operand}) (unreachable)`;
        const early = `(local.set $r ${this.#value(1)}) LEAVE (return (local.get $r))`;
        return `(if (call $coin) (then (if (call $coin) (then ${this.#random(2) ? last : early}))))`;
      }
      case 0:
        return `(drop ${this.#value(2)})`;
      default:
        return put(local, `(local.tee $v${local} ${this.#value(2)})`);
    }
  }

  #value(depth: number): string {
    const local = this.#local();
    switch (this.#random(depth > 0 ? 10 : 3)) {
      case 0:
        return this.#random(4) ? `(local.get $v${local})` : "(i32.const 64)";
      case 1:
        return `(local.get $v${local})`;
      case 2:
        return "(call $new)";
      case 3:
        return `(if (result i32) (call $coin)
          (then ${this.#value(depth - 1)}) (else ${this.#value(depth - 1)}))`;
      case 4:
        return `(block (result i32) ${put(local, `(local.tee $v${local} ${this.#value(depth - 1)})`)}
          (local.get $v${local}))`;
      case 5:
        return this.#call("call $pure", depth, "");
      case 6:
        return this.#index + 1 < FUNCTIONS
          ? this.#call("call_indirect (type $fn)", depth, `(i32.const ${FUNCTIONS})`)
          : "(call $new)";
      default: {
        const callee = this.#index + 1 + this.#random(FUNCTIONS);
        return callee < FUNCTIONS ? this.#call(`call $f${callee}`, depth, "") : "(call $new)";
      }
    }
  }

  #call(callee: string, depth: number, target: string): string {
    const first = this.#depth;
    const operands = this.#operands(2, depth - 1);
    const call = `(${callee} ${operands.join(" ")} ${target})`;
    if (!this.#reference) return call;
    const cleared = operands.map((_, index) => put(OPERANDS + first + index, "(i32.const 0)"));
    return `(block (result i32) (local.set $r ${call}) ${cleared.join(" ")} (local.get $r))`;
  }

  /** Operands, now and then a bare one, which the caller does not keep. */
  #operands(count: number, depth: number): string[] {
    const first = OPERANDS + this.#depth;
    this.#depth += count;
    this.#slots = Math.max(this.#slots, OPERANDS + this.#depth);
    const operands: string[] = [];
    for (let index = 0; index < count; index++) {
      const value = this.#value(depth);
      const bare = this.#random(12) === 0;
      const stored = `(block (result i32) (local.set $t ${value})
        ${put(first + index, "(local.get $t)")} (local.get $t))`;
      operands.push(bare ? value : stored);
    }
    this.#depth -= count;
    return operands;
  }
}
