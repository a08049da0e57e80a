import { address } from "./address.ts";
import { args } from "./args.ts";
import { clock } from "./clock.ts";
import type { Context } from "./context.ts";
import { datagram } from "./datagram.ts";
import { environ } from "./environ.ts";
import { fd } from "./fd.ts";
import { poll } from "./poll.ts";
import { proc } from "./proc.ts";
import { random } from "./random.ts";
import { sock } from "./sock.ts";
import { sockopt } from "./sockopt.ts";
import { type Import, typed } from "./typed.ts";

/** FAMILIES: one file each. What is in none of them is the base's. */
const FAMILIES = [args, environ, clock, random, proc, fd, poll, sock, datagram, sockopt, address];

/** importsOf makes the functions that a guest imports; isTyped tells whether the module's types are known. */
export function importsOf(context: Context, isTyped: boolean): WebAssembly.Imports {
  const ours = FAMILIES.map((family) => family(context));
  const all: Record<string, Import> = Object.assign({}, context.base.imports, ...ours);
  return { wasi_snapshot_preview1: (isTyped ? all : typed(all)) as WebAssembly.ModuleImports };
}
