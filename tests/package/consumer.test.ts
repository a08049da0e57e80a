/**
 * The package as a stranger gets it: packed, installed in an empty folder, and used as the README says.
 */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { suite } from "../harness.ts";
import { component, library } from "./netip.ts";
import { commands, links, root, snippet } from "./readme.ts";

const run = promisify(execFile);
const test = suite("package");

test(
  "install the tarball, build the README's server, run it, talk to it, type-check its embedding, read addresses",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "wasi-net-consumer-"));
    try {
      await install(folder);
      assert.ok(links().length > 5);
      for (const link of links()) await stat(join(folder, "node_modules/wasi-net", link));
      // All as it stands there, but for the port: another program may hold the README's.
      const program = snippet("ts", "export function main").replace(":10000", ":0");
      await writeFile(join(folder, "server.ts"), program);
      const [build, serve] = commands()
        .filter((line) => line.startsWith("npx wasi-net"))
        .map((line) => line.replace(":10000", ":0"));
      assert.ok(build !== undefined && serve !== undefined);
      await run("sh", ["-c", build], { cwd: folder });
      assert.ok((await stat(join(folder, "server.wasm"))).size > 1000);
      await converse(serve, folder);
      await embed(folder);
      await library(folder);
      await component(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  { timeout: 280_000 },
);

async function install(folder: string): Promise<void> {
  // npm builds what it packs, in a copy: others use this project's dist at the same time.
  const project = join(folder, "project");
  const left = ["node_modules", "dist", "build", ".git"].map((name) => join(root, name));
  await cp(root, project, { recursive: true, filter: (path) => !left.includes(path) });
  await symlink(join(root, "node_modules"), join(project, "node_modules"));
  const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", folder], {
    cwd: project,
  });
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  const tarball = join(folder, stdout.trim().split("\n").at(-1)!);
  const quiet = ["--silent", "--no-audit", "--no-fund", "--prefer-offline"];
  await run("npm", ["install", ...quiet, tarball], { cwd: folder });
}

/** Runs the README's command, says hello, then stops it as Ctrl-C would. */
async function converse(command: string, folder: string): Promise<void> {
  const words = command.split(" ").slice(1);
  const server = spawn(join(folder, "node_modules/.bin", words[0]!), words.slice(1), {
    cwd: folder,
    stdio: ["ignore", "inherit", "pipe"],
  });
  const ended = once(server, "exit");
  try {
    const lines = createInterface({ input: server.stderr });
    const [line] = (await once(lines, "line")) as [string];
    const port = Number(/:(\d+)$/.exec(line)?.[1]);
    const socket = connect(port, "127.0.0.1");
    socket.end("hello\n");
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    assert.equal(Buffer.concat(chunks).toString(), "hello\n");
  } finally {
    server.kill("SIGINT");
  }
  assert.deepEqual(await ended, [130, null]);
}

/** Type-checks the README's embedding against the installed types. */
async function embed(folder: string): Promise<void> {
  const program = snippet("ts", "Guest.start");
  await writeFile(join(folder, "embed.ts"), program);
  const options = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext"];
  const types = [
    "--lib",
    "es2023,esnext.disposable",
    "--typeRoots",
    join(root, "node_modules/@types"),
    "--types",
    "node",
  ];
  const tsc = join(root, "node_modules/.bin/tsc");
  const checked = await run(tsc, [...options, ...types, "embed.ts"], { cwd: folder }).catch(
    (failure: { stdout: string }) => failure,
  );
  assert.equal(checked.stdout, "");
}

test.run();
