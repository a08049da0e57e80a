import { Shared } from "./shared.ts";
import type { System } from "./system.ts";

/** What a guest may have open at once where nobody says: enough for ten thousand connections. */
const USUAL = 16_384;

/** LIMITS says what may be a limit. */
export const LIMITS: string = `a whole number from 1 to ${Shared.SLOTS}`;

/** isLimit tells whether a guest may be allowed to have so many sockets open. */
export function isLimit(limit: unknown): limit is number {
  return Number.isInteger(limit) && (limit as number) >= 1 && (limit as number) <= Shared.SLOTS;
}

/**
 * usualLimit leaves a quarter of what this process may have open to others even where the process may
 * have little. A guest that meets the process's own limit would take from all that run in it.
 */
export function usualLimit(system: System): number {
  return Math.min(USUAL, Math.floor(system.handleLimit() * 0.75));
}
