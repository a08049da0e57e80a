import { EFAULT, SUCCESS } from "../errno.ts";
import type { GuestMemory } from "../memory.ts";

/**
 * Strings is a list of texts as args_get and environ_get hand it over: an array of pointers, and
 * the texts one after the other, each ended by a NUL.
 */
export class Strings {
  readonly #memory: GuestMemory;
  readonly #texts: readonly Uint8Array[];
  readonly #size: number;

  constructor(memory: GuestMemory, texts: readonly string[]) {
    this.#memory = memory;
    this.#texts = texts.map((text) => new TextEncoder().encode(`${text}\0`));
    this.#size = this.#texts.reduce((sum, text) => sum + text.length, 0);
  }

  /** sizes stores the number of texts and of bytes. */
  sizes(count: number, size: number): number {
    const memory = this.#memory;
    memory.refresh();
    if (!memory.fits(count, 4) || !memory.fits(size, 4)) return EFAULT;
    memory.setU32(count, this.#texts.length);
    memory.setU32(size, this.#size);
    return SUCCESS;
  }

  /** store writes the pointers and the texts. */
  store(pointers: number, buffer: number): number {
    const memory = this.#memory;
    memory.refresh();
    if (!memory.fits(pointers, this.#texts.length * 4)) return EFAULT;
    if (!memory.fits(buffer, this.#size)) return EFAULT;
    let at = buffer >>> 0;
    for (const [i, text] of this.#texts.entries()) {
      memory.setU32((pointers >>> 0) + i * 4, at);
      memory.bytes.set(text, at);
      at += text.length;
    }
    return SUCCESS;
  }
}
