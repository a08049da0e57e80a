import { createServer } from "node:net";
import { join } from "node:path";
import { Child } from "./child.ts";
import { BenchError, UsageError } from "./errors.ts";
import type { Options } from "./options.ts";
import { compileC, compileGo, compileGuest, requireCli, root } from "./toolchain.ts";

/** How to start an echo server. `{port}` and `{buffer}` in the command are filled in. */
export interface ServerSpec {
  readonly name: string;
  readonly title: string;
  readonly command: readonly string[];
  /** The file that was compiled. */
  readonly program?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Server {
  readonly spec: ServerSpec;
  readonly child: Child;
  readonly port: number;
  /** Milliseconds from the start of the process until it listened. */
  readonly startup: number;
}

/** What the servers of a benchmark do: return every byte, or count them. */
export type Program = "echo" | "sink";

/** Builds the servers asked for. One whose compiler is missing becomes a note instead. */
export function prepareServers(
  program: Program,
  options: Options,
): { specs: ServerSpec[]; notes: string[] } {
  const more = options.with.map(parseServer);
  const specs: ServerSpec[] = [];
  const notes: string[] = [];
  for (const name of options.servers) {
    const prepare = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!prepare) {
      throw new UsageError(`unknown server ${name}: there are ${Object.keys(known).join(", ")}`);
    }
    const spec = prepare(program);
    if (typeof spec === "string") notes.push(spec);
    else specs.push(spec);
  }
  specs.push(...more);
  if (specs.length === 0) throw new BenchError(`no server to measure: ${notes.join("; ")}`);
  return { specs, notes };
}

/** Starts a server, behind words like `taskset`, and waits until it says which port it has. */
export async function startServer(
  spec: ServerSpec,
  buffer: number,
  prefix: readonly string[],
): Promise<Server> {
  const port = spec.command.some((word) => word.includes("{port}")) ? await freePort() : 0;
  const command = spec.command.map((word) =>
    word.replaceAll("{port}", `${port}`).replaceAll("{buffer}", `${buffer}`),
  );
  const start = performance.now();
  const child = new Child(spec.title, [...prefix, ...command], spec.env);
  const heard: string[] = [];
  try {
    while (true) {
      const line = await child.line(START_TIMEOUT);
      const match = /\blistening\b.*?(\d+)\s*$/.exec(line);
      if (match) {
        return { spec, child, port: Number(match[1]), startup: performance.now() - start };
      }
      heard.push(line);
    }
  } catch (cause) {
    await child.stop();
    const message = [(cause as Error).message, ...heard].join("\n  ");
    throw new BenchError(message, { cause });
  }
}

const START_TIMEOUT = 10_000;

/** Each returns its server, or a sentence on why there is none. */
const known: Readonly<Record<string, (program: Program) => ServerSpec | string>> = {
  c: (program) => {
    const path = compileC(`${program}-c`, `bench/servers/${program}.c`);
    if (!path) return "no C compiler: the row of C epoll is missing";
    const command = [path, "0", "{buffer}"];
    return { name: "c", title: "C epoll", command, program: path };
  },
  "wasi-net": (program) => {
    const path = compileGuest(`${program}.wasm`, `bench/guests/${program}.ts`);
    const address = "127.0.0.1:{port}";
    const run = [process.execPath, requireCli(), "run", `--allow-listen=${address}`];
    const command = [...run, path, address, "{buffer}"];
    return { name: "wasi-net", title: "wasi-net", command, program: path };
  },
  go: (program) => {
    const path = compileGo(`${program}-go`, `bench/servers/${program}.go`);
    if (!path) return "no go: the row of Go net is missing";
    const env = { GOMAXPROCS: "1" };
    const command = [path, "0", "{buffer}"];
    return { name: "go", title: "Go net", command, program: path, env };
  },
  node: (program) => {
    const path = join(root, `bench/servers/${program}-node.js`);
    return { name: "node", title: "node:net", command: [process.execPath, path, "0"] };
  },
};

function parseServer(text: string): ServerSpec {
  const [, name, command] = /^([^=\s]+)=(.+)$/.exec(text) ?? [];
  if (!name || !command) throw new UsageError(`--with: expected NAME=COMMAND, got "${text}"`);
  return { name, title: name, command: command.trim().split(/\s+/) };
}

/** A port that was free a moment ago, for servers whose permission names the port. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
