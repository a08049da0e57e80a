import { Endpoint, INET6, UNIX } from "../endpoint.ts";
import type { System } from "../system.ts";

/**
 * Destination puts a real address in the place of a destination that is none (0.0.0.0, ::, or the
 * first mapped into IPv6), the one that Linux would take it for: the socket's own, else the loopback.
 * So the policy is asked about the very address that packets go to.
 *
 *   destination     socket's own address      becomes
 *   0.0.0.0         a.b.c.d                   a.b.c.d
 *   ::ffff:0.0.0.0  ::ffff:a.b.c.d            ::ffff:a.b.c.d
 *   ::              ::ffff:a.b.c.d            ::ffff:127.0.0.1
 *   ::              any other                 ::1
 *   each IPv4       none                      127.0.0.1, mapped if it was
 */
export class Destination {
  readonly #system: System;
  readonly #own: Endpoint = new Endpoint();

  constructor(system: System) {
    this.#system = system;
  }

  /** resolve changes a destination of a socket when it is no address. */
  resolve(handle: number, destination: Endpoint): void {
    const { bytes, family } = destination;
    if (family === UNIX || bytes[0] !== 0 || !destination.isUnspecified) return;
    const own = this.#own;
    const isNamed = this.#system.getsockname(handle, own) >= 0 && own.family === family;
    if (family === INET6 && !destination.isMapped) {
      if (isNamed && own.isMapped) bytes.set(MAPPED_LOOPBACK);
      else bytes[15] = 1;
      return;
    }
    const isOwn = isNamed && !own.isUnspecified && own.isMapped === destination.isMapped;
    if (isOwn) bytes.set(own.bytes);
    else bytes.set(LOOPBACK, destination.isMapped ? 12 : 0);
  }
}

const LOOPBACK = [127, 0, 0, 1];
const MAPPED_LOOPBACK = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...LOOPBACK];
