import { BlockList, isIP } from "node:net";
import { badRule } from "./errors.ts";

/**
 * Rule is one line of a policy: addresses and ports.
 *
 *   127.0.0.1:8080       one address, one port
 *   [::1]:8000-8100      IPv6 stands in brackets; a range of ports
 *   10.0.0.0/8:443       a network in CIDR notation; [fd00::/8]:443
 *   :8080  *:8080        any address; 0.0.0.0:8080 and [::]:8080 mean the same
 *   10.0.0.1             any port
 *   localhost:8080       127.0.0.1 and ::1
 *
 * Port 0 is a port that the kernel chooses.
 */
export class Rule {
  readonly text: string;
  readonly #from: number;
  readonly #to: number;
  /** The addresses; undefined for any. */
  readonly #addresses: BlockList | undefined;
  /** The version of IP of the addresses; 0 for both. */
  readonly #version: number;
  /** Whether these are all addresses of that version. */
  readonly #whole: boolean;

  constructor(text: string) {
    this.text = text;
    const { host, ports } = split(text);
    [this.#from, this.#to] = parsePorts(ports, text);
    const { addresses, version, whole } = parseHost(host, text);
    this.#addresses = addresses;
    this.#version = version;
    this.#whole = whole;
  }

  /** hasPort tells whether the rule speaks of a port. */
  hasPort(port: number): boolean {
    return this.#from <= port && port <= this.#to;
  }

  /** hasAddress tells whether the rule speaks of an address, given as text. */
  hasAddress(address: string): boolean {
    if (this.#addresses === undefined) return true;
    const version = isIP(address);
    // A block list would find an IPv4 address, mapped, in a network of IPv6.
    if (this.#version !== 0 && version !== this.#version) return false;
    return this.#addresses.check(address, version === 4 ? "ipv4" : "ipv6");
  }

  /** hasEveryAddress tells whether the rule speaks of all addresses of a family, 4 or 6. */
  hasEveryAddress(family: number): boolean {
    return this.#addresses === undefined || (this.#whole && this.#version === family);
  }
}

function split(text: string): { host: string; ports: string | undefined } {
  const match =
    /^\[([^\]]*)\](?::(.*))?$/.exec(text) ?? // [v6] or [v6]:ports
    (isIP(text.replace(/\/.*$/, "")) === 6 ? ["", text] : /^([^:]*)(?::(.*))?$/.exec(text));
  if (match === null || text === "") throw badRule(text, "want ADDRESS[:PORT[-PORT]]");
  return { host: match[1] ?? "", ports: match[2] };
}

function parsePorts(ports: string | undefined, text: string): [from: number, to: number] {
  if (ports === undefined) return [0, 65535];
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(ports);
  const from = Number(match?.[1]);
  const to = Number(match?.[2] ?? match?.[1]);
  if (!(from <= to && to <= 65535)) throw badRule(text, `"${ports}" is no port or range of ports`);
  return [from, to];
}

interface Host {
  readonly addresses: BlockList | undefined;
  readonly version: number;
  readonly whole: boolean;
}

const ANY: Host = { addresses: undefined, version: 0, whole: true };

function parseHost(host: string, text: string): Host {
  if (host === "" || host === "*") return ANY;
  const addresses = new BlockList();
  if (host === "localhost") {
    addresses.addAddress("127.0.0.1", "ipv4");
    addresses.addAddress("::1", "ipv6");
    return { addresses, version: 0, whole: false };
  }
  const [address = "", bits, ...rest] = host.split("/");
  const version = isIP(address);
  if (/^\d+(?:-\d+)?$/.test(text)) throw badRule(text, `for a port write ":${text}"`);
  if (version === 0) {
    throw badRule(text, `"${host}" is no address; names cannot be looked up yet, but localhost`);
  }
  if (version === 6 && MAPPED.check(address, "ipv6")) {
    throw badRule(text, "write the IPv4 address itself");
  }
  const family = version === 4 ? "ipv4" : "ipv6";
  if (bits === undefined) {
    addresses.addAddress(address, family);
    const wildcard = version === 4 ? "0.0.0.0" : "::";
    return addresses.check(wildcard, family) ? ANY : { addresses, version, whole: false };
  }
  const length = /^\d{1,3}$/.test(bits) && rest.length === 0 ? Number(bits) : Number.NaN;
  if (!(length <= (version === 4 ? 32 : 128)))
    throw badRule(text, `"/${bits}" is no prefix length`);
  addresses.addSubnet(address, length, family);
  return { addresses, version, whole: length === 0 };
}

/**
 * MAPPED are IPv4's addresses in IPv6, which are judged as IPv4: a rule about them would be void.
 */
const MAPPED = new BlockList();
MAPPED.addSubnet("::ffff:0:0", 96, "ipv6");
