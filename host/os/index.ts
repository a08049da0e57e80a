import { WasiNetError } from "../errors.ts";
import type { System } from "../system.ts";

/**
 * openSystem loads the implementation for this platform; nothing else in the host asks which one it
 * is.
 */
export async function openSystem(): Promise<System> {
  const { platform, arch } = process;
  if (platform !== "linux" || (arch !== "x64" && arch !== "arm64")) {
    throw new WasiNetError(
      "WASI_NET_UNSUPPORTED_PLATFORM",
      `wasi-net runs on Linux (x64, arm64), not yet on ${platform} ${arch}`,
    );
  }
  const { LinuxSystem } = await import("./linux/system.ts");
  return new LinuxSystem();
}
