import type { System } from "./system.ts";

/**
 * DECORATION is an option of Guest.start that is no part of the public API: tests put a System of
 * their own between a guest and the operating system with it, in either mode.
 */
export const DECORATION: unique symbol = Symbol("decoration");

/** Decoration names the System that a guest gets, in a form that can be sent to the guest's thread. */
export interface Decoration {
  /** The URL of a module that exports `decorate(system: System, argument: string): System`. */
  readonly module: string;
  readonly argument: string;
}

/** Decorated is what options with a decoration have besides GuestOptions. */
export interface Decorated {
  readonly [DECORATION]?: Decoration;
}

/** decorate answers a System as a guest's plan wants it: without a decoration, itself. */
export async function decorate(
  system: System,
  decoration: Decoration | undefined,
): Promise<System> {
  if (decoration === undefined) return system;
  const { decorate } = (await import(decoration.module)) as {
    decorate(system: System, argument: string): System;
  };
  return decorate(system, decoration.argument);
}
