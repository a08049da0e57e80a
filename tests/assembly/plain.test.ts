/** Addresses in programs that the compiler builds by itself, with each of its runtimes and with ours. */
import * as assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import * as asc from "assemblyscript/asc";
import { suite } from "../harness.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const ENTRY = "tests/guests/plain/main.ts";
const test = suite("plain");

test.table(
  "runtime",
  ["incremental", "minimal", "stub", "assembly/rt/index"].map((name) => ({ name })),
  async ({ name }) => {
    const module = await WebAssembly.compile(await compile("-O", "--runtime", name));
    const instance = new WebAssembly.Instance(module, unwanted(module));
    const wrong = instance.exports["wrong"] as (count: number) => number;
    assert.equal(wrong(50_000), 0);
  },
  { timeout: 60_000 },
);

async function compile(...options: string[]): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const args = [ENTRY, "--baseDir", ROOT, "--config", "none", "-o", "plain.wasm", ...options];
  const { error, stderr } = await asc.main([...args, "--disableWarning", "235"], {
    writeFile: (_name: string, data: string | Uint8Array) => {
      if (typeof data !== "string") binary = data;
    },
  });
  if (error !== null || binary === undefined) throw new Error(stderr.toString());
  return binary;
}

/** What the module imports, such as the calls of a panic: none of it is to be used. */
function unwanted(module: WebAssembly.Module): WebAssembly.Imports {
  const imports: Record<string, Record<string, () => never>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = () => assert.fail(`the program called ${from}.${name}`);
  }
  return imports;
}

test.run();
