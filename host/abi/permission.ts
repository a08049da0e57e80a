import { Endpoint, INET4, INET6, UNIX } from "../endpoint.ts";
import { CHOSEN, RAW } from "../fdtable.ts";
import type { Denial } from "../policy.ts";
import type { Use } from "../target.ts";
import type { Context } from "./context.ts";

/**
 * Permission puts a guest's wishes to the policy, each before the syscall that would grant it, and
 * tells the observer what was refused.
 */
export class Permission {
  readonly #context: Context;
  readonly #local: Endpoint = new Endpoint();

  constructor(context: Context) {
    this.#context = context;
  }

  /** permits tells whether a socket may use an address. */
  permits(fd: number, use: Use, endpoint: Endpoint): boolean {
    const { policy, fds } = this.#context;
    if (endpoint.family === UNIX) return this.#granted(policy.judgeUnix(endpoint));
    if (fds.flags(fd) & RAW) {
      return this.#granted(policy.judgeRawAddress(use, this.#protocol(fd), endpoint));
    }
    const granted = this.#granted(policy.judge(use, endpoint));
    if (!granted || use === "dial" || !this.#isDual(fd, endpoint)) return granted;
    const other = this.#local.any(INET4);
    other.port = endpoint.port;
    return this.#granted(policy.judge(use, other));
  }

  /** permitsRaw tells whether a raw socket of a protocol may be opened. */
  permitsRaw(protocol: number): boolean {
    return this.#granted(this.#context.policy.judgeRaw(protocol));
  }

  /** permitsChosen tells whether what the kernel chose for a socket, a port or a name, is not forbidden. */
  permitsChosen(handle: number): boolean {
    const { system, policy } = this.#context;
    const local = this.#local;
    if (system.getsockname(handle, local) < 0) return false;
    if (local.family === UNIX) return this.#granted(policy.judgeUnix(local));
    return this.#granted(policy.forbids("listen", local));
  }

  /** permitsGroup tells whether a socket may receive what is sent to a group and the socket's port. */
  permitsGroup(fd: number, group: Endpoint): boolean {
    const { system, policy, fds } = this.#context;
    const local = this.#local;
    if (system.getsockname(fds.handle(fd), local) < 0) return false;
    const flags = fds.flags(fd);
    const chosen = (flags & CHOSEN) !== 0;
    group.port = chosen || flags & RAW ? 0 : local.port;
    if (!this.permits(fd, "listen", group)) return false;
    if (!chosen) return true;
    group.port = local.port;
    return this.#granted(policy.forbids("listen", group));
  }

  #granted(denial: Denial | undefined): boolean {
    if (denial !== undefined) this.#context.observer.denied(denial);
    return denial === undefined;
  }

  /** isDual tells whether an address is IPv6's wildcard by which a socket hears IPv4 as well. */
  #isDual(fd: number, endpoint: Endpoint): boolean {
    const isAny = endpoint.family === INET6 && !endpoint.isMapped && endpoint.isUnspecified;
    return isAny && this.#option(fd, IPV6, V6ONLY) !== 1;
  }

  #protocol(fd: number): number {
    return this.#option(fd, 0, PROTOCOL);
  }

  /** option is the first byte of a socket's option, -1 when it has none. */
  #option(fd: number, level: number, name: number): number {
    const { system, fds } = this.#context;
    const value = new Uint8Array(4);
    return system.getsockopt(fds.handle(fd), level, name, value) === 4 ? value[0]! : -1;
  }
}

/** The option that tells a socket's protocol; those of raw ones are one byte. */
const PROTOCOL = 16;
const IPV6 = 41;
const V6ONLY = 26;
