/** Plain clients for tests, over node:net. */
import { connect, type Socket } from "node:net";

/** Client is a connection that a test reads and writes step by step. */
export class Client implements Disposable {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #ended = false;
  #error: Error | undefined;
  #wake: () => void = () => undefined;

  static async connect(port: number, host = "127.0.0.1"): Promise<Client> {
    const socket = connect({ port, host, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    return new Client(socket);
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake();
    });
    for (const end of ["end", "close"]) {
      socket.on(end, () => {
        this.#ended = true;
        this.#wake();
      });
    }
    socket.on("error", (error) => {
      this.#error = error;
      this.#wake();
    });
  }

  write(data: string | Uint8Array): void {
    this.socket.write(data);
  }

  /** read waits for so many bytes and takes them; fewer come only when the connection ends before. */
  async read(count: number): Promise<string> {
    await this.#until(() => this.#received.length >= count);
    return this.#take(count);
  }

  /** readTo waits for a text and takes everything up to its end. */
  async readTo(text: string): Promise<string> {
    await this.#until(() => this.#received.includes(text));
    return this.#take(this.#received.indexOf(text) + text.length);
  }

  /** rest waits for the end and takes everything before it. */
  async rest(): Promise<string> {
    await this.#until(() => false);
    return this.#take(this.#received.length);
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  #take(count: number): string {
    const text = this.#received.toString("latin1", 0, count);
    this.#received = this.#received.subarray(count);
    return text;
  }

  async #until(enough: () => boolean): Promise<void> {
    while (!enough()) {
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** eventually asks again until the answer is yes; the test's own time is the limit. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
