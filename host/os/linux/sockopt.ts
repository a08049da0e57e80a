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
  readonly kind?: "errno" | "type" | "family";
}

const SOL_SOCKET = 1;
const IPPROTO_IP = 0;
const IPPROTO_TCP = 6;
const IPPROTO_IPV6 = 41;
const SOL_MPTCP = 284;

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
  entry(0, 15, { level: SOL_SOCKET, name: 15, size: 4 }), // REUSEPORT
  entry(0, 16, { level: SOL_SOCKET, name: 38, size: 4 }), // PROTOCOL
  entry(0, 17, { level: SOL_SOCKET, name: 39, size: 4, kind: "family" }), // DOMAIN
  entry(4, 1, { level: IPPROTO_IP, name: 1, size: 4 }), // TOS
  entry(4, 2, { level: IPPROTO_IP, name: 2, size: 4 }), // TTL
  entry(4, 8, { level: IPPROTO_IP, name: 8, size: 4 }), // PKTINFO
  entry(4, 12, { level: IPPROTO_IP, name: 12, size: 4 }), // RECVTTL
  entry(4, 13, { level: IPPROTO_IP, name: 13, size: 4 }), // RECVTOS
  entry(4, 32, { level: IPPROTO_IP, name: 32, size: 12 }), // MULTICAST_IF
  entry(4, 33, { level: IPPROTO_IP, name: 33, size: 4 }), // MULTICAST_TTL
  entry(4, 34, { level: IPPROTO_IP, name: 34, size: 4 }), // MULTICAST_LOOP
  entry(4, 35, { level: IPPROTO_IP, name: 35, size: 12 }), // ADD_MEMBERSHIP
  entry(4, 36, { level: IPPROTO_IP, name: 36, size: 12 }), // DROP_MEMBERSHIP
  entry(6, 15, { level: IPPROTO_TCP, name: 1, size: 4 }), // NODELAY
  entry(6, 4, { level: IPPROTO_TCP, name: 4, size: 4 }), // KEEPIDLE
  entry(6, 5, { level: IPPROTO_TCP, name: 5, size: 4 }), // KEEPINTVL
  entry(6, 6, { level: IPPROTO_TCP, name: 6, size: 4 }), // KEEPCNT
  entry(6, 9, { level: IPPROTO_TCP, name: 9, size: 4 }), // DEFER_ACCEPT
  entry(6, 12, { level: IPPROTO_TCP, name: 12, size: 4 }), // QUICKACK
  entry(6, 18, { level: IPPROTO_TCP, name: 18, size: 4 }), // USER_TIMEOUT
  entry(6, 23, { level: IPPROTO_TCP, name: 23, size: 4 }), // FASTOPEN
  entry(41, 16, { level: IPPROTO_IPV6, name: 16, size: 4 }), // UNICAST_HOPS
  entry(41, 17, { level: IPPROTO_IPV6, name: 17, size: 4 }), // MULTICAST_IF
  entry(41, 18, { level: IPPROTO_IPV6, name: 18, size: 4 }), // MULTICAST_HOPS
  entry(41, 19, { level: IPPROTO_IPV6, name: 19, size: 4 }), // MULTICAST_LOOP
  entry(41, 20, { level: IPPROTO_IPV6, name: 20, size: 20 }), // ADD_MEMBERSHIP
  entry(41, 21, { level: IPPROTO_IPV6, name: 21, size: 20 }), // DROP_MEMBERSHIP
  entry(41, 49, { level: IPPROTO_IPV6, name: 49, size: 4 }), // RECVPKTINFO
  entry(41, 51, { level: IPPROTO_IPV6, name: 51, size: 4 }), // RECVHOPLIMIT
  entry(41, 66, { level: IPPROTO_IPV6, name: 66, size: 4 }), // RECVTCLASS
  entry(41, 67, { level: IPPROTO_IPV6, name: 67, size: 4 }), // TCLASS
  entry(41, 26, { level: IPPROTO_IPV6, name: 26, size: 4 }), // V6ONLY
  entry(284, 1, { level: SOL_MPTCP, name: 1, size: 4 }), // MPTCP_INFO
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
  return level === 0 || level === 4 || level === 6 || level === 41 || level === SOL_MPTCP;
}

function entry(level: number, name: number, option: Option): readonly [number, Option] {
  return [(level << 16) | name, option];
}
