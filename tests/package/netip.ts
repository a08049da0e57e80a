/** What docs/NETIP.md says of JavaScript and of the component, done in a folder that has the package. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { commands, root, snippet } from "./readme.ts";

const run = promisify(execFile);
const DOCUMENT = "docs/NETIP.md";
const bin = join(root, "node_modules/.bin");

/** Runs the example of `wasi-net/net`, and type-checks it for a browser: with no types of Node's. */
export async function library(folder: string): Promise<void> {
  const program = snippet("ts", 'from "wasi-net/net"', DOCUMENT);
  await says(folder, "library.js", program);
  await writeFile(join(folder, "library.ts"), program);
  const compilerOptions = {
    ...{ noEmit: true, strict: true, skipLibCheck: false, types: [] },
    ...{ target: "es2022", lib: ["es2022", "dom"], module: "esnext", moduleResolution: "bundler" },
  };
  const config = { compilerOptions, files: ["library.ts"] };
  await writeFile(join(folder, "tsconfig.library.json"), JSON.stringify(config));
  const options = { cwd: folder };
  const checked = await run(join(bin, "tsc"), ["-p", "tsconfig.library.json"], options).catch(
    (failure: { stdout: string }) => failure,
  );
  assert.equal(checked.stdout, "");
}

/** Has jco make a module of the component, and runs the example of that. */
export async function component(folder: string): Promise<void> {
  const files = 'for (const name of ["component.wasm", "parse.wit"])';
  const resolve = `${files} console.log(import.meta.resolve("wasi-net/" + name));`;
  const args = ["--input-type=module", "-e", resolve];
  const { stdout } = await run(process.execPath, args, { cwd: folder });
  for (const url of stdout.trim().split("\n")) await stat(new URL(url));
  const npx = "npx @bytecodealliance/jco ";
  const [transpile] = commands(DOCUMENT).filter((line) => line.startsWith(npx));
  assert.ok(transpile !== undefined);
  await run(join(bin, "jco"), transpile.slice(npx.length).split(" "), { cwd: folder });
  await says(folder, "component.js", snippet("js", "./net/net.js", DOCUMENT));
}

/** Runs a program, which must say what the comments behind its lines say. */
async function says(folder: string, file: string, program: string): Promise<void> {
  const comments = [...program.matchAll(/; \/\/ (.*)/g)].map((match) => match[1]);
  assert.ok(comments.length > 1);
  await writeFile(join(folder, file), program);
  const { stdout } = await run(process.execPath, [file], { cwd: folder });
  assert.deepEqual(stdout.trim().split("\n"), comments);
}
