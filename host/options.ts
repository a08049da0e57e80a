import { types } from "node:util";
import { type Check, has, isObject, listOf, one, optional, shape } from "./check.ts";
import type { GuestOptions, Signal } from "./guest.ts";
import { isLimit, LIMITS } from "./limit.ts";
import { Policy } from "./policy.ts";

/** checkSource throws for what is no Source of a module. */
export function checkSource(source: unknown): void {
  SOURCE("the module", source);
}

/** checkOptions throws for options of a guest that cannot be meant. */
export function checkOptions(options: unknown): void {
  shape(OPTIONS)("options", options);
}

/** checkSignal throws for what is no Signal. */
export function checkSignal(signal: Signal | undefined): void {
  SIGNAL("signal", signal);
}

const SOURCE = one(
  "its bytes (a Uint8Array), a WebAssembly.Module, a file's path or its URL",
  (value) =>
    typeof value === "string" ||
    value instanceof URL ||
    types.isUint8Array(value) ||
    value instanceof WebAssembly.Module,
);

const SIGNAL = optional(
  one('"SIGINT" or "SIGTERM"', (value) => value === "SIGINT" || value === "SIGTERM"),
);

/** A NUL ends a text where a guest reads it: what stands behind would be lost. */
const text: Check = one(
  "a string without NUL",
  (value) => typeof value === "string" && !value.includes("\0"),
);

/** environment is the check of names and values. */
const environment: Check = (name, value) => {
  one("an object of strings, by their names", isObject)(name, value);
  for (const [variable, content] of Object.entries(value as object)) {
    one('names without "=" and NUL', () => /^[^=\0]+$/.test(variable))(name, variable);
    text(`${name}.${variable}`, content);
  }
};

/** Of a number beyond 31 bits the system would see a part only, which means another socket. */
const socket: Check = one(
  "the number of an open socket",
  (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31,
  "WASI_NET_BAD_SOCKET",
);

const output: Check = one(
  '"inherit", a Writable stream or a function',
  (value) => value === "inherit" || typeof value === "function" || has(value, "write", "once"),
);

const callback: Check = one("a function", (value) => typeof value === "function");

/** All options that there are. */
const OPTIONS: Readonly<Record<keyof GuestOptions, Check>> = {
  args: optional(listOf("an array of strings", text)),
  env: optional(environment),
  net: optional(one('a policy, such as allow.listen(":8080")', (value) => value instanceof Policy)),
  sockets: optional(listOf("an array of numbers", socket, "WASI_NET_BAD_SOCKET")),
  maxSockets: optional(one(LIMITS, isLimit, "WASI_NET_BAD_LIMIT")),
  mode: optional(
    one(
      '"dedicated" or "cooperative"',
      (value) => value === "dedicated" || value === "cooperative",
      "WASI_NET_BAD_MODE",
    ),
  ),
  signal: optional(
    one("an AbortSignal", (value) => has(value, "throwIfAborted", "addEventListener")),
  ),
  stdout: optional(output),
  stderr: optional(output),
  onListening: optional(callback),
  onDenied: optional(callback),
};
