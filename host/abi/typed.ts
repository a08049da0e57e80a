import { WasiNetError } from "../errors.ts";
import { SIGNATURES } from "../signatures.ts";

/** Import is a function that a guest imports, as wasm calls it. */
export type Import = (...args: readonly unknown[]) => number | undefined;

/**
 * typed are imports for a module that came compiled, whose types nobody has seen: there a number can be
 * 35.5, or beyond 32 bits, which is 35 for one part of this host and not for another.
 */
export function typed(imports: Readonly<Record<string, Import>>): Record<string, Import> {
  const checked = Object.entries(imports).map(([name, call]): [string, Import] => {
    const types = SIGNATURES[name] ?? "";
    return [
      name,
      (...args) => {
        if (args.length === types.length && args.every((arg, i) => isOf(types[i]!, arg))) {
          return call(...args);
        }
        throw new WasiNetError("WASI_NET_SIGNATURE", `${name} is imported with another type`);
      },
    ];
  });
  return Object.fromEntries(checked);
}

function isOf(type: string, arg: unknown): boolean {
  if (type === "I") return typeof arg === "bigint";
  return typeof arg === "number" && Object.is(arg, arg | 0);
}
