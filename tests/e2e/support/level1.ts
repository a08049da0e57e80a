/**
 * A host that offers level 1 of docs/ABI.md, or 0, and nothing beyond: it never attaches, its fds are random numbers, its poll_oneoff
 * is level-triggered and refuses to wait for nothing, it is strict about the size of an option, and it knows few options. Its
 * guest runs in a thread of its own. Only the system calls are the product's.
 */
import type { AddressInfo } from "node:net";
import { Worker } from "node:worker_threads";

/** What kind of host. */
export interface Level1Options {
  /** What it offers: 1 when nothing is said; 0 is WASI preview1, and any other import is a LinkError. */
  readonly level?: 0 | 1;
  /** Handles of open sockets, of which the guest gets copies: its fds 3, 4 … */
  readonly sockets?: readonly number[];
  /** What sock_getsockopt's last parameter is: like WasmEdge's or like wasi-go's. The other one is EINVAL. */
  readonly size: "pointer" | "value";
  /** How many of the guest's connects make the socket connect to itself, as a kernel that picks the dialled port would. */
  readonly selfConnects?: number;
}

/** The message that starts a guest. */
export interface Start extends Level1Options {
  readonly wasm: Uint8Array;
  readonly args: readonly string[];
  /** Not 0 when the guest shall end. */
  readonly stop: Int32Array;
}

/** What the thread tells. */
export type Told =
  | { readonly type: "listening"; readonly address: AddressInfo }
  | { readonly type: "output"; readonly bytes: Uint8Array }
  | { readonly type: "ended"; readonly code: number };

/** Level1 is a guest that runs on such a host. */
export class Level1 implements AsyncDisposable {
  readonly exited: Promise<{ readonly code: number }>;
  readonly #first: Promise<AddressInfo>;
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));

  static start(
    wasm: Uint8Array,
    options: Level1Options & {
      readonly args: readonly string[];
      readonly stdout: (bytes: Uint8Array) => void;
    },
  ): Promise<Level1> {
    return Promise.resolve(new Level1(wasm, options));
  }

  private constructor(
    wasm: Uint8Array,
    {
      stdout,
      ...options
    }: Level1Options & { args: readonly string[]; stdout: (b: Uint8Array) => void },
  ) {
    const worker = spawn();
    let code = 0;
    this.#first = new Promise((resolve, reject) => {
      worker.on("message", (told: Told) => {
        if (told.type === "listening") resolve(told.address);
        else if (told.type === "output") stdout(told.bytes);
        else code = told.code;
      });
      worker.once("exit", () => reject(new Error("the guest ended before it listened")));
    });
    this.#first.catch(() => undefined);
    this.exited = new Promise((resolve, reject) => {
      worker.once("error", reject);
      worker.once("exit", () => resolve({ code }));
    });
    worker.postMessage({ ...options, wasm, stop: this.#stop } satisfies Start);
  }

  listening(): Promise<AddressInfo> {
    return this.#first;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    Atomics.store(this.#stop, 0, 1);
    await this.exited;
  }
}

/** A thread does not inherit the loader that runs this file. */
function spawn(): Worker {
  const tsx = import.meta.resolve("tsx/esm/api");
  const thread = new URL("level1-thread.ts", import.meta.url).href;
  const boot = `import(${JSON.stringify(tsx)}).then(({ register }) => {
    register();
    return import(${JSON.stringify(thread)});
  })`;
  return new Worker(boot, { eval: true });
}
