import { join } from "node:path";
import { Child } from "./child.ts";
import { BenchError } from "./errors.ts";
import type { Pinning } from "./pin.ts";
import { compileC, root } from "./toolchain.ts";

/** What the generator does: `echo` on kept connections, `rate` with one each, `bulk` one way. */
export interface Load {
  readonly mode: "echo" | "rate" | "bulk";
  readonly connections: number;
  readonly size: number;
}

/** What the generator saw in one window; latencies in ns, where requests have replies. */
export interface Window {
  readonly requests: number;
  readonly seconds: number;
  readonly p50?: number;
  readonly p99?: number;
}

export interface Generator {
  readonly command: readonly string[];
  readonly note: string;
}

/** The C generator, or the one on node:net where there is no compiler. */
export function prepareGenerator(pinning: Pinning): Generator {
  const program = compileC("load", ...SOURCES);
  if (program) return { command: [...pinning.load, program], note: "load generator: C" };
  const script = join(root, "bench/load/node.ts");
  return {
    command: [...pinning.load, process.execPath, "--import", "tsx", script],
    note: "load generator: node:net (no C compiler); it is slower than the servers it measures",
  };
}

/** A load generator with its connections open and proven, between two windows. */
export class LoadProcess {
  readonly #child: Child;

  private constructor(child: Child) {
    this.#child = child;
  }

  static async start(generator: Generator, load: Load, port: number): Promise<LoadProcess> {
    const args = [load.mode, port, load.connections, load.size].map(String);
    const child = new Child("load generator", [...generator.command, ...args]);
    const process = new LoadProcess(child);
    try {
      await process.#expect("ready", START_TIMEOUT);
    } catch (error) {
      await process.stop();
      throw error;
    }
    return process;
  }

  /** Runs one window. No request is under way before or after it. */
  async run(seconds: number): Promise<Window> {
    this.#child.send(`${seconds}`);
    const line = await this.#expect("{", seconds * 1000 + DRAIN_TIMEOUT);
    return JSON.parse(line) as Window;
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }

  /** Any other line is the generator's account of what failed. */
  async #expect(start: string, milliseconds: number): Promise<string> {
    const line = await this.#child.line(milliseconds);
    if (!line.startsWith(start)) throw new BenchError(line);
    return line;
  }
}

const SOURCES = ["main", "conn", "bulk"].map((name) => `bench/load/${name}.c`);
const START_TIMEOUT = 60_000;
const DRAIN_TIMEOUT = 30_000;
