/** Compilers of the things measured. What is missing is reported, not fatal: its row is left out. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { BenchError } from "./errors.ts";

export const root: string = join(import.meta.dirname, "..");
const { CC: cc = "cc" } = process.env;

/** The path of a file that a build leaves behind. */
export function built(name: string): string {
  mkdirSync(join(root, "build"), { recursive: true });
  return join(root, "build", name);
}

/** The first line a compiler says of its version, undefined when there is none. */
export function version(tool: "cc" | "go"): string | undefined {
  const command = tool === "cc" ? [cc, "--version"] : ["go", "version"];
  const { status, stdout } = spawnSync(command[0]!, command.slice(1), { encoding: "utf8" });
  return status === 0 ? stdout.split("\n")[0] : undefined;
}

/** Compiles C sources, named from the root, and returns the program's path, undefined without a compiler. */
export function compileC(name: string, ...sources: string[]): string | undefined {
  if (!version("cc")) return undefined;
  const output = built(name);
  run(cc, "-O2", "-o", output, ...sources);
  return output;
}

/** Compiles a Go program, without cgo: it needs no C compiler then. */
export function compileGo(name: string, source: string): string | undefined {
  if (!version("go")) return undefined;
  const output = built(name);
  run("env", "CGO_ENABLED=0", "go", "build", "-o", output, source);
  return output;
}

/** Compiles a guest with the project's own command. */
export function compileGuest(name: string, source: string): string {
  const output = built(name);
  run(process.execPath, requireCli(), "build", source, "-o", output);
  return output;
}

/** The path of the wasi-net command, as `npm run prepare` leaves it. */
export function requireCli(): string {
  const cli = join(root, "dist/main.js");
  if (!existsSync(cli)) throw new BenchError(`no ${cli}: run npm run prepare first`);
  return cli;
}

function run(file: string, ...args: string[]): void {
  const { status, error, stdout, stderr } = spawnSync(file, args, { cwd: root, encoding: "utf8" });
  if (status === 0) return;
  const why = error?.message ?? `${stdout}${stderr}`;
  throw new BenchError(`${file} ${args.join(" ")} failed:\n${why.trim()}`);
}
