import { basename } from "node:path";
import { fail } from "./fail.ts";
import { tell } from "./say.ts";

/** buildCommand compiles a program. What the compiler has to say of it is printed as it says it. */
export async function buildCommand(
  entry: string,
  options: { readonly out?: string; readonly debug?: boolean; readonly level: "0" | "1" },
): Promise<void> {
  const out = options.out ?? `${basename(entry).replace(/\.ts$/, "")}.wasm`;
  // The compiler takes half a second to load, which no other command shall wait for.
  const { build } = await import("../build/index.ts");
  try {
    const { notes } = await build(entry, { ...options, level: options.level === "0" ? 0 : 1, out });
    if (notes.length > 0) tell(notes.join("\n\n"));
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}
