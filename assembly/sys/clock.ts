/**
 * The two clocks, in nanoseconds.
 */
import { clock_time_get } from "./wasi_snapshot_preview1";

const area = memory.data(8, 8);

/** nanotime is the monotonic clock. */
export function nanotime(): i64 {
  clock_time_get(1, 1000, area);
  return load<i64>(area);
}

/** walltime is the time since the Unix epoch. */
export function walltime(): i64 {
  clock_time_get(0, 1000, area);
  return load<i64>(area);
}
