/**
 * Running a guest with the collector at its worst: at work at every allocation, and what is freed overwritten.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile } from "../../../host/build/compile.ts";
import { optimize } from "../../../host/build/optimize.ts";

/** Where the runtime counts what was freed. */
const FREED = 8;

/** What a run left. */
export interface Run {
  readonly output: string;
  /** How many objects were freed. */
  readonly freed: number;
}

/** Builds and runs a program, with the compiler's whole shadow stack or without what it does not need. */
export async function torture(entry: string, stress: number, whole: boolean): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), "wasi-net-torture-"));
  try {
    const flags = ["--use", `WASI_NET_STRESS=${stress}`];
    const compiled = await compile(entry, { flags, wholeShadowStack: whole });
    const { wasm } = await optimize(compiled, { folder, name: "guest.wasm", debug: true });
    return runGuest(wasm);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit code ${code}`);
    this.code = code;
  }
}

interface Guest {
  readonly memory: WebAssembly.Memory;
  _start(): void;
}

/** Runs a guest that prints and sleeps. */
function runGuest(wasm: Uint8Array): Run {
  let output = "";
  let now = 0n;
  const view = (): DataView => new DataView(memory.buffer);
  const host: Record<string, (...args: number[]) => number> = {
    fd_write(_fd, vectors, count, size) {
      let total = 0;
      for (let at = vectors!; at < vectors! + 8 * count!; at += 8) {
        const length = view().getUint32(at + 4, true);
        output += Buffer.from(memory.buffer, view().getUint32(at, true), length).toString();
        total += length;
      }
      view().setUint32(size!, total, true);
      return 0;
    },
    clock_time_get(_clock, _precision, time) {
      now += 1000n;
      view().setBigUint64(time!, now, true);
      return 0;
    },
    poll_oneoff(_subscriptions, events, _count, size) {
      // The first clock has always just struck. Runs must not differ in time.
      now += 1_000_000n;
      new Uint8Array(memory.buffer, events, 32).fill(0);
      view().setUint32(size!, 1, true);
      return 0;
    },
    proc_exit(code) {
      throw new Exit(code!);
    },
  };
  const module = new WebAssembly.Module(wasm);
  const imports: Record<string, Record<string, () => number>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = host[name] ?? (() => 52);
  }
  const { memory, _start: start } = new WebAssembly.Instance(module, imports)
    .exports as unknown as Guest;
  try {
    start();
  } catch (error) {
    if (!(error instanceof Exit) || error.code !== 0) {
      throw new Error(`${output}${String((error as Error).stack)}`);
    }
  }
  return { output, freed: view().getUint32(FREED, true) };
}
