/**
 * A network apart from this machine's: a namespace with a loopback and two interfaces that are one line's two ends. Who may not make
 * one has an interface with a link-local address perhaps.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Host, MODES } from "./hosts.ts";
import { isRoot, readOr } from "./machine.ts";

/** Links is where there are link-local addresses. */
export interface Links {
  /** command runs what stands behind it there. */
  readonly command: readonly string[];
  /** args are an interface, its link-local address, and another one with the same, if there is one. */
  readonly args: readonly string[];
  /** isRoot tells whether raw sockets are allowed there. */
  readonly isRoot: boolean;
}

const MAKE = `
  ip link set lo up && ip link add zone0 type veth peer name zone1 || exit
  for one in zone0 zone1; do
    ip link set $one addrgenmode none && ip addr add fe80::1/64 dev $one nodad && ip link set $one up || exit
  done
  exec "$@"`;

/** links are those of a network apart, or of this machine; undefined where there are none. */
export function links(): Links | undefined {
  const command = ["unshare", "--map-root-user", "--net", "sh", "-c", MAKE, "sh"];
  try {
    const [file = "", ...rest] = command;
    execFileSync(file, [...rest, "true"], { stdio: "ignore", timeout: 10_000 });
    return { command, args: ["zone0", "fe80::1", "zone1"], isRoot: true };
  } catch {
    return own();
  }
}

/** own is an interface of this machine. In the file stand: address, index, prefix length, scope, flags, name. */
function own(): Links | undefined {
  for (const line of readOr("/proc/net/if_inet6").split("\n")) {
    const [address = "", , , scope, , name = ""] = line.trim().split(/\s+/);
    if (scope !== "20" || readOr(`/sys/class/net/${name}/operstate`).trim() !== "up") continue;
    const text = address.replace(/(.{4})(?!$)/g, "$1:");
    return { command: [], args: [name, new URL(`http://[${text}]`).hostname.slice(1, -1)], isRoot };
  }
  return undefined;
}

/** apart are the hosts of MODES, each in a process of its own, which the command starts. */
export function apart(command: readonly string[]): Host[] {
  return MODES.map((host) => ({
    name: host.name,
    async start(wasm, { args = [], stdout = () => {} } = {}) {
      const folder = mkdtempSync(join(tmpdir(), "wasi-net-apart-"));
      writeFileSync(join(folder, "guest.wasm"), wasm);
      const node = [process.execPath, "--import", "tsx", fileURLToPath(import.meta.url)];
      const [file = "", ...rest] = [...command, ...node, host.name, join(folder, "guest.wasm")];
      const child = spawn(file, [...rest, ...args], { stdio: ["ignore", "pipe", "inherit"] });
      child.stdout.on("data", stdout);
      const exited = once(child, "close").then(([code]) => {
        rmSync(folder, { recursive: true });
        return { code: Number(code ?? -1) };
      });
      return {
        exited,
        listening: () => Promise.reject(new Error("not told from another process")),
        async [Symbol.asyncDispose]() {
          child.kill("SIGKILL");
          await exited;
        },
      };
    },
  }));
}

const [, program, mode, file = "", ...args] = process.argv;
if (program === fileURLToPath(import.meta.url)) {
  const host = MODES.find(({ name }) => name === mode);
  if (host === undefined) throw new Error(`no host ${mode}`);
  const stdout = (bytes: Uint8Array): void => void process.stdout.write(bytes);
  const guest = await host.start(readFileSync(file), { args, stdout });
  process.exitCode = (await guest.exited).code;
}
