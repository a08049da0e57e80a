import { lstatSync, unlinkSync } from "node:fs";
import { EACCES, EBUSY, EIO, ENOENT, EPERM, EROFS, SUCCESS } from "./errno.ts";
import { fileOf } from "./realpath.ts";

/** SocketFile is the file that a unix socket made when it was bound. */
export interface SocketFile {
  /** The real path, as realPath answers it. */
  readonly path: string;
  readonly device: bigint;
  readonly inode: bigint;
}

/** socketFile looks at the file at a real path; undefined when no socket is to be seen there. */
export function socketFile(path: string): SocketFile | undefined {
  try {
    const stat = lstatSync(fileOf(path), { bigint: true });
    return stat.isSocket() ? { path, device: stat.dev, inode: stat.ino } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * removeFile removes a file when it is still that very one, and answers 0 or an errno: ENOENT for one
 * that is gone or another's. While its socket is open the system gives an inode's number to no other.
 */
export function removeFile(file: SocketFile): number {
  const now = socketFile(file.path);
  if (now?.device !== file.device || now.inode !== file.inode) return ENOENT;
  try {
    unlinkSync(fileOf(file.path));
    return SUCCESS;
  } catch (error) {
    return ERRNOS[(error as NodeJS.ErrnoException).code ?? ""] ?? EIO;
  }
}

const ERRNOS: Readonly<Record<string, number>> = { EACCES, EBUSY, ENOENT, EPERM, EROFS };
