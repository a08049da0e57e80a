/**
 * Where a guest can run: every way there is, under one name each, so that a test is a table over them.
 */
import type { AddressInfo } from "node:net";
import { DECORATION, type Decoration } from "../../../host/decorate.ts";
import { allow, Guest, type GuestOptions, type Policy } from "../../../host/index.ts";
import { Level1, type Level1Options } from "./level1.ts";

/** Running is a guest, as far as tests need to know. */
export interface Running extends AsyncDisposable {
  readonly exited: Promise<{ readonly code: number }>;
  listening(): Promise<AddressInfo>;
}

/** What a test may want of a guest. */
export interface RunOptions {
  readonly args?: readonly string[];
  readonly net?: Policy;
  readonly stdout?: (bytes: Uint8Array) => void;
  readonly stderr?: "inherit" | ((bytes: Uint8Array) => void);
}

/** Host is one way to run a guest. */
export interface Host {
  readonly name: string;
  start(wasm: Uint8Array, options?: RunOptions): Promise<Running>;
}

/** ANYWHERE lets a guest do everything. */
export const ANYWHERE: Policy = allow.listen().dial().unix().raw().interfaces();

/** under is the product in a mode, with a System of a test's own where there is a decoration. */
export function under(
  name: string,
  mode: "dedicated" | "cooperative",
  decoration?: Decoration,
): Host {
  return {
    name,
    start: (wasm, { args = [], net = ANYWHERE, stdout, stderr = "inherit" }: RunOptions = {}) =>
      Guest.start(wasm, {
        args: ["guest", ...args],
        net,
        mode,
        stdout: stdout ?? (() => {}),
        stderr,
        [DECORATION]: decoration,
      } as GuestOptions),
  };
}

function level1(name: string, options: Level1Options): Host {
  return {
    name,
    start: (wasm, { args = [], stdout }: RunOptions = {}) =>
      Level1.start(wasm, { ...options, args: ["guest", ...args], stdout: stdout ?? (() => {}) }),
  };
}

/** The product's own two modes. */
export const MODES: readonly Host[] = [
  under("dedicated", "dedicated"),
  under("cooperative", "cooperative"),
];

/** Hosts that offer level 1 of docs/ABI.md and no more, each strict about the size of an option in its own way. */
export const LEVEL1: readonly Host[] = [
  level1("level 1, size by pointer", { size: "pointer" }),
  level1("level 1, size by value", { size: "value" }),
];
