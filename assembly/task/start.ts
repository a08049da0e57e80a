/**
 * The way in: what the build's generated lines call.
 */
import "../sys/random";
import { goFunc } from "./goroutine";
import { runMain, tick } from "./scheduler";

/** start runs the program: main in a goroutine, and everything that it starts, until main returns. */
export function start(main: () => void): void {
  // A host that takes the size of an option by value and one that takes its address are both served by the number 4 (docs/ABI.md).
  store<u32>(4, 4);
  runMain(goFunc(main));
}

/** wasi_net_tick is the driven module's round (docs/ABI.md). */
export function wasi_net_tick(): i64 {
  return tick();
}
