import type { Context, Family } from "./context.ts";
import { Strings } from "./strings.ts";

/** environ: the variables that the embedder gave, none of this process's own. */
export function environ({ memory, env }: Context): Family {
  const texts = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const strings = new Strings(memory, texts);
  return {
    environ_sizes_get: (count: number, size: number) => strings.sizes(count, size),
    environ_get: (environ: number, buffer: number) => strings.store(environ, buffer),
  };
}
