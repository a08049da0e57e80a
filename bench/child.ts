import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { BenchError } from "./errors.ts";

/**
 * A process the benchmark started, read line by line. All are ended, by their own pid, no later
 * than this process ends.
 */
export class Child {
  readonly name: string;
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];
  readonly #closed: Promise<void>;
  #ended: string | undefined;
  #wake: () => void = () => {};

  constructor(name: string, command: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.name = name;
    const [file, ...args] = command;
    this.#process = spawn(file!, args, { env: { ...process.env, ...env }, stdio: "pipe" });
    for (const stream of [this.#process.stdout!, this.#process.stderr!]) {
      createInterface(stream).on("line", (line) => this.#push(line));
    }
    // A process that has gone makes writes to it fail; `line` reports why it went.
    this.#process.stdin!.on("error", () => {});
    this.#closed = new Promise((resolve) => {
      this.#process.on("error", (error) => this.#end(error.message, resolve));
      this.#process.on("close", (code, signal) => this.#end(`exit ${signal ?? code}`, resolve));
    });
    running.add(this);
  }

  get pid(): number {
    return this.#process.pid!;
  }

  send(line: string): void {
    this.#process.stdin!.write(`${line}\n`);
  }

  /** Waits for the next line of output, on stdout or stderr. */
  async line(milliseconds: number): Promise<string> {
    const deadline = Date.now() + milliseconds;
    while (this.#lines.length === 0) {
      if (this.#ended !== undefined) throw new BenchError(`${this.name} ended: ${this.#ended}`);
      const left = deadline - Date.now();
      if (left <= 0) throw new BenchError(`${this.name}: no answer for ${milliseconds / 1000} s`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#lines.shift()!;
  }

  /** Ends the process: it is asked to, and killed when it does not listen. */
  async stop(): Promise<void> {
    this.#process.stdin!.end();
    this.#process.kill("SIGTERM");
    const timer = setTimeout(() => this.kill(), GRACE);
    await this.#closed;
    clearTimeout(timer);
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  #push(line: string): void {
    this.#lines.push(line);
    // Only the latest lines can matter: a server may log what nobody reads.
    if (this.#lines.length > 100) this.#lines.shift();
    this.#wake();
  }

  #end(how: string, resolve: () => void): void {
    this.#ended ??= how;
    running.delete(this);
    this.#wake();
    resolve();
  }
}

const GRACE = 1000;
const running = new Set<Child>();

process.on("exit", () => {
  for (const child of running) child.kill();
});
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => process.exit(signal === "SIGINT" ? 130 : 143));
}
