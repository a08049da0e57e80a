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

/** FAMILIES: one file each. What is in none of them is the base's. */
const FAMILIES = [args, environ, clock, random, proc, fd, poll, sock, datagram, sockopt, address];

/** importsOf makes the functions that a guest imports. */
export function importsOf(context: Context): WebAssembly.Imports {
  const ours = FAMILIES.map((family) => family(context));
  return {
    wasi_snapshot_preview1: Object.assign(
      {},
      context.base.imports,
      ...ours,
    ) as WebAssembly.ModuleImports,
  };
}
