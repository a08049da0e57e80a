import { EFAULT, EINVAL, SUCCESS } from "../errno.ts";
import type { Context, Family } from "./context.ts";

const REALTIME = 0;
const MONOTONIC = 1;
const PROCESS_CPU = 2;

/** clock: the base's clocks tick in milliseconds, these do better. */
export function clock({ memory }: Context): Family {
  return {
    clock_res_get(id: number, resolution: number): number {
      memory.refresh();
      if (id < REALTIME || id > PROCESS_CPU) return EINVAL;
      if (!memory.fits(resolution, 8)) return EFAULT;
      memory.view.setBigUint64(resolution >>> 0, id === REALTIME ? 1_000_000n : 1_000n, true);
      return SUCCESS;
    },

    clock_time_get(id: number, _precision: bigint, time: number): number {
      memory.refresh();
      if (!memory.fits(time, 8)) return EFAULT;
      const at = time >>> 0;
      if (id === MONOTONIC) {
        // Exact for 104 days of uptime, and without a BigInt: programs with deadlines ask often.
        const nanoseconds = Math.round(performance.now() * 1e6);
        memory.view.setUint32(at, nanoseconds % 0x1_0000_0000, true);
        memory.view.setUint32(at + 4, nanoseconds / 0x1_0000_0000, true);
      } else if (id === REALTIME) {
        memory.view.setBigUint64(at, BigInt(Date.now()) * 1_000_000n, true);
      } else if (id === PROCESS_CPU) {
        const { user, system } = process.cpuUsage();
        memory.view.setBigUint64(at, BigInt(user + system) * 1_000n, true);
      } else {
        return EINVAL;
      }
      return SUCCESS;
    },
  };
}
