// Which side this program is, and where.

export let listens: bool = false;
export let network: string = "";
/** Names of Unix sockets are made in the folder, and abstract ones with the token. */
export let folder: string = "";
export let token: string = "";

/** play takes a role, once. */
export function play(listening: bool, on: string, where: string, mark: string): void {
  listens = listening;
  network = on;
  folder = where;
  token = mark;
}

/** by names the side that a scene is about. */
export function by(active: bool): string {
  return active == listens ? "by the listener" : "by the dialer";
}

/** isUnix tells whether addresses are names. */
export function isUnix(): bool {
  return network.startsWith("unix");
}

/** loopback is this machine's own host on the network. */
export function loopback(): string {
  return isIPv6() ? "::1" : "127.0.0.1";
}

/** isIPv6 tells whether the network is one of IPv6 alone. */
export function isIPv6(): bool {
  return network.endsWith("6") || network.startsWith("ip6:");
}
