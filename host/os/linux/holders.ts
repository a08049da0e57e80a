import { readdirSync, readlinkSync } from "node:fs";

const FOLDER = "/proc/self/fd";

/**
 * Holders knows how many handles this process has of each open socket. It looks when it is first
 * asked; what is closed from then on is told to it.
 */
export class Holders {
  #counts: Map<string, number> | undefined;

  /** isLast tells whether this process has no other handle of a handle's socket. */
  isLast(handle: number): boolean {
    this.#counts ??= count();
    return (this.#counts.get(socketOf(handle)) ?? 0) <= 1;
  }

  /** forget says that a handle is about to be closed. */
  forget(handle: number): void {
    if (this.#counts === undefined) return;
    const socket = socketOf(handle);
    this.#counts.set(socket, (this.#counts.get(socket) ?? 1) - 1);
  }
}

function count(): Map<string, number> {
  const counts = new Map<string, number>();
  let handles: string[] = [];
  try {
    handles = readdirSync(FOLDER);
  } catch {
    // Without /proc nobody can tell, and each handle is taken for the last one.
  }
  for (const handle of handles) {
    const socket = socketOf(handle);
    counts.set(socket, (counts.get(socket) ?? 0) + 1);
  }
  return counts;
}

/** socketOf is the name that the kernel gives an open socket, "" for what is not open any more. */
function socketOf(handle: number | string): string {
  try {
    return readlinkSync(`${FOLDER}/${handle}`);
  } catch {
    return "";
  }
}
