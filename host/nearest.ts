import { EAFNOSUPPORT, EHOSTUNREACH, EMFILE, ENOTSUP, EPIPE } from "./errno.ts";
import type { System } from "./system.ts";

/** FIRST is the first errno beyond WASI's own. */
const FIRST = 77;

/** NEAREST is the WASI errno that is nearest to each of those: docs/ABI.md has the table. */
const NEAREST: readonly number[] = [
  ENOTSUP, // ESOCKTNOSUPPORT
  EAFNOSUPPORT, // EPFNOSUPPORT
  EPIPE, // ESHUTDOWN
  EMFILE, // ETOOMANYREFS
  EHOSTUNREACH, // EHOSTDOWN
];

const SOL_SOCKET = 0;
const SO_ERROR = 2;

/**
 * withNearest is a System that answers WASI's numbers only, for a guest that knows no others. What
 * an operating system says of a socket comes to a guest through a System, so no import has to think
 * of it. A guest that knows all numbers has the System itself, and nothing in between.
 */
export function withNearest(system: System): System {
  const narrow = Object.create(system) as Record<string, Call>;
  for (const name of callsOf(system)) {
    const call = (system as unknown as Record<string, Call>)[name]!.bind(system);
    narrow[name] = (...args) => {
      const result = call(...args);
      return typeof result === "number" && result <= -FIRST ? -nearest(-result) : result;
    };
  }
  const { getsockopt } = narrow as unknown as System;
  return Object.assign(narrow as unknown as System, {
    getsockopt(handle: number, level: number, name: number, value: Uint8Array): number {
      const stored = getsockopt(handle, level, name, value);
      // The least of its bytes, which comes first, is all of an errno.
      if (level === SOL_SOCKET && name === SO_ERROR && stored > 0) value[0] = nearest(value[0]!);
      return stored;
    },
  });
}

type Call = (...args: unknown[]) => unknown;

function nearest(errno: number): number {
  return NEAREST[errno - FIRST] ?? errno;
}

/** callsOf are the names of a System's methods, be it an object of a class or of its own. */
function callsOf(system: System): string[] {
  const names = new Set<string>();
  for (let of: object = system; of !== Object.prototype; of = Object.getPrototypeOf(of)) {
    for (const name of Object.getOwnPropertyNames(of)) names.add(name);
  }
  names.delete("constructor");
  return [...names].filter((name) => typeof Reflect.get(system, name) === "function");
}
