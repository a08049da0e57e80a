import { setImmediate } from "node:timers/promises";
import type { Decoration } from "../../../host/decorate.ts";
import { Instance } from "../../../host/instance.ts";
import type { Listening } from "../../../host/listening.ts";
import { allow, type Denial, type Policy } from "../../../host/policy.ts";
import { Shared } from "../../../host/shared.ts";
import { EAGAIN, EINPROGRESS } from "./abi.ts";
import { CONTROL, passthrough } from "./wat.ts";

/** How to set up a rig. */
export interface RigOptions {
  readonly net?: Policy;
  /** Whether the guest attaches. */
  readonly attached?: boolean;
  /** Whether the guest may wait, as in a thread of its own. */
  readonly mayWait?: boolean;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly sockets?: readonly number[];
  readonly maxSockets?: number;
  readonly decoration?: Decoration;
}

/** Received is a datagram and where it came from; the place is the tagged 128 bytes. */
export interface Received {
  readonly errno: number;
  readonly text: string;
  readonly roflags: number;
  readonly port: number;
  readonly place: Buffer;
}

const modules = new Map<boolean, WebAssembly.Module>();

/**
 * Rig is a guest whose calls a test makes: each goes through wasm, so that numbers arrive at the
 * host as a guest's would. Tests lay out its memory as they like; scratch begins at 1024.
 */
export class Rig implements Disposable {
  readonly instance: Instance;
  readonly shared: Shared;
  readonly listening: Listening[] = [];
  readonly denials: Denial[] = [];
  output = "";
  readonly #mayWait: boolean;

  static async open(options: RigOptions = {}): Promise<Rig> {
    const { net = allow.listen().dial(), attached = false, mayWait = true } = options;
    const { args = ["rig"], env = {}, sockets = [], maxSockets, decoration } = options;
    const { rules } = net;
    const module = modules.get(attached) ?? (await WebAssembly.compile(passthrough(attached)));
    modules.set(attached, module);
    const shared = new Shared();
    const told: Pick<Rig, "listening" | "denials"> = { listening: [], denials: [] };
    const output: string[] = [];
    const instance = await Instance.create(
      { module, typed: true, args, env, rules, sockets, maxSockets, decoration },
      shared,
      {
        listening: (address) => void told.listening.push(address),
        denied: (denial) => void told.denials.push(denial),
        write(_fd, bytes) {
          output.push(Buffer.from(bytes).toString());
          return 0;
        },
      },
      mayWait,
    );
    return new Rig(instance, shared, told, output, mayWait);
  }

  private constructor(
    instance: Instance,
    shared: Shared,
    told: Pick<Rig, "listening" | "denials">,
    output: string[],
    mayWait: boolean,
  ) {
    this.#mayWait = mayWait;
    this.instance = instance;
    this.shared = shared;
    this.listening = told.listening;
    this.denials = told.denials;
    Object.defineProperty(this, "output", { get: () => output.join("") });
  }

  /** call makes one call and answers its errno. */
  call(name: string, ...args: readonly (number | bigint)[]): number {
    const exports = this.instance.exports as unknown as Record<string, (...a: unknown[]) => number>;
    return exports[name]!(...args);
  }

  get bytes(): Buffer {
    return Buffer.from(this.instance.exports.memory.buffer);
  }

  u32(at: number): number {
    return this.bytes.readUInt32LE(at);
  }

  /** words stores words one after the other. */
  words(at: number, ...values: readonly number[]): void {
    for (const [i, value] of values.entries()) this.bytes.writeUInt32LE(value >>> 0, at + i * 4);
  }

  /** address stores an address parameter with its bytes and answers where. */
  address(...bytes: readonly number[]): number {
    this.words(1024, 1032, bytes.length);
    this.bytes.set(bytes, 1032);
    return 1024;
  }

  /** path stores a unix socket's address, whose length is 0 unless it is told, and answers where. */
  path(path: string | Uint8Array, length = 0): number {
    const bytes = Buffer.alloc(128);
    bytes.writeUInt16LE(3, 0);
    Buffer.from(path).copy(bytes, 2);
    bytes.writeUInt16LE(length, 126);
    return this.address(...bytes);
  }

  /** name is what a socket's address says of a unix socket: its path. */
  name(fd: number, call = "sock_getlocaladdr"): string {
    this.words(1024, 1300, 128);
    must(this.call(call, fd, 1024, 1200));
    return pathOf(this.bytes.subarray(1300, 1428));
  }

  /** socket opens a socket; stream and IPv4 by default, non-blocking on demand. */
  socket(options: { family?: number; type?: number; nonblock?: boolean } = {}): number {
    const { family = 1, type = 2, nonblock = false } = options;
    must(this.call("sock_open", family, type, 1200));
    const fd = this.u32(1200);
    if (nonblock) must(this.call("fd_fdstat_set_flags", fd, 4));
    return fd;
  }

  /** listener is a socket that listens on 127.0.0.1, and its port. */
  listener(nonblock = false): { fd: number; port: number } {
    const fd = this.socket({ nonblock });
    must(this.call("sock_bind", fd, this.address(127, 0, 0, 1), 0));
    must(this.call("sock_listen", fd, 16));
    return { fd, port: this.port(fd) };
  }

  /** port is the local port of a socket. */
  port(fd: number): number {
    this.words(1024, 1300, 128);
    must(this.call("sock_getlocaladdr", fd, 1024, 1200));
    return this.u32(1200);
  }

  connect(fd: number, port: number): number {
    return this.call("sock_connect", fd, this.address(127, 0, 0, 1), port);
  }

  /** accept takes a connection; the errno, or the new fd. */
  accept(fd: number, flags = 0): { errno: number; fd: number } {
    const errno = this.call("sock_accept", fd, flags, 1200);
    return { errno, fd: this.u32(1200) };
  }

  /** pair is two connected sockets. */
  pair(nonblock = false): [client: number, server: number] {
    const { fd, port } = this.listener();
    const client = this.socket({ nonblock: !this.#mayWait });
    const errno = this.connect(client, port);
    if (errno !== EINPROGRESS) must(errno);
    if (nonblock) must(this.call("fd_fdstat_set_flags", client, 4));
    const server = this.accept(fd, nonblock ? 4 : 0);
    must(server.errno);
    must(this.call("fd_close", fd));
    return [client, server.fd];
  }

  /** send sends a text from one place in memory. */
  send(fd: number, text: string): number {
    this.bytes.write(text, 2048);
    this.words(1400, 2048, text.length);
    return this.call("sock_send", fd, 1400, 1, 0, 1200);
  }

  /** recv reads a text, at most so many bytes. */
  recv(fd: number, most = 100, flags = 0): { errno: number; text: string; roflags: number } {
    this.words(1400, 3000, most);
    const errno = this.call("sock_recv", fd, 1400, 1, flags, 1200, 1204);
    const text = errno === 0 ? this.bytes.toString("latin1", 3000, 3000 + this.u32(1200)) : "";
    return { errno, text, roflags: this.bytes.readUInt16LE(1204) };
  }

  /** sendTo sends a text to a stored address. */
  sendTo(fd: number, text: string, address: number, port = 0): number {
    this.bytes.write(text, 2048);
    this.words(1400, 2048, text.length);
    return this.call("sock_send_to", fd, 1400, 1, address, port, 0, 1200);
  }

  /** recvFrom reads a text and its source. */
  recvFrom(fd: number, most = 100, flags = 0): Received {
    this.words(1400, 3000, most);
    this.words(1024, 1500, 128);
    this.bytes.fill("?", 1500, 1628);
    const errno = this.call("sock_recv_from", fd, 1400, 1, 1024, flags, 1208, 1200, 1204);
    const text = errno === 0 ? this.bytes.toString("latin1", 3000, 3000 + this.u32(1200)) : "";
    const place = Buffer.from(this.bytes.subarray(1500, 1628));
    return { errno, text, roflags: this.bytes.readUInt16LE(1204), port: this.u32(1208), place };
  }

  /** option reads a socket option of 4 bytes. */
  option(fd: number, level: number, name: number): number {
    must(this.call("sock_getsockopt", fd, level, name, 1200, 4));
    return this.bytes.readInt32LE(1200);
  }

  /** events waits as an attached guest does. */
  events(nanoseconds: bigint, capacity = 16): { errno: number; events: [number, number][] } {
    this.bytes.writeBigInt64LE(nanoseconds, CONTROL + 8);
    this.words(CONTROL + 16, 8192, capacity);
    const errno = this.call("poll_oneoff", 0, 0, 0, 1200);
    const events: [number, number][] = [];
    for (let i = 0; errno === 0 && i < this.u32(1200); i++) {
      events.push([this.u32(8192 + i * 8), this.u32(8196 + i * 8)]);
    }
    return { errno, events };
  }

  [Symbol.dispose](): void {
    this.instance.close();
  }
}

/**
 * eventually repeats a call on a non-blocking socket while it says EAGAIN, and lets this process's own
 * sockets have their turn in between. A peer that never answers is a test that times out.
 */
export async function eventually<T extends { readonly errno: number }>(call: () => T): Promise<T> {
  for (;;) {
    const answer = call();
    if (answer.errno !== EAGAIN) return answer;
    await setImmediate();
  }
}

/** pathOf is the path in the tagged 128 bytes of a unix socket's address. */
export function pathOf(place: Buffer): string {
  if (place.readUInt16LE(0) !== 3) throw new Error(`family ${place.readUInt16LE(0)}`);
  return place.toString("latin1", 2, 2 + place.readUInt16LE(126));
}

export function must(errno: number): void {
  if (errno !== 0) throw new Error(`errno ${errno}`);
}
