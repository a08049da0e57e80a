import { Endpoint, INET4 } from "./endpoint.ts";

/**
 * Recent remembers addresses of the internet that were allowed, so that the next datagram to one of
 * them costs a comparison and no judgement: a policy never changes. A newer address takes the place of
 * an older one with the same hash.
 */
export class Recent {
  static readonly SIZE = 64;
  readonly #slots: (Endpoint | undefined)[] = new Array(Recent.SIZE).fill(undefined);

  has(endpoint: Endpoint): boolean {
    const known = this.#slots[slotOf(endpoint)];
    return known !== undefined && isSame(known, endpoint);
  }

  add({ family, port, scope, bytes }: Endpoint): void {
    const known = new Endpoint().any(family);
    known.port = port;
    known.scope = scope;
    known.bytes.set(bytes);
    this.#slots[slotOf(known)] = known;
  }
}

function slotOf({ family, port, bytes }: Endpoint): number {
  const at = family === INET4 ? 0 : 12;
  return (port ^ bytes[at + 3]! ^ (bytes[at + 2]! << 2)) % Recent.SIZE;
}

function isSame(a: Endpoint, b: Endpoint): boolean {
  if (a.family !== b.family || a.port !== b.port || a.scope !== b.scope) return false;
  const size = a.family === INET4 ? 4 : 16;
  for (let i = 0; i < size; i++) if (a.bytes[i] !== b.bytes[i]) return false;
  return true;
}
