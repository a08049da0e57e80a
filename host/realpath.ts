import { readlinkSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path/posix";

/**
 * Paths are bytes on Linux. Here they are strings with a character for each byte, which no encoding
 * can change and which Node's functions for paths can still read.
 */
export function toPath(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

/** pathOf is the path that a text means, made absolute. */
export function pathOf(text: string): string {
  return resolve(absolute(toPath(Buffer.from(text))));
}

/** absolute puts the current folder before a relative path, and keeps every `..` of it. */
export function absolute(path: string): string {
  return path.startsWith("/") ? path : `${currentFolder()}/${path}`;
}

/**
 * currentFolder asks the kernel each time: process.cwd() answers an older name when the folder was
 * renamed, and throws when it is gone, though `..` leads somewhere from it even then.
 */
function currentFolder(): string {
  try {
    return toPath(realpathSync.native(".", "buffer"));
  } catch {
    return "/proc/self/cwd";
  }
}

/** textOf is the text of a path, for people. */
export function textOf(path: string): string {
  return fileOf(path).toString();
}

/** fileOf is a path as Node's functions for files take one. */
export function fileOf(path: string): Buffer {
  return Buffer.from(path, "latin1");
}

/**
 * realPath is where an absolute path leads when all symlinks on it are followed. What is not there is
 * taken as it is written; a symlink to nowhere leads to where it says. Some links of /proc, such as
 * /proc/1/root, lead into another view of the file system than they say: they are no links here.
 */
export function realPath(path: string, depth = 0): string {
  try {
    const real = toPath(realpathSync.native(fileOf(path), "buffer"));
    return real === path || isSame(real, path) ? real : resolve(path);
  } catch {
    // Something on the way is not there, or not ours to see: what is before it decides.
  }
  const above = dirname(path);
  if (above === path) return path;
  const folder = realPath(above, depth);
  const place = resolve(folder, basename(path));
  const link = depth < DEEPEST ? readLink(place) : undefined;
  return link === undefined ? place : realPath(resolve(folder, link), depth + 1);
}

/** DEEPEST is how many symlinks Linux follows; no system call gets through more. */
const DEEPEST = 40;

/** isSame tells whether two paths lead to one file. */
function isSame(a: string, b: string): boolean {
  const [one, two] = [a, b].map((path) =>
    statSync(fileOf(path), { bigint: true, throwIfNoEntry: false }),
  );
  return one !== undefined && one.ino === two?.ino && one.dev === two.dev;
}

function readLink(path: string): string | undefined {
  try {
    return toPath(readlinkSync(fileOf(path), "buffer"));
  } catch {
    return undefined; // no symlink, or nothing at all
  }
}
