import { type Endpoint, joinHostPort } from "./endpoint.ts";
import type { Rule } from "./rule.ts";

/** Use is what a guest wants to do with an address of the internet. */
export type Use = "listen" | "dial";

/** Target is an endpoint in the form in which it is judged. */
export interface Target {
  readonly address: string;
  readonly family: 4 | 6;
  readonly port: number;
  readonly wildcard: boolean;
}

/**
 * An IPv4 address mapped into IPv6 is judged as IPv4, because that is where it leads. Dialling a
 * wildcard leads to the loopback; listening on one means every address.
 */
export function targetOf(use: Use, endpoint: Endpoint): Target {
  const { port, isMapped, isUnspecified } = endpoint;
  const family = endpoint.family === 1 || isMapped ? 4 : 6;
  if (use === "dial" && isUnspecified) {
    return { address: family === 4 ? "127.0.0.1" : "::1", family, port, wildcard: false };
  }
  const address = isMapped ? endpoint.bytes.subarray(12).join(".") : endpoint.address;
  return { address, family, port, wildcard: isUnspecified };
}

/** placeOf is a target as a rule would name it. */
export function placeOf({ address, port, wildcard }: Target): string {
  return wildcard ? `:${port}` : joinHostPort(address, port);
}

/** covers tells whether a rule speaks of all that a target means. */
export function covers(rule: Rule, { address, family, port, wildcard }: Target): boolean {
  if (!rule.hasPort(port)) return false;
  return wildcard ? rule.hasEveryAddress(family) : rule.hasAddress(address);
}

/** touches tells whether a rule speaks of some of what a target means. */
export function touches(rule: Rule, { address, port, wildcard }: Target): boolean {
  return rule.hasPort(port) && (wildcard || rule.hasAddress(address));
}
