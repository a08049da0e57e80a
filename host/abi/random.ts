import { randomFillSync } from "node:crypto";
import { EFAULT, SUCCESS } from "../errno.ts";
import type { Context, Family } from "./context.ts";

/** The most bytes filled at once: Node refuses 2^31. */
const PIECE = 1 << 30;

/** random: bytes from the system's secure source. */
export function random({ memory }: Context): Family {
  return {
    random_get(buffer: number, length: number): number {
      memory.refresh();
      if (!memory.fits(buffer, length)) return EFAULT;
      fillRandom(memory.bytes, buffer >>> 0, length >>> 0);
      return SUCCESS;
    },
  };
}

/** fillRandom fills length bytes from a place on, in pieces. */
export function fillRandom(
  bytes: Uint8Array,
  start: number,
  length: number,
  fill: (bytes: Uint8Array, at: number, length: number) => void = randomFillSync,
): void {
  const end = start + length;
  for (let at = start; at < end; at += PIECE) fill(bytes, at, Math.min(PIECE, end - at));
}
