/**
 * A module hook for test processes. tsx looks through every JavaScript module for what it may have to translate, and for Binaryen,
 * thirteen megabytes of JavaScript, that takes five seconds of each process: it is loaded as it is.
 */
import { readFileSync } from "node:fs";
import type { LoadHook } from "node:module";

const LIBRARY = /\/node_modules\/binaryen\/index\.js$/;

/** Node's hook for loading a module; it answers at once what it knows, which suits both kinds of hooks. */
export const load: LoadHook = (url, context, next) =>
  LIBRARY.test(url)
    ? { format: "module", source: readFileSync(new URL(url)), shortCircuit: true }
    : next(url, context);
