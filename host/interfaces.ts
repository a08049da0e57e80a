import { errorText } from "./errno.ts";
import { WasiNetError } from "./errors.ts";
import type { System } from "./system.ts";

/** Interface is one of the machine's network interfaces. */
export interface Interface {
  readonly index: number;
  readonly name: string;
  /** Bytes. */
  readonly mtu: number;
  /** Go's bits: 1 up, 2 broadcast, 4 loopback, 8 point to point, 16 multicast, 32 running. */
  readonly flags: number;
  /** Like 02:00:5e:10:00:01, or nothing. */
  readonly hardware: string;
  /** Like 192.0.2.1/24. */
  readonly addresses: readonly string[];
  /** Multicast groups that the interface has joined. */
  readonly groups: readonly string[];
}

/** INTERFACES_FILE is where a guest that may know them finds the interfaces. */
export const INTERFACES_FILE = "/run/wasi-net/interfaces";

/** interfacesText is that file: a line for each interface, fields separated by tabs. */
export function interfacesText(system: System): string {
  const interfaces = system.interfaces();
  if (typeof interfaces === "number") {
    throw new WasiNetError("WASI_NET_INTERNAL", `no network interfaces: ${errorText(-interfaces)}`);
  }
  const inOrder = [...interfaces].sort((a, b) => a.index - b.index);
  return inOrder.map((one) => `${line(one)}\n`).join("");
}

function line({ index, name, mtu, flags, hardware, addresses, groups }: Interface): string {
  return [index, name, mtu, flags, hardware, addresses.join(" "), groups.join(" ")].join("\t");
}
