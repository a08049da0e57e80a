/**
 * Unix sockets of a rig.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DUP, OWN } from "./abi.ts";
import { must, type Rig } from "./rig.ts";

/** folder is a new one of this process's, for the files of sockets. */
export const folder: string = mkdtempSync(join(tmpdir(), "wasi-net-unix-"));
process.on("exit", () => rmSync(folder, { recursive: true }));

let count = 0;

/** fresh is a path at which there is nothing yet. */
export function fresh(): string {
  return join(folder, `s${count++}`);
}

export const UNIX = { family: 3 };

/** listenAt makes a listening socket at a path. */
export function listenAt(
  rig: Rig,
  path: string,
  options: { type?: number; nonblock?: boolean } = {},
): number {
  const fd = rig.socket({ ...UNIX, ...options });
  must(rig.call("sock_bind", fd, rig.path(path), 0));
  must(rig.call("sock_listen", fd, 16));
  return fd;
}

/** dial is a socket that is connected to a path. */
export function dial(rig: Rig, path: string, type = 2): number {
  const fd = rig.socket({ ...UNIX, type });
  must(rig.call("sock_connect", fd, rig.path(path), 0));
  return fd;
}

/** setOwn sets one of this project's own options to a number. */
export function setOwn(rig: Rig, fd: number, name: number, value = 1): number {
  rig.words(2000, value);
  return rig.call("sock_setsockopt", fd, OWN, name, 2000, 4);
}

/** dup asks for a second fd of a socket. */
export function dup(rig: Rig, fd: number): { errno: number; fd: number } {
  const errno = rig.call("sock_getsockopt", fd, OWN, DUP, 2000, 4);
  return { errno, fd: rig.u32(2000) };
}
