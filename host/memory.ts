import { EFAULT, EINVAL } from "./errno.ts";
import { WasiNetError } from "./errors.ts";
import { Vector } from "./system.ts";

/**
 * GuestMemory is checked access to a guest's linear memory.
 *
 * wasm hands pointers and lengths over as signed 32-bit numbers. Here they are made unsigned (`>>>
 * 0`) and added as doubles, where nothing wraps around; no address leaves this file unchecked.
 * Before a module is instantiated its memory has size 0, so a start function that calls an import
 * gets EFAULT.
 *
 * A growing memory keeps its address, because V8 reserves the whole range, but replaces its buffer.
 * So every import begins with refresh().
 */
export class GuestMemory {
  view: DataView = new DataView(new ArrayBuffer(0));
  bytes: Uint8Array = new Uint8Array(0);
  words: Int32Array = new Int32Array(0);
  /** Place of the guest's address 0 in this process. */
  base = 0;
  size = 0;
  /** The places of the iovecs that vector has checked last. */
  readonly vector: Vector = new Vector();
  #memory: WebAssembly.Memory | undefined;
  readonly #locate: (buffer: ArrayBufferLike) => number;

  /** locate answers where a buffer lies in this process's memory. */
  constructor(locate: (buffer: ArrayBufferLike) => number) {
    this.#locate = locate;
  }

  /** attach takes the memory of the instance into use. */
  attach(memory: WebAssembly.Memory): void {
    if (memory.buffer instanceof SharedArrayBuffer) {
      throw new WasiNetError("WASI_NET_NO_MEMORY", "the guest's memory is shared between threads");
    }
    this.#memory = memory;
    this.base = this.#locate(memory.buffer);
    this.#rebuild();
  }

  /**
   * refresh renews the views when the memory has grown. Growing detaches the old buffer, which leaves its views without length: to
   * see that costs a load, where asking the memory for its buffer is a call out of compiled code.
   */
  refresh(): void {
    if (this.words.length === 0 && this.#memory !== undefined) this.#rebuild();
  }

  /**
   * fits tells whether length bytes at a pointer are inside. The length may be one from wasm, or
   * one that was computed and is then larger than 32 bits hold: it is never cut off.
   */
  fits(pointer: number, length: number): boolean {
    return (pointer >>> 0) + (length < 0 ? length + 0x1_0000_0000 : length) <= this.size;
  }

  /** u32 reads a word at a checked pointer. */
  u32(pointer: number): number {
    return this.view.getUint32(pointer >>> 0, true);
  }

  /** setU32 writes a word at a checked pointer. */
  setU32(pointer: number, value: number): void {
    this.view.setUint32(pointer >>> 0, value, true);
  }

  /**
   * gather checks an array of {u32 buf, u32 len} and leaves the places in vector. It answers 0 or
   * an errno: EINVAL for more than 1024, EFAULT when the array or one of the places is outside.
   */
  gather(iovecs: number, count: number): number {
    const { view, base, size, vector } = this;
    if (count >>> 0 > Vector.LIMIT) return EINVAL;
    const start = iovecs >>> 0;
    if (start + count * 8 > size) return EFAULT;
    for (let i = 0; i < count; i++) {
      const pointer = view.getUint32(start + i * 8, true);
      const length = view.getUint32(start + i * 8 + 4, true);
      if (pointer + length > size) return EFAULT;
      vector.addresses[i] = base + pointer;
      vector.lengths[i] = length;
    }
    vector.count = count;
    return 0;
  }

  #rebuild(): void {
    const { buffer } = this.#memory!;
    if (buffer.byteLength > 0 && this.#locate(buffer) !== this.base) {
      throw new WasiNetError("WASI_NET_INTERNAL", "the guest's memory has moved");
    }
    this.view = new DataView(buffer);
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.size = buffer.byteLength;
  }
}
