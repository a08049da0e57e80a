/**
 * Which parameters are kept by the callers, in every call: the greatest solution over the whole program.
 *
 * It begins with all of them, except those of functions that the host can call, and takes away what some call of a collecting function
 * passes without keeping it: a value that is neither a constant, nor held itself, nor in a wanted slot of the caller. What asc
 * calls a managed operand is always in such a slot; a bare address need not be. Calls that cannot collect do not matter, nor do
 * last calls, which keep what they pass themselves.
 */
import binaryen from "binaryen";
import type { Known, Program } from "./calls.ts";
import type { Flow } from "./flow.ts";
import { makeFlow } from "./lower.ts";
import type { Node } from "./tree.ts";
import { apply, copyState, findValues, HELD, type State } from "./values.ts";

/** A function with its flow and the states at the start of its blocks, for the final answer. */
export interface Analyzed {
  readonly known: Known;
  readonly flow: Flow;
  readonly starts: readonly (State | undefined)[];
}

export function analyze(program: Program): Analyzed[] {
  const held = new Map<string, boolean[]>();
  for (const [name, { func, frame }] of program.functions) {
    const trusted = frame !== undefined && !program.exported.has(name);
    held.set(
      name,
      func.params.map((type) => trusted && type === binaryen.i32),
    );
  }
  const done = new Map<string, Analyzed>();
  const todo = new Set([...program.functions.keys()].filter((name) => matters(program, name)));
  for (const name of todo) {
    todo.delete(name);
    const known = program.functions.get(name)!;
    const flow = done.get(name)?.flow ?? makeFlow(program, known);
    const starts = findValues(flow, held.get(name)!);
    done.set(name, { known, flow, starts });
    for (const [callee, index] of findLoose(program, flow, starts)) {
      const parameters = held.get(callee)!;
      if (!parameters[index]) continue;
      parameters[index] = false;
      if (matters(program, callee)) todo.add(callee);
    }
  }
  return [...done.values()];
}

/** Whether the function has a frame, or calls that can collect. */
function matters(program: Program, name: string): boolean {
  const { func, frame } = program.functions.get(name)!;
  if (frame) return true;
  return func.nodes.some((node) => isCollectingCall(program, node));
}

function isCollectingCall(program: Program, node: Node): boolean {
  const isCall = node.kind === binaryen.CallId || node.kind === binaryen.CallIndirectId;
  return isCall && program.isCollecting(node);
}

/** The parameters that calls in this function do not keep. */
function findLoose(
  program: Program,
  flow: Flow,
  starts: readonly (State | undefined)[],
): [callee: string, index: number][] {
  const loose: [string, number][] = [];
  for (const [index, { ops }] of flow.blocks.entries()) {
    const start = starts[index];
    if (start === undefined) continue;
    const state = copyState(start);
    for (const op of ops) {
      if (op.kind === "call" && !op.last) {
        for (const [position, element] of op.operands.entries()) {
          if (element === undefined || isKept(flow, state, element)) continue;
          for (const callee of program.targets(op.call)) loose.push([callee, position]);
        }
      }
      apply(state, op, flow);
    }
  }
  return loose;
}

function isKept(flow: Flow, { classes, wanted }: State, element: number): boolean {
  const value = classes[element]!;
  if (value <= HELD) return true;
  return wanted.some((bit, slot) => bit === 1 && classes[flow.locals + slot] === value);
}
