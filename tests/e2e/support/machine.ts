/** What this machine has. */
import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** hasIPv6 tells whether there is a ::1 to talk to. */
export const hasIPv6: boolean = readOr("/proc/net/if_inet6").includes(`${"0".repeat(31)}1 `);

/** isRoot tells whether raw sockets are allowed. */
export const isRoot: boolean = process.getuid?.() === 0;

/** hasMultipath tells whether the kernel makes sockets of Multipath TCP. */
export const hasMultipath: boolean = readOr("/proc/sys/net/mptcp/enabled").trim() === "1";

/** needs answers why a test that needs a program cannot run, or undefined when it can. */
export function needs(program: string): string | undefined {
  const found = (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  return found ? undefined : `needs ${program}`;
}

/** openFiles is the number of this process's open files, but that of the folder that is read for it. */
export function openFiles(): number {
  return readdirSync("/proc/self/fd").length - 1;
}

/** readOr is a file's text, or "". */
export function readOr(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
