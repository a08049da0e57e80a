/**
 * Guests that run on the compiled host, and clients of theirs.
 */
import { readdirSync, readlinkSync } from "node:fs";
import { connect, type Socket } from "node:net";
import type { GuestOptions } from "../../../host/index.ts";
import { compiled } from "./compiled.ts";

/** The host as users have it. */
const host: typeof import("../../../host/index.ts") = await import(`${compiled}/index.js`);
export const Guest: typeof host.Guest = host.Guest;

/** Where a guest runs: in this event loop, or in a thread. */
export const modes = [
  { name: "cooperative", mode: "cooperative" },
  { name: "dedicated", mode: "dedicated" },
] as const;

/** local lets a guest listen on the loopback. */
export const local: GuestOptions = { net: host.allow.listen("127.0.0.1:0") };

/** dial connects to a port of this machine. */
export function dial(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket)).once("error", reject);
  });
}

/** ask sends a text and answers what comes back, as long as the text. */
export function ask(socket: Socket, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = "";
    const take = (bytes: Buffer): void => {
      got += bytes;
      if (got.length < text.length) return;
      socket.off("data", take);
      resolve(got);
    };
    socket.on("data", take);
    socket.once("error", reject);
    socket.write(text);
  });
}

/** refused waits until nobody listens on a port: draining reaches another thread a moment later. */
export async function refused(port: number): Promise<void> {
  for (;;) {
    try {
      (await dial(port)).destroy();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ECONNREFUSED") return;
      if (code !== "ECONNRESET") throw error;
    }
  }
}

/** openSockets lists what this process has open of the kinds that a guest opens. */
export function openSockets(): string[] {
  const kinds: string[] = [];
  for (const fd of readdirSync("/proc/self/fd")) {
    try {
      const kind = readlinkSync(`/proc/self/fd/${fd}`).replace(/\d+/g, "");
      if (/socket|eventfd|eventpoll/.test(kind)) kinds.push(kind);
    } catch {
      // It was the folder's own fd.
    }
  }
  return kinds.sort();
}

/** collector keeps what is written. */
export function collector(): { write: (bytes: Uint8Array) => void; text: () => string } {
  const chunks: Uint8Array[] = [];
  return {
    write: (bytes) => void chunks.push(bytes),
    text: () => Buffer.concat(chunks).toString(),
  };
}
