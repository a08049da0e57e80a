import { badRule } from "./errors.ts";
import { Rule } from "./rule.ts";
import { covers, type Target, touches } from "./target.ts";

/** Protocols that have a name in rules. */
const NAMES: ReadonlyMap<string, number> = new Map([
  ["icmp", 1],
  ["igmp", 2],
  ["tcp", 6],
  ["udp", 17],
  ["ipv6-icmp", 58],
  ["icmpv6", 58],
]);

/**
 * RawRule is one line of a policy about raw sockets.
 *
 *   icmp            a protocol of IP, by name or number
 *   1:127.0.0.1     with one address only; icmp:10.0.0.0/8, 58:[::1]: a network, IPv6
 *   *               every protocol
 */
export class RawRule {
  readonly text: string;
  /** The protocol's number, -1 for every one. */
  readonly #protocol: number;
  readonly #addresses: Rule | undefined;

  constructor(text: string) {
    this.text = text;
    const [, protocol = "", addresses] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? [];
    this.#protocol = protocol === "*" ? -1 : (NAMES.get(protocol) ?? parseNumber(protocol));
    if (Number.isNaN(this.#protocol)) {
      throw badRule(text, `"${protocol}" is no protocol: want a number from 1 to 254, or icmp`);
    }
    if (addresses === undefined) return;
    this.#addresses = new Rule(addresses);
    if (!this.#addresses.hasPort(0) || !this.#addresses.hasPort(65535)) {
      throw badRule(text, "raw sockets have no ports");
    }
  }

  /** opens tells whether the rule speaks of a protocol, with any address or with some. */
  opens(protocol: number): boolean {
    return this.#protocol < 0 || this.#protocol === protocol;
  }

  /** closes tells whether the rule speaks of a protocol as a whole. */
  closes(protocol: number): boolean {
    return this.opens(protocol) && this.#addresses === undefined;
  }

  covers(protocol: number, target: Target): boolean {
    return this.opens(protocol) && (!this.#addresses || covers(this.#addresses, target));
  }

  touches(protocol: number, target: Target): boolean {
    return this.opens(protocol) && (!this.#addresses || touches(this.#addresses, target));
  }
}

/** protocolName is a protocol as a rule would name it. */
export function protocolName(protocol: number): string {
  for (const [name, number] of NAMES) if (number === protocol) return name;
  return String(protocol);
}

/** 255 is no protocol: to Linux it means that the sender writes IP's header itself. */
function parseNumber(text: string): number {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  return number >= 1 && number <= 254 ? number : Number.NaN;
}
