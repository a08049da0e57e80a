/**
 * Building guests for tests: each program once, whatever the number of tests and of processes that use it, and not again until a
 * source changes. All errors that the library returns in them are looked at (walker.ts), but in what is measured.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CompileOptions } from "../host/build/compile.ts";
import { locked } from "./lock.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const cache = join(root, "build", "tests");
const building = new Map<string, Promise<Uint8Array>>();

/** Builds the program at a path relative to the project, such as "tests/guests/deadlines.ts". */
export function buildGuest(path: string): Promise<Uint8Array> {
  return remember(path, "", () => walked(path, {}));
}

/** Builds a program whose goroutines run in an order of chance, by the environment variable `WASI_NET_SEED`. */
export function buildShuffled(path: string): Promise<Uint8Array> {
  return remember(path, "shuffled", () => walked(path, { shuffle: true }));
}

/** What the collector does at each allocation of a stressed program (assembly/rt/stress.ts). */
export const Stress = { everything: 1, aStep: 2 } as const;

/** Builds a program with the collector at its worst. */
export function buildStressed(path: string, stress: number): Promise<Uint8Array> {
  return buildWith(path, "--use", `WASI_NET_STRESS=${stress}`);
}

/** Builds a program with more options for the compiler. */
export function buildWith(path: string, ...flags: string[]): Promise<Uint8Array> {
  return remember(path, flags.join(" "), () => walked(path, { flags }));
}

/** Builds a program for hosts with WASI preview1 alone. */
export function buildLevel0(path: string): Promise<Uint8Array> {
  return remember(path, "level 0", () => walked(path, { level: 0 }));
}

/** Builds a program as a user would: what is measured. */
export function buildPlain(path: string): Promise<Uint8Array> {
  return remember(path, "plain", async () => {
    const { build } = await import("../host/build/index.ts");
    return (await build(join(root, path))).wasm;
  });
}

/** Makes a module of the program at a path in a way that has a name, unless that has been done. */
export function remember(
  path: string,
  way: string,
  make: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const key = `${path} ${way}`;
  let wasm = building.get(key);
  if (wasm === undefined) {
    wasm = buildOnce(path, key, make);
    building.set(key, wasm);
  }
  return wasm;
}

async function walked(path: string, options: CompileOptions): Promise<Uint8Array> {
  // Only who builds needs the compiler.
  const { buildWalked } = await import("./walker.ts");
  return buildWalked(join(root, path), options);
}

async function buildOnce(
  path: string,
  key: string,
  make: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const hash = createHash("sha256");
  hash.update(await library());
  hash.update(key);
  // A program may have more files than one: those beside it.
  for (const source of await sources(join(root, dirname(path)))) {
    hash.update(source).update(await readFile(source));
  }
  const file = join(cache, `${hash.digest("hex").slice(0, 32)}.wasm`);
  return (await cached(file)) ?? locked(file, async () => (await cached(file)) ?? keep());

  async function keep(): Promise<Uint8Array> {
    const wasm = await make();
    await mkdir(cache, { recursive: true });
    const temporary = `${file}.${process.pid}`;
    await writeFile(temporary, wasm);
    await rename(temporary, file);
    return wasm;
  }
}

async function cached(file: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

let libraryHash: Promise<Uint8Array> | undefined;

/** What every build depends on: the library, the build itself, the compiler's options, and what guests share. */
function library(): Promise<Uint8Array> {
  libraryHash ??= (async () => {
    const hash = createHash("sha256");
    hash.update(await readFile(join(root, "asconfig.json")));
    hash.update(await readFile(join(root, "package-lock.json")));
    hash.update(await readFile(join(root, "tests/walker.ts")));
    for (const folder of ["assembly", "host/build", "tests/guests/shared"]) {
      for (const file of await sources(join(root, folder))) {
        hash.update(file).update(await readFile(file));
      }
    }
    return hash.digest();
  })();
  return libraryHash;
}

async function sources(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .map((name) => join(folder, name));
}
