/**
 * npm run build:component: the component of wit/parse.wit, dist/component/net.wasm. Its core module
 * is assembly/component.ts.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { componentEmbed, componentNew } from "@bytecodealliance/jco";
import asc from "assemblyscript/asc";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const WIT = fileURLToPath(new URL("../wit/parse.wit", import.meta.url));
const OUT = fileURLToPath(new URL("../dist/component/net.wasm", import.meta.url));
const INTERFACE = "wasi-net:net/parse@0.1.0";

/** The library's panic needs WASI to say why; a component that imports nothing can only trap. */
const TRAP = "export function panic(text: string): void { unreachable(); }";

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const component = await buildComponent();
  mkdirSync(dirname(OUT), { recursive: true });
  writeFileSync(OUT, component);
  console.log(`${OUT}: ${component.length} bytes`);
}

/** Compiles the core module and makes the component of it. */
export async function buildComponent(): Promise<Uint8Array> {
  const binary = await compile();
  const witSource = readFileSync(WIT, "utf8");
  // The world has one name only, and its strings are those of AssemblyScript.
  const options = { binary, witSource, world: "net", stringEncoding: "utf16" } as const;
  return componentNew(await componentEmbed(options), []);
}

async function compile(): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const options = ["-O3", "--noAssert", "--runtime", "assembly/rt/index", "--use", "abort="];
  const { error, stderr } = await asc.main(
    ["assembly/component.ts", "--baseDir", ROOT, "--config", "none", ...options, "-o", "net.wasm"],
    {
      transforms: [{ afterCompile: rename } as never],
      readFile: (name: string, base: string) =>
        name === "assembly/sys/panic.ts" ? TRAP : read(resolve(base, name)),
      writeFile: (_name: string, data: string | Uint8Array) => {
        if (typeof data !== "string") binary = data;
      },
    },
  );
  if (error !== null || binary === undefined) throw new Error(stderr.toString());
  return binary;
}

function read(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null; // The compiler tries several names.
}

/** What of the compiler's module is used here. */
interface Module {
  readonly ptr: unknown;
  removeExport(name: string): void;
  addFunctionExport(internal: string, name: string): void;
}

/** Gives each function its name in the interface, which AssemblyScript cannot spell. */
function rename(module: Module): void {
  for (const name of interfaceFunctions()) {
    const plain = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    module.removeExport(plain);
    module.addFunctionExport(`assembly/component/${plain}`, `${INTERFACE}#${name}`);
  }
}

function interfaceFunctions(): string[] {
  return [...readFileSync(WIT, "utf8").matchAll(/^ {2}([a-z-]+): func/gm)].map((m) => m[1]!);
}
