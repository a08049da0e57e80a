import { DRIVEN, VERSION } from "../control.ts";
import { EFAULT, EINVAL, SUCCESS } from "../errno.ts";
import type { Context } from "./context.ts";

/**
 * attach offers this host's features to a guest that knows of attaching, once, before it starts. It
 * answers whether the guest can be driven, when that was asked for. docs/ABI.md has the contract.
 */
export function attach({ memory, control }: Context, exports: Exports, driven: boolean): boolean {
  const { wasi_net_attach: enter, wasi_net_tick: tick } = exports;
  if (typeof enter !== "function" || enter.length !== 2) return false;
  const address = enter(VERSION, driven ? DRIVEN : 0);
  memory.refresh();
  if (typeof address !== "number" || !control.attach(address)) return false;
  return driven && (control.features & DRIVEN) !== 0 && typeof tick === "function";
}

/** isAttachable tells, before a module is instantiated, whether it is one that knows of attaching. */
export function isAttachable(module: WebAssembly.Module): boolean {
  const exports = WebAssembly.Module.exports(module);
  return exports.some(({ name, kind }) => name === "wasi_net_attach" && kind === "function");
}

/** Exports of a guest. Those that every guest must have were checked before it was compiled. */
export interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly _start?: () => void;
  readonly wasi_net_attach?: (version: number, features: number) => number;
  readonly wasi_net_tick?: () => bigint;
}

/**
 * waitAttached is poll_oneoff without subscriptions: all watched sockets, by what the control block
 * says.
 */
export function waitAttached({ memory, control, waiter }: Context, count: number): number {
  if (!control.attached) return EINVAL;
  const { events, capacity } = control;
  if (!memory.fits(count, 4) || !memory.fits(events, capacity * 8)) return EFAULT;
  if (events % 4 !== 0 || capacity === 0) return EINVAL;
  const n = waiter.events(memory.words, events >>> 2, capacity, control.timeout);
  if (n < 0) return -n;
  memory.setU32(count, n);
  return SUCCESS;
}
