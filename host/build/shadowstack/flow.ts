/**
 * A function as basic blocks of what matters to its frame: which values go where, and which calls can collect.
 *
 * Values live in *elements*: first the function's locals, then the slots of its frame, then the operands of calls that are being
 * prepared. Only 32-bit integers are followed; what is computed is a fresh value.
 */
import type { Node } from "./tree.ts";

export type Op =
  | { readonly kind: "copy"; readonly to: number; readonly from: number }
  /** A value that nothing is known of. */
  | { readonly kind: "fresh"; readonly to: number }
  /** A constant: null, or a static object, which is never freed. asc does not put constant operands on the stack either. */
  | { readonly kind: "constant"; readonly to: number }
  | { readonly kind: "store"; readonly slot: number; readonly from: number; readonly node: Node }
  /** The call that this slot's operand was for has returned. */
  | { readonly kind: "release"; readonly slot: number }
  /** A call that can collect, with the elements of its operands (or none), and the slots of those that have one. */
  | {
      readonly kind: "call";
      readonly call: Node;
      readonly operands: readonly (number | undefined)[];
      readonly own: readonly number[];
      readonly last: boolean;
    };

export interface Block {
  readonly ops: Op[];
  readonly next: number[];
}

export interface Flow {
  /** The first one is the entry. Those that cannot be reached are among them. */
  readonly blocks: readonly Block[];
  readonly locals: number;
  readonly slots: number;
  /** The slots, those of locals before those of operands. */
  readonly order: readonly number[];
  readonly elements: number;
}
