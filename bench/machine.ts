import { cpus, release } from "node:os";
import { version } from "./toolchain.ts";

/** One line on what the figures were measured on. */
export function machine(): string {
  const cores = cpus();
  return [
    `${cores.length} × ${cores[0]?.model ?? "unknown CPU"}`,
    `Linux ${release()}`,
    `Node ${process.versions.node}`,
    version("go") ?? "no go",
    version("cc") ?? "no cc",
  ].join(", ");
}
