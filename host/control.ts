import { type Endpoint, INET4, INET6 } from "./endpoint.ts";
import type { GuestMemory } from "./memory.ts";

/**
 * The version of attaching that this host speaks, and the feature that it offers to drive a guest.
 */
export const VERSION = 1;
export const DRIVEN = 1;

const SIZE = 56;

/**
 * ControlBlock is the block in an attached guest's memory by which it talks to this host;
 * docs/ABI.md has its layout. An address of 0 means that the guest has not attached.
 */
export class ControlBlock {
  readonly #memory: GuestMemory;
  #address = 0;

  constructor(memory: GuestMemory) {
    this.#memory = memory;
  }

  get attached(): boolean {
    return this.#address !== 0;
  }

  /**
   * attach takes the address that wasi_net_attach answered, when a whole block of this version lies
   * there.
   */
  attach(address: number): boolean {
    const at = address >>> 0;
    if (at === 0 || at % 8 !== 0 || !this.#memory.fits(at, SIZE)) return false;
    if (this.#memory.u32(at) !== VERSION) return false;
    this.#address = at;
    return true;
  }

  get features(): number {
    return this.#memory.u32(this.#address + 4);
  }

  /** timeout in milliseconds, rounded up; -1 for no limit. */
  get timeout(): number {
    const { view } = this.#memory;
    const high = view.getInt32(this.#address + 12, true);
    if (high < 0) return -1;
    const nanoseconds = high * 0x1_0000_0000 + view.getUint32(this.#address + 8, true);
    return Math.ceil(nanoseconds / 1e6);
  }

  get events(): number {
    return this.#memory.u32(this.#address + 16);
  }

  get capacity(): number {
    return this.#memory.u32(this.#address + 20);
  }

  /** copyingStack tells whether a trap now is a stack overflow. */
  get copyingStack(): boolean {
    return this.attached && this.#memory.u32(this.#address + 24) === 1;
  }

  /**
   * setPeer stores where an accepted connection comes from. Of a unix socket that is the family only:
   * a path has no room here.
   */
  setPeer(peer: Endpoint): void {
    const { view, bytes } = this.#memory;
    const at = this.#address;
    view.setUint16(at + 32, peer.family, true);
    view.setUint16(at + 34, peer.port, true);
    view.setUint32(at + 36, peer.scope, true);
    const size = peer.family === INET4 ? 4 : peer.family === INET6 ? 16 : 0;
    for (let i = 0; i < size; i++) bytes[at + 40 + i] = peer.bytes[i]!;
  }
}
