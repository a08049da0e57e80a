import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Gives server and load generator a core each, so that neither runs on the other's time. */
export interface Pinning {
  readonly server: readonly string[];
  readonly load: readonly string[];
  /** What the reader of the table must know. */
  readonly note: string;
}

export function pinning(): Pinning {
  const [server, load] = allowedCores();
  if (load === undefined) return unpinned("one core only: server and load share it");
  if (spawnSync("taskset", ["-c", `${server}`, "true"]).status !== 0) {
    return unpinned("no taskset: server and load are not pinned");
  }
  return {
    server: ["taskset", "-c", `${server}`],
    load: ["taskset", "-c", `${load}`],
    note: `server on core ${server}, load on core ${load}`,
  };
}

function unpinned(note: string): Pinning {
  return { server: [], load: [], note };
}

/** The cores this process may use: in a container they need not begin at 0. */
function allowedCores(): number[] {
  const status = readFileSync("/proc/self/status", "latin1");
  const list = /^Cpus_allowed_list:\s+(\S+)$/m.exec(status)?.[1] ?? "0";
  return list.split(",").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return Array.from({ length: last! - first! + 1 }, (_, i) => first! + i);
  });
}
