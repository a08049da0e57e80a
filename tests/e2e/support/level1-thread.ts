/**
 * The thread of a level 1 guest: WASI preview1 as far as the guest needs it, and the sockets of the WasmEdge extension; for one of
 * level 0 without these.
 */
import { parentPort } from "node:worker_threads";
import { Endpoint, INET4, INET6, UNIX } from "../../../host/endpoint.ts";
import { listeningOn } from "../../../host/listening.ts";
import { withNearest } from "../../../host/nearest.ts";
import { openSystem } from "../../../host/os/index.ts";
import { type PollSet, READABLE, type System, Vector, WRITABLE } from "../../../host/system.ts";
import type { Start, Told } from "./level1.ts";

const EBADF = 8;
const EINVAL = 28;
const ENOPROTOOPT = 50;
const ENOTSUP = 58;
const CLOCK = 0;
const FD_WRITE = 2;
const NONBLOCK = 4;
const TYPE = 1;
const STREAM = 2;
const CHARACTER_DEVICE = 2;
const SOCKET_DGRAM = 5;
const SOCKET_STREAM = 6;

class Exit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

parentPort!.once("message", async (start: Start) => {
  const host = new Host(start, withNearest(await openSystem()));
  const code = await host.run();
  tell({ type: "ended", code });
});

function tell(told: Told): void {
  parentPort!.postMessage(told);
}

class Host {
  readonly #start: Start;
  readonly #system: System;
  readonly #set: PollSet;
  readonly #handles = new Map<number, number>();
  readonly #endpoint = new Endpoint();
  readonly #vector = new Vector();
  #memory!: WebAssembly.Memory;
  #selfConnects: number;

  constructor(start: Start, system: System) {
    this.#start = start;
    this.#system = system;
    this.#set = system.pollSet();
    this.#selfConnects = start.selfConnects ?? 0;
  }

  async run(): Promise<number> {
    const module = await WebAssembly.compile(this.#start.wasm as Uint8Array<ArrayBuffer>);
    const { level = 1, sockets = [] } = this.#start;
    const instance = new WebAssembly.Instance(module, {
      wasi_snapshot_preview1: { ...this.#preview1(), ...(level === 1 ? this.#extension() : {}) },
    });
    for (const [i, socket] of sockets.entries())
      this.#handles.set(3 + i, this.#system.adopt(socket));
    this.#memory = instance.exports["memory"] as WebAssembly.Memory;
    try {
      (instance.exports["_start"] as () => void)();
      return 0;
    } catch (thrown) {
      if (thrown instanceof Exit) return thrown.code;
      throw thrown;
    } finally {
      for (const handle of this.#handles.values()) this.#system.close(handle);
    }
  }

  /** A new view each time: the memory may have grown. */
  get #view(): DataView {
    return new DataView(this.#memory.buffer);
  }

  #bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, at >>> 0, length);
  }

  #store(at: number, value: number): number {
    this.#view.setUint32(at >>> 0, value, true);
    return 0;
  }

  /** enter gives a handle a random number of 31 bits. */
  #enter(handle: number, out: number): number {
    if (handle < 0) return -handle;
    let fd = 0;
    while (fd < 100 || this.#handles.has(fd)) fd = Math.floor(Math.random() * 0x7fff_ffff);
    this.#handles.set(fd, handle);
    return this.#store(out, fd);
  }

  /** with answers what a system call made of the fd's handle, or EBADF. */
  #with(fd: number, call: (handle: number) => number): number {
    const handle = this.#handles.get(fd);
    if (handle === undefined) return EBADF;
    const result = call(handle);
    return result < 0 ? -result : 0;
  }

  #preview1(): WebAssembly.ModuleImports {
    const args = this.#start.args.map((arg) => new TextEncoder().encode(`${arg}\0`));
    return {
      args_sizes_get: (count: number, size: number) => {
        this.#store(count, args.length);
        return this.#store(
          size,
          args.reduce((sum, arg) => sum + arg.length, 0),
        );
      },
      args_get: (list: number, texts: number) => {
        let at = texts;
        for (const [i, arg] of args.entries()) {
          this.#store(list + i * 4, at);
          this.#bytes(at, arg.length).set(arg);
          at += arg.length;
        }
        return 0;
      },
      environ_sizes_get: (count: number, size: number) => {
        this.#store(count, 0);
        return this.#store(size, 0);
      },
      environ_get: () => 0,
      clock_time_get: (id: number, _precision: bigint, out: number) => {
        const now = id === 0 ? BigInt(Date.now()) * 1_000_000n : process.hrtime.bigint();
        this.#view.setBigUint64(out >>> 0, now, true);
        return 0;
      },
      random_get: (at: number, length: number) => {
        crypto.getRandomValues(this.#bytes(at, length) as Uint8Array<ArrayBuffer>);
        return 0;
      },
      fd_write: (fd: number, iovecs: number, _count: number, out: number) => {
        const at = this.#view.getUint32(iovecs, true);
        const length = this.#view.getUint32(iovecs + 4, true);
        const bytes = this.#bytes(at, length).slice();
        if (fd === 1) tell({ type: "output", bytes });
        else process.stderr.write(bytes);
        return this.#store(out, length);
      },
      fd_prestat_get: () => EBADF,
      fd_prestat_dir_name: () => EBADF,
      path_open: () => EBADF,
      fd_read: () => EBADF,
      fd_close: (fd: number) => {
        const result = this.#with(fd, (handle) => this.#system.close(handle));
        this.#handles.delete(fd);
        return result;
      },
      fd_fdstat_get: (fd: number, stat: number) => {
        if (fd >= 0 && fd <= 2) return this.#fdstat(stat, CHARACTER_DEVICE);
        return this.#with(fd, (handle) => {
          const result = this.#system.getsockopt(handle, 0, TYPE, this.#bytes(stat, 4));
          if (result < 0) return result;
          const isStream = this.#view.getUint32(stat, true) === STREAM;
          return this.#fdstat(stat, isStream ? SOCKET_STREAM : SOCKET_DGRAM);
        });
      },
      fd_fdstat_set_flags: (fd: number, flags: number) =>
        // Every socket of the system is non-blocking: a guest that wants another is not served here.
        this.#with(fd, () => (flags === NONBLOCK ? 0 : -ENOTSUP)),
      poll_oneoff: (subscriptions: number, events: number, count: number, out: number) =>
        this.#poll(subscriptions >>> 0, events >>> 0, count, out),
      sock_accept: (fd: number, _flags: number, out: number) => {
        const handle = this.#handles.get(fd);
        if (handle === undefined) return EBADF;
        return this.#enter(this.#system.accept(handle, this.#endpoint), out);
      },
      sock_recv: (fd: number, iovecs: number, _n: number, _flags: number, out: number) =>
        this.#transfer(fd, iovecs, out, (handle, at, length) =>
          this.#system.recv(handle, at, length, 0),
        ),
      sock_send: (fd: number, iovecs: number, _n: number, _flags: number, out: number) =>
        this.#transfer(fd, iovecs, out, (handle, at, length) =>
          this.#system.send(handle, at, length),
        ),
      sock_shutdown: (fd: number, how: number) =>
        this.#with(fd, (handle) => this.#system.shutdown(handle, how)),
      proc_exit: (code: number) => {
        throw new Exit(code);
      },
    };
  }

  #fdstat(at: number, filetype: number): number {
    this.#bytes(at, 24).fill(0);
    this.#view.setUint8(at >>> 0, filetype);
    return 0;
  }

  #extension(): WebAssembly.ModuleImports {
    const system = this.#system;
    return {
      sock_open: (family: number, type: number, out: number) =>
        this.#enter(system.socket(family, type, 0), out),
      sock_bind: (fd: number, address: number, port: number) =>
        this.#with(fd, (handle) => system.bind(handle, this.#read(address, port))),
      sock_listen: (fd: number, backlog: number) =>
        this.#with(fd, (handle) => {
          const result = system.listen(handle, backlog);
          const endpoint = this.#endpoint;
          if (result < 0 || system.getsockname(handle, endpoint) < 0) return result;
          tell({ type: "listening", address: listeningOn(endpoint) });
          return result;
        }),
      sock_connect: (fd: number, address: number, port: number) =>
        this.#with(fd, (handle) => {
          const endpoint = this.#read(address, port);
          if (this.#selfConnects > 0) {
            this.#selfConnects--;
            system.bind(handle, endpoint);
          }
          return system.connect(handle, endpoint);
        }),
      sock_recv_from: (
        fd: number,
        iovecs: number,
        _n: number,
        address: number,
        _flags: number,
        port: number,
        out: number,
        roflags: number,
      ) => {
        const errno = this.#transfer(fd, iovecs, out, (handle, at, length) =>
          system.recvFrom(handle, this.#place(at, length), 0, this.#endpoint),
        );
        if (errno !== 0) return errno;
        // The source of a unix socket without a name; of a stream's data there is none.
        if (this.#endpoint.family === 0) this.#endpoint.any(this.#isUnix(fd) ? UNIX : 0);
        this.#view.setUint16(roflags >>> 0, system.truncated ? 1 : 0, true);
        return -this.#write(address, port);
      },
      sock_send_to: (
        fd: number,
        iovecs: number,
        _n: number,
        address: number,
        port: number,
        _flags: number,
        out: number,
      ) =>
        this.#transfer(fd, iovecs, out, (handle, at, length) =>
          system.sendTo(handle, this.#place(at, length), this.#read(address, port)),
        ),
      sock_getsockopt: (fd: number, level: number, name: number, value: number, size: number) => {
        if (!this.#sizeIsRight(size)) return EINVAL;
        const refused = refusal(level, name);
        if (refused !== 0) return refused;
        return this.#with(fd, (handle) =>
          system.getsockopt(handle, level, name, this.#bytes(value, 4)),
        );
      },
      sock_setsockopt: (fd: number, level: number, name: number, value: number, size: number) =>
        refusal(level, name) ||
        this.#with(fd, (handle) =>
          system.setsockopt(handle, level, name, this.#bytes(value, size)),
        ),
      sock_getlocaladdr: (fd: number, address: number, port: number) =>
        this.#with(fd, (handle) => {
          const result = system.getsockname(handle, this.#endpoint);
          return result < 0 ? result : this.#write(address, port);
        }),
      sock_getpeeraddr: (fd: number, address: number, port: number) =>
        this.#with(fd, (handle) => {
          const result = system.getpeername(handle, this.#endpoint);
          return result < 0 ? result : this.#write(address, port);
        }),
    };
  }

  #sizeIsRight(size: number): boolean {
    if (this.#start.size === "value") return size === 4;
    return this.#view.getUint32(size >>> 0, true) === 4;
  }

  #transfer(
    fd: number,
    iovecs: number,
    out: number,
    call: (handle: number, address: number, length: number) => number,
  ): number {
    const handle = this.#handles.get(fd);
    if (handle === undefined) return EBADF;
    const at = this.#view.getUint32(iovecs >>> 0, true);
    const length = this.#view.getUint32((iovecs >>> 0) + 4, true);
    const n = call(handle, this.#system.locate(this.#memory.buffer) + at, length);
    return n < 0 ? -n : this.#store(out, n);
  }

  #isUnix(fd: number): boolean {
    const local = new Endpoint();
    return (
      this.#with(fd, (handle) => this.#system.getsockname(handle, local)) === 0 &&
      local.family === UNIX
    );
  }

  #place(address: number, length: number): Vector {
    this.#vector.addresses[0] = address;
    this.#vector.lengths[0] = length;
    this.#vector.count = 1;
    return this.#vector;
  }

  /** read takes {buf, len}: 4 bytes are IPv4, 16 IPv6, 128 a unix socket's path up to its NUL. */
  #read(address: number, port: number): Endpoint {
    const buf = this.#view.getUint32(address >>> 0, true);
    const length = this.#view.getUint32((address >>> 0) + 4, true);
    if (length === 128) {
      const path = this.#bytes(buf + 2, 108);
      const nul = path.indexOf(0);
      this.#endpoint.any(UNIX).length = nul < 0 ? path.length : nul;
      this.#endpoint.path.set(path);
      return this.#endpoint;
    }
    this.#endpoint.any(length === 4 ? INET4 : INET6);
    this.#endpoint.port = port;
    this.#endpoint.bytes.set(this.#bytes(buf, Math.min(length, 16)));
    return this.#endpoint;
  }

  #write(address: number, port: number): number {
    const { family, bytes, path, length } = this.#endpoint;
    const buf = this.#view.getUint32(address >>> 0, true);
    if (this.#view.getUint32((address >>> 0) + 4, true) !== 128) return -EINVAL;
    this.#bytes(buf, 128).fill(0);
    this.#view.setUint16(buf, family, true);
    const size = family === INET4 ? 4 : family === INET6 ? 16 : 0;
    this.#bytes(buf + 2, size).set(bytes.subarray(0, size));
    if (family === UNIX) {
      this.#bytes(buf + 2, length).set(path.subarray(0, length));
      this.#view.setUint16(buf + 126, length, true);
    }
    return this.#store(port, this.#endpoint.port);
  }

  /** poll waits by poll(2) for the sockets of this call alone. Of the end of a connection an event says nothing special. */
  #poll(subscriptions: number, events: number, count: number, out: number): number {
    if (count === 0) return EINVAL;
    const view = this.#view;
    const set = this.#set;
    set.clear();
    let end = Number.POSITIVE_INFINITY;
    const places: number[] = [];
    for (let i = 0; i < count; i++) {
      const at = subscriptions + i * 48;
      const tag = view.getUint8(at + 8);
      if (tag === CLOCK) {
        end = performance.now() + Number(view.getBigUint64(at + 24, true)) / 1e6;
        places.push(-1);
        continue;
      }
      const handle = this.#handles.get(view.getInt32(at + 16, true)) ?? -1;
      places.push(set.add(handle, tag === FD_WRITE ? WRITABLE : READABLE));
    }
    if (Atomics.load(this.#start.stop, 0) !== 0) throw new Exit(0);
    const left = end - performance.now();
    // In slices, so that the guest can be ended. That a wait brings nothing is nothing special for it.
    set.wait(left === Number.POSITIVE_INFINITY ? 100 : Math.min(100, Math.max(0, Math.ceil(left))));
    let at = events;
    for (const [i, place] of places.entries()) {
      const subscription = subscriptions + i * 48;
      const over = place < 0 ? performance.now() >= end : set.readiness(place) !== 0;
      if (!over) continue;
      this.#bytes(at, 32).fill(0);
      view.setBigUint64(at, view.getBigUint64(subscription, true), true);
      view.setUint8(at + 10, view.getUint8(subscription + 8));
      at += 32;
    }
    return this.#store(out, (at - events) / 32);
  }
}

/** refusal is the errno for an option that such a host has not: it knows SOL_SOCKET's first few. */
function refusal(level: number, name: number): number {
  if (level === 6 && name === 15) return ENOPROTOOPT;
  if (level !== 0 || name >= 15) return EINVAL;
  return name === 7 ? EINVAL : 0;
}
