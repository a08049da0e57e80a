import type { Context, Family } from "./context.ts";
import { Strings } from "./strings.ts";

/** args: the guest's arguments; the first is its name. */
export function args({ memory, args }: Context): Family {
  const strings = new Strings(memory, args);
  return {
    args_sizes_get: (count: number, size: number) => strings.sizes(count, size),
    args_get: (argv: number, buffer: number) => strings.store(argv, buffer),
  };
}
