/**
 * Changing expressions in place, with the part of Binaryen's interface that its declarations leave out.
 */
import binaryen from "binaryen";
import { type Func, type Node, Unsupported } from "./tree.ts";

interface Setters {
  readonly Function: { setBody(func: number, body: number): void };
  readonly Block: { setChildAt(block: number, index: number, child: number): void };
  readonly Loop: { setBody(loop: number, body: number): void };
  readonly If: {
    setIfTrue(condition: number, arm: number): void;
    setIfFalse(condition: number, arm: number): void;
  };
  readonly Store: { setOffset(store: number, offset: number): void };
  readonly Const: { setValueI32(constant: number, value: number): void };
}

const setters = binaryen as unknown as Setters;

export function setOffset(store: Node, offset: number): void {
  setters.Store.setOffset(store.ref, offset);
}

export function setConst(constant: Node, value: number): void {
  setters.Const.setValueI32(constant.ref, value);
}

/** Whether `replace` works for the node. */
export function isStatement(node: Node): boolean {
  const { parent } = node;
  if (parent === null) return true;
  if (parent.kind === binaryen.IfId) return parent.children[0] !== node;
  return parent.kind === binaryen.BlockId || parent.kind === binaryen.LoopId;
}

/** Puts another expression in the place of a statement. */
export function replace(func: Func, node: Node, ref: number): void {
  const { parent } = node;
  if (parent === null) {
    setters.Function.setBody(func.ref, ref);
    return;
  }
  const index = parent.children.indexOf(node);
  switch (parent.kind) {
    case binaryen.BlockId:
      setters.Block.setChildAt(parent.ref, index, ref);
      return;
    case binaryen.LoopId:
      setters.Loop.setBody(parent.ref, ref);
      return;
    case binaryen.IfId:
      if (index === 1) setters.If.setIfTrue(parent.ref, ref);
      else setters.If.setIfFalse(parent.ref, ref);
      return;
    default:
      throw new Unsupported(`a statement in expression ${parent.kind}`);
  }
}
