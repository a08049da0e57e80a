import { ENOSYS, SUCCESS } from "../errno.ts";
import { GuestExit, unwind } from "../exit.ts";
import type { Context, Family } from "./context.ts";

/** proc: the end of the program. */
export function proc(_context: Context): Family {
  return {
    proc_exit(code: number): never {
      return unwind(new GuestExit("exit", code >>> 0));
    },
    proc_raise: (_signal: number) => ENOSYS,
    sched_yield: () => SUCCESS,
  };
}
