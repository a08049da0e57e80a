import { WasiNetError } from "./errors.ts";
import { Shared } from "./shared.ts";
import type { System } from "./system.ts";

/** What a guest may have open at once where nobody says: enough for ten thousand connections. */
const USUAL = 16_384;

/** checkLimit answers a number of sockets that a guest may have open, and throws for what is none. */
export function checkLimit(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= Shared.SLOTS) return limit;
  throw new WasiNetError(
    "WASI_NET_BAD_LIMIT",
    `bad limit "${limit}": a guest may have 1 to ${Shared.SLOTS} sockets open`,
  );
}

/**
 * usualLimit leaves a quarter of what this process may have open to others even where the process may
 * have little. A guest that meets the process's own limit would take from all that run in it.
 */
export function usualLimit(system: System): number {
  return Math.min(USUAL, Math.floor(system.handleLimit() * 0.75));
}
