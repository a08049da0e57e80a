import { tell } from "./say.ts";

/**
 * fail ends the command with a message and code 2: the user's mistake, or the module's, which may have
 * names of its own in it.
 */
export function fail(message: string): never {
  tell(message);
  process.exit(2);
}
