/**
 * Running a random module with and without the pass, and comparing what the collector finds at every look.
 */
import * as assert from "node:assert/strict";
import binaryen from "binaryen";
import { type Trimmed, trimShadowStack } from "../../../host/build/shadowstack.ts";
import { numbers, randomModule } from "./random.ts";

const TOP = 60_000;
/** Below it are null and the static object of the modules. */
const FIRST = 1000;
const POISON = 0x0bad_0bad;
/** Looks after which a run ends: loops can be long. */
const PATIENCE = 400;

class End extends Error {}

/** The objects on the stack at each look. */
type Looks = ReadonlySet<number>[];

/** Compares the runs of a module; answers what the pass removed, and how often the collector looked. */
export function compareRuns(seed: number, runs: number): { trimmed: Trimmed; looks: number } {
  const reference = compile(seed, true);
  const trimmed = compile(seed, false);
  let looks = 0;
  for (let run = 0; run < runs; run++) {
    const expected = execute(reference.module, run);
    const actual = execute(trimmed.module, run);
    assert.equal(actual.length, expected.length, `seed ${seed}, run ${run}`);
    for (const [index, objects] of expected.entries()) {
      for (const object of objects) {
        assert.ok(actual[index]!.has(object), `seed ${seed}, run ${run}, look ${index}: ${object}`);
      }
    }
    looks += expected.length;
  }
  return { trimmed: trimmed.removed!, looks };
}

function compile(
  seed: number,
  reference: boolean,
): { module: WebAssembly.Module; removed?: Trimmed } {
  const module = binaryen.parseText(randomModule(seed, reference));
  try {
    module.setFeatures(binaryen.Features.All);
    const removed = reference ? undefined : trimShadowStack(module);
    assert.ok(module.validate());
    const wasm = new WebAssembly.Module(new Uint8Array(module.emitBinary()));
    return removed === undefined ? { module: wasm } : { module: wasm, removed };
  } finally {
    module.dispose();
  }
}

function execute(module: WebAssembly.Module, run: number): Looks {
  const random = numbers(run);
  const looks: Looks = [];
  let next = FIRST;
  const read = (pointer: number): Set<number> => {
    const stack = new Uint32Array(guest.memory.buffer, pointer, (TOP - pointer) / 4);
    for (const word of stack) {
      assert.ok(word < next, `not an object: ${word.toString(16)}`);
    }
    // What frames leave behind must not be taken for objects.
    new Uint32Array(guest.memory.buffer, 16, (pointer - 16) / 4).fill(POISON);
    return new Set([...stack].filter((word) => word >= FIRST));
  };
  const host = {
    look(pointer: number): void {
      looks.push(read(pointer));
      if (looks.length > PATIENCE) throw new End();
    },
    last(pointer: number, value: number): void {
      // Nothing returns from here: what was given is all that counts.
      looks.push(new Set([...read(pointer)].filter((object) => object === value)));
      throw new End();
    },
    fresh: (): number => next++,
    coin: (): number => random(2),
  };
  const guest = new WebAssembly.Instance(module, { host }).exports as unknown as {
    memory: WebAssembly.Memory;
    main(): void;
  };
  try {
    guest.main();
  } catch (error) {
    if (!(error instanceof End)) throw error;
  }
  return looks;
}
