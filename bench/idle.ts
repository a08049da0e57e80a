import { type Generator, type Load, LoadProcess, prepareGenerator } from "./load.ts";
import { machine } from "./machine.ts";
import { bufferFor, type Options } from "./options.ts";
import { type Pinning, pinning } from "./pin.ts";
import { residentMemory, wasmMemory } from "./proc.ts";
import { type Bench, failures, mebibytes, type Outcome, table, writeJson } from "./report.ts";
import { prepareServers, type Server, type ServerSpec, startServer } from "./servers.ts";

/** Connections that made one exchange and now wait: what each of them holds. */
export const idle: Bench = {
  summary: "memory per idle connection",
  takes: ["warmup", "connections", "buffer", "servers", "with", "json"],
  defaults: { connections: [10_000] },
  run: runIdle,
};

const MEANING =
  "resident: memory of the server's process per connection, above what it had before them; guest: " +
  "the same of the WebAssembly memory alone. The kernel's own memory for sockets is in neither.";

/** Bytes a server holds, in all and in its WebAssembly memory. */
interface Memory {
  readonly resident: number;
  readonly wasm: number;
}

interface Idle extends Outcome {
  readonly before?: Memory;
  readonly after?: Memory;
}

async function runIdle(options: Options): Promise<boolean> {
  const pins = pinning();
  const { specs, notes } = prepareServers("echo", options);
  const generator = prepareGenerator(pins);
  const about = [machine(), [generator.note, ...notes].join("; ")];
  console.log([...about, MEANING].join("\n"));
  const rows = [];
  for (const connections of options.connections) {
    const results: Idle[] = [];
    for (const spec of specs) {
      results.push(await measure(spec, connections, { options, generator, pins }));
    }
    console.log(`\n${connections} connections, read buffer ${bufferFor(SIZE, options)} B`);
    console.log(idleTable(results, connections));
    rows.push({ connections, results });
  }
  writeJson(options.json, { about, options, rows });
  return rows.every((row) => row.results.every((result) => result.failure === undefined));
}

async function measure(
  spec: ServerSpec,
  connections: number,
  on: { options: Options; generator: Generator; pins: Pinning },
): Promise<Idle> {
  let server: Server | undefined;
  try {
    server = await startServer(spec, bufferFor(SIZE, on.options), on.pins.server);
    // Code that is compiled and a heap that is grown once belong to the server, not to a connection.
    await withLoad(server, WARM_CONNECTIONS, on.generator, (load) => load.run(on.options.warmup));
    const before = memoryOf(server);
    const after = await withLoad(server, connections, on.generator, () => memoryOf(server!));
    return { spec, before, after };
  } catch (error) {
    return { spec, failure: (error as Error).message };
  } finally {
    await server?.child.stop();
  }
}

async function withLoad<T>(
  server: Server,
  connections: number,
  generator: Generator,
  use: (load: LoadProcess) => T | Promise<T>,
): Promise<T> {
  const load: Load = { mode: "echo", connections, size: SIZE };
  const process = await LoadProcess.start(generator, load, server.port);
  try {
    return await use(process);
  } finally {
    await process.stop();
  }
}

function memoryOf({ child }: Server): Memory {
  return { resident: residentMemory(child.pid), wasm: wasmMemory(child.pid) };
}

function idleTable(results: readonly Idle[], connections: number): string {
  const header = ["server", "before MiB", "with MiB", "resident B", "guest B"];
  const rows = results.flatMap(({ spec, before, after }) => {
    if (!before || !after) return [];
    const each = (pick: (memory: Memory) => number) =>
      ((pick(after) - pick(before)) / connections).toFixed(0);
    const resident = [mebibytes(before.resident), mebibytes(after.resident)];
    const guest = after.wasm > 0 ? each((memory) => memory.wasm) : "";
    return [[spec.title, ...resident, each((memory) => memory.resident), guest]];
  });
  return [table([header, ...rows]), ...failures(results)].join("\n");
}

const SIZE = 64;
const WARM_CONNECTIONS = 50;
