import type { AddressInfo } from "node:net";
import { type Endpoint, INET4, UNIX } from "./endpoint.ts";

/**
 * Listening is an address that a guest listens on. Of a unix socket the family is "Unix", the port 0,
 * and the path is there, which is also the address; an abstract name begins with @.
 */
export interface Listening extends AddressInfo {
  readonly path?: string;
}

/** listeningOn describes a listening socket's own address. */
export function listeningOn({ address, port, family }: Endpoint): Listening {
  if (family === UNIX) return { address, port: 0, family: "Unix", path: address };
  return { address, port, family: family === INET4 ? "IPv4" : "IPv6" };
}
