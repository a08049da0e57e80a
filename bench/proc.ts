/** What Linux knows of a process: CPU time and memory, from /proc. */
import { readdirSync, readFileSync } from "node:fs";

/**
 * CPU time in ns of all threads of a process. The scheduler's own account is exact while the
 * threads sleep; the clock ticks in /proc/PID/stat are 10 ms each.
 */
export function cpuTime(pid: number): number {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const [onCpu] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "latin1").split(" ");
    sum += Number(onCpu);
  }
  return sum;
}

/** Resident memory of a process in bytes. */
export function residentMemory(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"));
  return Number(match?.[1] ?? 0) * 1024;
}

/**
 * Bytes of WebAssembly memory that a Node process has, 0 if none. V8 reserves gigabytes of
 * unmapped address space behind each memory, so that it needs no bounds checks, and nothing else
 * in a process looks like this: the guest's memory can be read without the guest's help.
 */
export function wasmMemory(pid: number): number {
  let sum = 0;
  let before = { end: "", size: 0, permissions: "" };
  for (const [, start, end, permissions] of readMappings(pid)) {
    const size = Number.parseInt(end!, 16) - Number.parseInt(start!, 16);
    const isGuard = permissions === "---p" && size >= LEAST_GUARD && start === before.end;
    if (isGuard && before.permissions === "rw-p") sum += before.size;
    before = { end: end!, size, permissions: permissions! };
  }
  return sum;
}

function readMappings(pid: number): IterableIterator<RegExpExecArray> {
  const maps = readFileSync(`/proc/${pid}/maps`, "latin1");
  return maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) (\S+)/gm);
}

const LEAST_GUARD = 2 ** 32;
