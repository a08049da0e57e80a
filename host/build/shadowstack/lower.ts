/**
 * Making the basic blocks of a function (flow.ts) from its tree.
 */
import binaryen from "binaryen";
import { isLastCall, type Known, ownSlot, type Program } from "./calls.ts";
import type { Block, Flow, Op } from "./flow.ts";
import { type Node, Unsupported } from "./tree.ts";

interface Label {
  readonly name: string;
  readonly block: number;
  /** Where the value of a break goes. */
  readonly to: number | undefined;
}

export function makeFlow(program: Program, known: Known): Flow {
  return new Builder(program, known).build();
}

class Builder {
  readonly #program: Program;
  readonly #known: Known;
  readonly #prologue: ReadonlySet<Node>;
  readonly #slots: number;
  readonly #blocks: Block[] = [];
  readonly #labels: Label[] = [];
  /** The slots that operands have had. */
  readonly #operands = new Set<number>();
  #current: number;
  /** The next free element for an operand. They are used like a stack. */
  #free: number;
  #elements: number;

  constructor(program: Program, known: Known) {
    const { frame, func } = known;
    this.#program = program;
    this.#known = known;
    this.#prologue = new Set(frame ? [frame.enter, frame.check, ...frame.zeros] : []);
    this.#slots = frame?.slots ?? 0;
    this.#free = func.locals + this.#slots;
    this.#elements = this.#free;
    this.#current = this.#block();
  }

  build(): Flow {
    const { func } = this.#known;
    this.#lower(func.body, undefined);
    const all = Array.from({ length: this.#slots }, (_, slot) => slot);
    const isOperand = (slot: number): boolean => this.#operands.has(slot);
    return {
      blocks: this.#blocks,
      locals: func.locals,
      slots: this.#slots,
      order: [...all.filter((slot) => !isOperand(slot)), ...all.filter(isOperand)],
      elements: this.#elements,
    };
  }

  #block(): number {
    return this.#blocks.push({ ops: [], next: [] }) - 1;
  }

  #emit(op: Op): void {
    this.#blocks[this.#current]!.ops.push(op);
  }

  #goto(block: number): void {
    this.#blocks[this.#current]!.next.push(block);
  }

  /** What follows cannot be reached from here. */
  #stop(): void {
    this.#current = this.#block();
  }

  #take(): number {
    const element = this.#free++;
    this.#elements = Math.max(this.#elements, this.#free);
    return element;
  }

  /** Appends the evaluation of node; its value, if asked for, is in element `to` as the last thing that happens. */
  #lower(node: Node, to: number | undefined): void {
    if (this.#prologue.has(node)) return;
    switch (node.kind) {
      case binaryen.BlockId:
        this.#lowerBlock(node, to);
        break;
      case binaryen.LoopId:
        this.#lowerLoop(node, to);
        break;
      case binaryen.IfId:
        this.#lowerIf(node, to);
        break;
      case binaryen.BreakId:
        this.#lowerBreak(node);
        break;
      case binaryen.SwitchId:
        this.#lowerSwitch(node);
        break;
      case binaryen.LocalSetId:
        this.#lowerSet(node, to);
        break;
      case binaryen.CallId:
      case binaryen.CallIndirectId:
        this.#lowerCall(node, to);
        break;
      case binaryen.StoreId:
        this.#lowerStore(node);
        break;
      default:
        for (const child of node.children) this.#lower(child, undefined);
        if (node.kind === binaryen.ReturnId || node.kind === binaryen.UnreachableId) this.#stop();
        else if (to !== undefined) this.#emit(simple(node, to));
    }
  }

  #lowerBlock(node: Node, to: number | undefined): void {
    const { name } = node.info;
    const end = name ? this.#block() : undefined;
    if (end !== undefined) this.#labels.push({ name, block: end, to });
    for (const child of node.children) {
      this.#lower(child, child === node.children.at(-1) ? to : undefined);
    }
    if (end === undefined) return;
    this.#labels.pop();
    this.#goto(end);
    this.#current = end;
  }

  #lowerLoop(node: Node, to: number | undefined): void {
    const head = this.#block();
    this.#goto(head);
    this.#current = head;
    this.#labels.push({ name: node.info.name, block: head, to: undefined });
    this.#lower(node.children[0]!, to);
    this.#labels.pop();
  }

  #lowerIf(node: Node, to: number | undefined): void {
    const [condition, ...arms] = node.children;
    this.#lower(condition!, undefined);
    const from = this.#current;
    const end = this.#block();
    for (const arm of arms) {
      this.#current = this.#block();
      this.#blocks[from]!.next.push(this.#current);
      this.#lower(arm, to);
      this.#goto(end);
    }
    if (arms.length === 1) this.#blocks[from]!.next.push(end);
    this.#current = end;
  }

  #label(name: string): Label {
    const label = this.#labels.findLast((one) => one.name === name);
    if (label === undefined) throw new Unsupported(`label ${name}`);
    return label;
  }

  #lowerBreak(node: Node): void {
    const label = this.#label(node.info.name);
    if (node.info.value) {
      if (node.children.length > 1) throw new Unsupported("br_if with a value");
      this.#lower(node.children[0]!, label.to);
      this.#goto(label.block);
      this.#stop();
      return;
    }
    for (const condition of node.children) this.#lower(condition, undefined);
    const from = this.#current;
    this.#goto(label.block);
    this.#stop();
    if (node.children.length > 0) this.#blocks[from]!.next.push(this.#current);
  }

  #lowerSwitch(node: Node): void {
    if (node.info.value) throw new Unsupported("br_table with a value");
    for (const condition of node.children) this.#lower(condition, undefined);
    for (const name of new Set([...node.info.names, node.info.defaultName])) {
      this.#goto(this.#label(name).block);
    }
    this.#stop();
  }

  #lowerSet(node: Node, to: number | undefined): void {
    const { index } = node.info;
    this.#lower(node.children[0]!, index);
    if (to !== undefined) this.#emit({ kind: "copy", to, from: index });
  }

  #lowerStore(node: Node): void {
    const slot = this.#known.frame?.stores.get(node);
    const [pointer, value] = node.children;
    this.#lower(pointer!, undefined);
    const from = slot === undefined ? undefined : this.#take();
    this.#lower(value!, from);
    if (slot === undefined || from === undefined) return;
    this.#emit({ kind: "store", slot, from, node });
    this.#free--;
  }

  #lowerCall(node: Node, to: number | undefined): void {
    const { frame } = this.#known;
    const free = this.#free;
    const last = isLastCall(node, frame);
    const collecting = this.#program.isCollecting(node);
    const own = new Set<number>();
    const operands: (number | undefined)[] = [];
    for (const child of node.children) {
      const slot = ownSlot(child, frame);
      if (slot !== undefined) own.add(slot);
      const follow = collecting && !last && child.type === binaryen.i32;
      const element = follow ? this.#take() : undefined;
      operands.push(element);
      this.#lower(child, element);
    }
    if (collecting) this.#emit({ kind: "call", call: node, operands, own: [...own], last });
    for (const slot of own) {
      this.#operands.add(slot);
      this.#emit({ kind: "release", slot });
    }
    if (to !== undefined) this.#emit({ kind: "fresh", to });
    this.#free = free;
  }
}

/** What an expression without control flow and calls puts into element `to`. */
function simple(node: Node, to: number): Op {
  if (node.kind === binaryen.LocalGetId) return { kind: "copy", to, from: node.info.index };
  return { kind: node.kind === binaryen.ConstId ? "constant" : "fresh", to };
}
