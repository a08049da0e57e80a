/** Chance, from the host. */
import { random_get } from "./wasi_snapshot_preview1";

const area = memory.data(8, 8);

/** seed is where the language's Math.random begins: the compiler calls it (asconfig.json). */
export function seed(): f64 {
  random_get(area, 8);
  return load<f64>(area);
}
