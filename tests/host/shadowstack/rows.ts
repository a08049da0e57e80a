import { assign, enter, leave, operand, put } from "./trim.ts";

export interface Row {
  readonly name: string;
  /** The function $f, and others for it. */
  readonly functions: string;
  readonly frame: number;
  /** The slots of the stores that must be left, in order. */
  readonly stores: readonly number[];
  readonly zeroed: number;
}

const NEW = "(call $new)";

/** The collector's own allocation, and a constructor that uses it only when it is given null. */
const ALLOCATE = "(call $~lib/wasi-net/assembly/rt/globals/__new)";
const BASE = `(func $~lib/wasi-net/assembly/rt/globals/__new (result i32) (call $new))
  (func $base (param $p i32) (param $q i32) (result i32) ${enter(1)}
    (if (i32.eqz (local.get $p)) (then ${assign(0, "p", ALLOCATE)}))
    (drop (call $pure (local.get $q))) ${leave(1)} (local.get $p))`;

/** What must stay and what must go. */
export const rows: readonly Row[] = [
  {
    name: "no collecting call, no frame",
    functions: `(func $f (local $x i32) (local $t i32) ${enter(2)}
      ${assign(0, "x", "(i32.const 64)")}
      (drop (call $pure ${operand(1, "(local.get $x)")})) (call $host (local.get $x)) ${leave(2)})`,
    frame: 0,
    stores: [],
    zeroed: 0,
  },
  {
    name: "a local across a collecting call",
    functions: `(func $f (result i32) (local $x i32) ${enter(1)}
      ${assign(0, "x", NEW)} (drop ${NEW}) (i32.load (local.get $x)) drop
      ${leave(1)} (local.get $x))`.replace(
      "(i32.load (local.get $x)) drop",
      "(drop (i32.load (local.get $x)))",
    ),
    frame: 1,
    stores: [0],
    zeroed: 4,
  },
  {
    name: "a local after the last collecting call",
    functions: `(func $f (local $x i32) ${enter(1)} (drop ${NEW}) ${assign(0, "x", NEW)} ${leave(1)})`,
    frame: 0,
    stores: [],
    zeroed: 0,
  },
  {
    name: "a switch of goroutines collects",
    functions: `(func $f (local $x i32) ${enter(1)} ${assign(0, "x", NEW)} (call $suspend) ${leave(1)})`,
    frame: 1,
    stores: [0],
    zeroed: 4,
  },
  {
    name: "an operand in a local's slot",
    functions: `(func $f (local $x i32) (local $t i32) ${enter(2)} ${assign(1, "x", NEW)}
      (drop (call $use ${operand(0, "(local.get $x)")})) ${leave(2)})`,
    frame: 1,
    stores: [0],
    zeroed: 4,
  },
  {
    name: "an operand of a local that a later operand assigns",
    functions: `(func $f (local $x i32) (local $t i32) ${enter(3)} ${assign(0, "x", NEW)}
      (drop (call $use2 ${operand(1, "(local.get $x)")}
        ${operand(2, `(block (result i32) ${assign(0, "x", NEW)} (local.get $x))`)})) ${leave(3)})`,
    frame: 2,
    stores: [0, 1, 0],
    zeroed: 8,
  },
  {
    name: "a result that is only an operand",
    functions: `(func $f (local $t i32) ${enter(1)} (drop (call $use ${operand(0, NEW)})) ${leave(1)})`,
    frame: 1,
    stores: [0],
    zeroed: 4,
  },
  {
    name: "an operand is released when its call returns",
    functions: `(func $f (local $t i32) ${enter(1)}
      (drop (call $pure ${operand(0, NEW)})) (drop ${NEW}) ${leave(1)})`,
    frame: 0,
    stores: [],
    zeroed: 0,
  },
  {
    name: "a collecting call in a later operand",
    functions: `(func $pure2 (param i32 i32))
      (func $f (local $t i32) ${enter(2)}
      (call $pure2 ${operand(0, NEW)} ${operand(1, NEW)}) ${leave(2)})`,
    frame: 1,
    stores: [0],
    zeroed: 4,
  },
  {
    name: "a parameter that all callers keep",
    functions: `(func $f (param $p i32) (local $t i32) ${enter(1)}
      (drop (call $use ${operand(0, "(local.get $p)")})) ${leave(1)})
      (func $g (local $t i32) ${enter(1)} (call $f ${operand(0, NEW)}) ${leave(1)})
      (func $stub (param $p i32) (call $f (local.get $p)))
      (func $h (local $t i32) ${enter(1)} (call $stub ${operand(0, NEW)}) ${leave(1)})`,
    frame: 0,
    stores: [],
    zeroed: 0,
  },
  {
    name: "a parameter that one caller does not keep",
    functions: `(func $f (param $p i32) (local $t i32) ${enter(1)}
      (drop (call $use ${operand(0, "(local.get $p)")})) ${leave(1)})
      (func $g (local $t i32) ${enter(1)} (call $f ${operand(0, NEW)}) ${leave(1)})
      (func $bare (param $p i32) (call $f (call $pure (local.get $p))))`,
    frame: 1,
    stores: [0],
    zeroed: 0,
  },
  {
    name: "a parameter that a caller of a caller does not keep",
    functions: `(func $f (param $p i32) (local $t i32) ${enter(1)}
      (drop (call $use ${operand(0, "(local.get $p)")})) ${leave(1)})
      (func $stub (param $p i32) (call $f (local.get $p)))
      (func $bare (call $stub (call $new)))`,
    frame: 1,
    stores: [0],
    zeroed: 0,
  },
  {
    name: "a parameter from the host",
    functions: `(export "f" (func $f))
      (func $f (param $p i32) (local $t i32) ${enter(1)}
      (drop (call $use ${operand(0, "(local.get $p)")})) ${leave(1)})`,
    frame: 1,
    stores: [0],
    zeroed: 0,
  },
  {
    name: "a parameter from an indirect call that does not keep it",
    functions: `(elem (i32.const 0) $f) (type $fn (func (param i32)))
      (func $f (param $p i32) (local $t i32) ${enter(1)}
      (drop (call $use ${operand(0, "(local.get $p)")})) ${leave(1)})
      (func $entry (param $p i32) (call_indirect (type $fn) (local.get $p) (i32.const 0)))
      (func $bare (call $entry (call $new)))`,
    frame: 1,
    stores: [0],
    zeroed: 0,
  },
  {
    name: "a parameter that is assigned",
    functions: `(func $f (param $p i32) (result i32) ${enter(1)}
      (drop ${NEW})
      (if (i32.load (local.get $p)) (then ${assign(0, "p", NEW)}))
      (drop ${NEW}) ${leave(1)} (local.get $p))
      (func $g (local $t i32) ${enter(1)} (drop (call $f ${operand(0, NEW)})) ${leave(1)})`,
    frame: 1,
    stores: [0],
    zeroed: 4,
  },
  {
    name: "an indirect call collects if a function of its type does",
    functions: `(elem (i32.const 0) $pure $two) (type $one (func (param i32) (result i32)))
      (type $none (func)) (func $two (drop ${NEW}))
      (func $f (local $t i32) ${enter(1)}
      (drop (call_indirect (type $one) ${operand(0, NEW)} (i32.const 0)))
      (call_indirect (type $none) (i32.const 1)) ${leave(1)})`,
    frame: 0,
    stores: [],
    zeroed: 0,
  },
  {
    name: "a local in a loop is kept for the next round",
    functions: `(func $f (local $x i32) ${enter(1)} (loop $l
      (drop ${NEW}) ${assign(0, "x", NEW)} (br_if $l (i32.load (local.get $x)))) ${leave(1)})`,
    frame: 1,
    stores: [0],
    zeroed: 4,
  },
  {
    name: "a store on one path, a collecting call on another",
    functions: `(func $f (param $p i32) (local $x i32) ${enter(1)} (block $b
      ${assign(0, "x", NEW)} (br_if $b (local.get $p)) (drop ${NEW})) ${leave(1)})`,
    frame: 1,
    stores: [0],
    zeroed: 4,
  },
  {
    name: "an early return",
    functions: `(func $f (param $p i32) (local $x i32) ${enter(2)} ${assign(0, "x", NEW)}
      (if (local.get $p) (then ${leave(2)} (return)))
      ${assign(1, "p", "(i32.const 8)")} (drop ${NEW}) ${leave(2)})`,
    frame: 1,
    stores: [0],
    zeroed: 4,
  },
  {
    name: "equal values need one slot",
    functions: `(func $f (local $x i32) (local $y i32) ${enter(2)} ${assign(0, "x", NEW)}
      ${assign(1, "y", "(local.get $x)")} (drop ${NEW}) ${leave(2)})`,
    frame: 1,
    stores: [0],
    zeroed: 4,
  },
  {
    name: "a copy outlives its original",
    functions: `(func $f (local $x i32) (local $y i32) ${enter(2)} ${assign(0, "x", NEW)}
      ${assign(1, "y", "(local.get $x)")} ${assign(0, "x", NEW)} (drop ${NEW}) ${leave(2)})`,
    frame: 2,
    stores: [0, 1, 0],
    zeroed: 8,
  },
  {
    name: "a copy on one path only",
    functions: `(func $f (param $p i32) (local $x i32) (local $y i32) ${enter(2)}
      ${assign(0, "x", NEW)} ${assign(1, "y", NEW)}
      (if (local.get $p) (then ${assign(1, "y", "(local.get $x)")})) (drop ${NEW}) ${leave(2)})`,
    frame: 2,
    stores: [0, 1, 1],
    zeroed: 8,
  },
  {
    name: "a last call needs only what it is given",
    functions: `(func $f (param $p i32) (local $x i32) (local $t i32) ${enter(2)}
      ${assign(0, "x", "(call $pure (local.get $p))")}
      (if (i32.load (local.get $x)) (then (call $abort ${operand(1, "(local.get $p)")}) (unreachable)))
      ${leave(2)})`,
    frame: 1,
    stores: [0],
    zeroed: 0,
  },
  {
    name: "a last call is not the caller's business",
    functions: `(func $checked (param $p i32) (if (local.get $p) (then (call $abort (i32.const 32)) (unreachable))))
      (func $f (local $x i32) (local $t i32) ${enter(2)} ${assign(0, "x", "(call $pure (i32.const 64))")}
      (call $checked ${operand(1, "(local.get $x)")}) ${leave(2)})`,
    frame: 0,
    stores: [],
    zeroed: 0,
  },
  {
    name: "a call of abort with a value of nobody's is like any other",
    functions: `(func $checked (param $p i32) (if (local.get $p) (then (call $abort (local.get $p)) (unreachable))))
      (func $f (local $t i32) ${enter(1)} (call $checked ${operand(0, NEW)}) ${leave(1)})`,
    frame: 1,
    stores: [0],
    zeroed: 4,
  },
  {
    name: "the pointer used by hand",
    functions: `(func $f (local $x i32) ${enter(1)} ${assign(0, "x", "(i32.const 64)")}
      (call $host (global.get $~lib/memory/__stack_pointer)) ${leave(1)})`,
    frame: 1,
    stores: [0],
    zeroed: 4,
  },
  {
    name: "a slot read by hand",
    functions: `(func $f (local $x i32) ${enter(1)} ${assign(0, "x", "(i32.const 64)")}
      (call $host (i32.load (global.get $~lib/memory/__stack_pointer))) ${leave(1)})`,
    frame: 1,
    stores: [0],
    zeroed: 4,
  },
  {
    name: "a store outside of the frame",
    functions: `(func $f ${enter(1)} ${put(1, "(i32.const 64)")} ${leave(1)})`,
    frame: 1,
    stores: [1],
    zeroed: 4,
  },
  {
    name: "a large frame shrinks",
    functions: `(func $f (local $x i32) (local $y i32) ${enter(6)} ${assign(3, "x", NEW)}
      ${assign(5, "y", NEW)} (drop ${NEW}) ${leave(6)})`,
    frame: 2,
    stores: [0, 1],
    zeroed: 8,
  },
  {
    name: "a constructor's base class does not allocate",
    functions: `${BASE}
      (func $f (param $p i32) (param $q i32) (result i32) (local $t i32) ${enter(3)}
      (if (i32.eqz (local.get $p)) (then ${assign(0, "p", ALLOCATE)}))
      ${assign(0, "p", `(call $base ${operand(1, "(local.get $p)")} ${operand(2, "(local.get $q)")})`)}
      ${leave(3)} (local.get $p))`,
    frame: 0,
    stores: [],
    zeroed: 0,
  },
  {
    name: "a base constructor that is given null allocates",
    functions: `${BASE}
      (func $f (param $p i32) (param $q i32) (local $t i32) ${enter(2)}
      (if (i32.eqz (local.get $p)) (then ${assign(0, "p", ALLOCATE)}))
      (drop (call $base (i32.const 0) ${operand(1, "(local.get $q)")}))
      ${leave(2)})`,
    frame: 1,
    stores: [0],
    zeroed: 4,
  },
  {
    name: "this is assigned before the base constructor",
    functions: `${BASE}
      (func $f (param $p i32) (param $q i32) (local $t i32) ${enter(3)}
      (if (i32.eqz (local.get $p)) (then ${assign(0, "p", ALLOCATE)}))
      ${assign(0, "q", "(local.get $p)")} (local.set $p (i32.const 0))
      (drop (call $base ${operand(1, "(local.get $p)")} ${operand(2, "(local.get $q)")}))
      ${leave(3)})`,
    frame: 1,
    stores: [0],
    zeroed: 4,
  },
];
