/**
 * Which socket options a guest can reach, and what Linux calls them. It is a list of what is
 * allowed and not a translation of everything: some options of Linux change the machine
 * (netfilter's, for one) when the host runs as root.
 */
export interface Option {
  readonly level: number;
  readonly name: number;
  /** Bytes of the value. */
  readonly size: number;
  /** What stands in the value, when it is not a plain number. */
  readonly kind?: "errno" | "type";
}

const SOL_SOCKET = 1;
const IPPROTO_TCP = 6;
const IPPROTO_IPV6 = 41;

/** Options by `level << 16 | name`, both in the ABI's numbers. */
const OPTIONS: ReadonlyMap<number, Option> = new Map([
  entry(0, 0, { level: SOL_SOCKET, name: 2, size: 4 }), // REUSEADDR
  entry(0, 1, { level: SOL_SOCKET, name: 3, size: 4, kind: "type" }), // TYPE
  entry(0, 2, { level: SOL_SOCKET, name: 4, size: 4, kind: "errno" }), // ERROR
  entry(0, 3, { level: SOL_SOCKET, name: 5, size: 4 }), // DONTROUTE
  entry(0, 4, { level: SOL_SOCKET, name: 6, size: 4 }), // BROADCAST
  entry(0, 5, { level: SOL_SOCKET, name: 7, size: 4 }), // SNDBUF
  entry(0, 6, { level: SOL_SOCKET, name: 8, size: 4 }), // RCVBUF
  entry(0, 7, { level: SOL_SOCKET, name: 9, size: 4 }), // KEEPALIVE
  entry(0, 8, { level: SOL_SOCKET, name: 10, size: 4 }), // OOBINLINE
  entry(0, 9, { level: SOL_SOCKET, name: 13, size: 8 }), // LINGER
  entry(0, 10, { level: SOL_SOCKET, name: 18, size: 4 }), // RCVLOWAT
  entry(0, 11, { level: SOL_SOCKET, name: 20, size: 16 }), // RCVTIMEO
  entry(0, 12, { level: SOL_SOCKET, name: 21, size: 16 }), // SNDTIMEO
  entry(0, 13, { level: SOL_SOCKET, name: 30, size: 4 }), // ACCEPTCONN
  entry(6, 15, { level: IPPROTO_TCP, name: 1, size: 4 }), // NODELAY
  entry(6, 4, { level: IPPROTO_TCP, name: 4, size: 4 }), // KEEPIDLE
  entry(6, 5, { level: IPPROTO_TCP, name: 5, size: 4 }), // KEEPINTVL
  entry(6, 6, { level: IPPROTO_TCP, name: 6, size: 4 }), // KEEPCNT
  entry(41, 26, { level: IPPROTO_IPV6, name: 26, size: 4 }), // V6ONLY
]);

/**
 * findOption answers the option of the ABI's level and name, undefined when a guest cannot reach
 * it.
 */
export function findOption(level: number, name: number): Option | undefined {
  return name >>> 16 === 0 && level >>> 15 === 0 ? OPTIONS.get((level << 16) | name) : undefined;
}

/** hasLevel tells whether any option of a level can be reached. */
export function hasLevel(level: number): boolean {
  return level === 0 || level === 6 || level === 41;
}

function entry(level: number, name: number, option: Option): readonly [number, Option] {
  return [(level << 16) | name, option];
}
