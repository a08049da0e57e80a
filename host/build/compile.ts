/**
 * The first half of a build: the AssemblyScript compiler, on the program and a few generated lines that start it.
 */
import { readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import * as asc from "assemblyscript/asc";
import { BuildError } from "./error.ts";
import { withHints } from "./hints.ts";
import { keepPreview1, type Level } from "./level.ts";
import { mendLibrary } from "./library.ts";
import { trimShadowStack } from "./shadowstack.ts";
import { packStrings } from "./strings.ts";

/** What the compiler made: unoptimized, with names, which the second half needs. */
export interface Compiled {
  readonly wasm: Uint8Array;
  readonly map: string;
  /** What the compiler has to say of the program's own code, such as warnings, each once. */
  readonly notes: readonly string[];
}

/** What most builds leave as it is; all but the level only tests change. */
export interface CompileOptions {
  /** What the host must offer, by docs/ABI.md; 1 when nothing is said. */
  readonly level?: Level;
  /** Leaves the order of goroutines to chance (assembly/task/shuffle.ts). */
  readonly shuffle?: boolean;
  /** More options for the compiler. */
  readonly flags?: readonly string[];
  /** A further pass of the compiler. */
  readonly transform?: object;
  /** Leaves the shadow stack as the compiler makes it. */
  readonly wholeShadowStack?: boolean;
}

/** The package's own folder, found by its name: this file may be a source, compiled, or part of a bundle. */
const root = dirname(createRequire(import.meta.url).resolve("wasi-net/package.json"));

/** The generated entry file stands beside the program, so that the program's own imports mean what they say. */
const START = "wasi-net-start.ts";

/** Compiles the program whose `main` the file entry exports. */
export async function compile(entry: string, tune: CompileOptions = {}): Promise<Compiled> {
  await checkFile(entry);
  const folder = resolve(dirname(entry));
  const program = basename(entry).replace(/\.ts$/, "");
  const shuffle = tune.shuffle ?? false;
  const start = startSource(program, shuffle);
  const written = new Map<string, Uint8Array | string>();
  const stderr = asc.createMemoryStream();
  const { error } = await asc.main(
    [
      START,
      "--baseDir",
      folder,
      "--outFile",
      "out.wasm",
      "--sourceMap",
      "--noColors",
      ...(await options()),
      ...(shuffle ? ["--use", "WASI_NET_SHUFFLE=1"] : []),
      ...(tune.level === 0 ? ["--use", "WASI_NET_LEVEL_0=1"] : []),
      ...(tune.flags ?? []),
    ],
    {
      // On the compiler's own module, so that names and source positions stay.
      transforms: [
        ...(tune.level === 0 ? [{ afterCompile: keepPreview1 } as never] : []),
        ...(tune.transform === undefined ? [] : [tune.transform as never]),
        { afterInitialize: mendLibrary } as never,
        ...(tune.wholeShadowStack ? [] : [{ afterCompile: trimShadowStack } as never]),
        { afterCompile: packStrings } as never,
      ],
      stderr,
      stdout: asc.createMemoryStream(),
      readFile: (name: string, base: string) =>
        name === START ? start : readSource(resolve(base, name)),
      writeFile: (name: string, contents: Uint8Array | string) => {
        written.set(basename(name), contents);
      },
      listFiles: () => [],
    },
  );
  const said = new Set(stderr.toString().trimEnd().split("\n\n"));
  const notes = [...said].filter((part) => part !== "" && !isForeign(part));
  if (error) throw new BuildError(explain(notes, entry) || error.message);
  return {
    notes,
    wasm: written.get("out.wasm") as Uint8Array,
    map: written.get("out.wasm.map") as string,
  };
}

/** checkFile says at once, and in plain words, when there is no program to read. */
async function checkFile(entry: string): Promise<void> {
  const found = await stat(entry).catch(() => undefined);
  if (!found?.isFile()) {
    throw new BuildError(`${entry}: ${found === undefined ? "no such file" : "not a file"}`);
  }
  if (!entry.endsWith(".ts")) throw new BuildError(`${entry}: the name of a program ends in .ts`);
}

function startSource(program: string, shuffle: boolean): string {
  const seed = [
    'import { getenv } from "wasi-net/assembly/os";',
    'import { seedShuffle } from "wasi-net/assembly/task/shuffle";',
    'seedShuffle(getenv("WASI_NET_SEED"));',
  ];
  return [
    `import { main } from "./${program}";`,
    'import { start } from "wasi-net/assembly/task/start";',
    'export { wasi_net_attach } from "wasi-net/assembly/sys/attach";',
    'export { wasi_net_tick } from "wasi-net/assembly/task/start";',
    ...(shuffle ? seed : []),
    "start(main);",
    "",
  ].join("\n");
}

/** `asconfig.json` is the one place where the compiler's options stand. */
async function options(): Promise<string[]> {
  const config = JSON.parse(await readFile(join(root, "asconfig.json"), "utf8")) as {
    options: Record<string, unknown>;
  };
  const args = ["--config", "none"];
  for (const [name, value] of Object.entries(config.options)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      args.push(`--${name}`);
      if (one !== true) args.push(String(one));
    }
  }
  return args;
}

/** Every import of `wasi-net/…`, from wherever, is this package: the library always fits the builder. */
async function readSource(path: string): Promise<string | null> {
  const inside = /[\\/](?:node_modules|~lib)[\\/]wasi-net[\\/](.*)$/.exec(path)?.[1];
  try {
    return await readFile(inside === undefined ? path : join(root, inside), "utf8");
  } catch {
    return null; // The compiler tries several names for one import.
  }
}

/** The generated lines' only mistakes: there is no main, or it is none to call so. */
const NO_MAIN = /has no exported member 'main'|is not assignable to type '\(\) => void'/;

/** Tells what the compiler notes, but not as a mistake, of code that is not the user's: the library's or the generated lines. */
function isForeign(part: string): boolean {
  const [, place = ""] = /^ *└─ in (.*)\(\d+,\d+\)$/m.exec(part) ?? [];
  return /^(?:WARNING|INFO|PEDANTIC) /.test(part) && (place.startsWith("~lib/") || place === START);
}

/** Puts the mistakes that only come from the generated lines into the user's terms. */
function explain(parts: readonly string[], entry: string): string {
  if (parts.some((part) => part.includes(`in ${START}(`) && NO_MAIN.test(part))) {
    return `${entry}: exports no function main(): void`;
  }
  return withHints(parts.join("\n\n"));
}
