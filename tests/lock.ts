/**
 * A lock between processes: an abstract Unix socket, which one process can bind at a time. The others are connected to it until it
 * is closed, which the kernel sees to if its process dies.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** locked calls fn while no other process is in a call with the same name. */
export async function locked<T>(name: string, fn: () => Promise<T>): Promise<T> {
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 32);
  const path = `\0wasi-net-lock-${hash}`;
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    waiting.add(socket.on("error", () => undefined));
  });
  while (!(await bind())) await released(path);
  try {
    return await fn();
  } finally {
    server.close();
    for (const socket of waiting) socket.destroy();
  }

  async function bind(): Promise<boolean> {
    try {
      await once(server.listen(path), "listening");
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return false;
      throw error;
    }
  }
}

/** released settles when who holds a lock lets go of it, or has done so already. */
function released(path: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on("error", () => undefined);
    socket.once("close", () => resolve());
    socket.resume();
  });
}
