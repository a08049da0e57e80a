import { type Check, listOf, one, shape } from "./check.ts";
import type { Endpoint } from "./endpoint.ts";
import { protocolName, RawRule } from "./rawrule.ts";
import { Rule } from "./rule.ts";
import { covers, placeOf, type Target, targetOf, touches, type Use } from "./target.ts";
import { nameOf, placesOf, UnixRule } from "./unixrule.ts";

/**
 * Verb is what a guest may want to do: to listen on and to dial addresses of the internet, to use
 * unix sockets, to use raw ones.
 */
export type Verb = Use | "unix" | "raw";

/** Denial tells what a policy has refused. */
export interface Denial {
  readonly verb: Verb;
  /** The address, or a unix socket's path; empty when a raw socket was not to be opened. */
  readonly address: string;
  /** The port; 0 where there is none. */
  readonly port: number;
  /** A raw socket's protocol, by its number. */
  readonly protocol?: number;
  /** The command line's flag that would allow it, or that forbids it. */
  readonly flag: string;
  /** Whether the flag is one that forbids: then no other flag helps. */
  readonly forbidden: boolean;
}

type Texts = Readonly<Record<Verb, readonly string[]>>;

/** Rules is a policy as plain texts, to be sent to another thread. */
export interface Rules {
  readonly allow: Texts;
  readonly deny: Texts;
  /** Whether the guest is shown the machine's network interfaces. */
  readonly interfaces: boolean;
}

const BAD_RULE = "WASI_NET_BAD_RULE";

const text: Check = one("a string", (value) => typeof value === "string", BAD_RULE);
const texts: Check = listOf("an array of strings", text, BAD_RULE);
const group: Check = shape({ listen: texts, dial: texts, unix: texts, raw: texts }, BAD_RULE);

/** checkRules throws for what has not the shape of Rules; what the texts say, parse looks at. */
const checkRules: Check = shape(
  {
    allow: group,
    deny: group,
    interfaces: one("true or false", (value) => typeof value === "boolean", BAD_RULE),
  },
  BAD_RULE,
);

const NO_RULES: Texts = { listen: [], dial: [], unix: [], raw: [] };
const NOTHING: Rules = { allow: NO_RULES, deny: NO_RULES, interfaces: false };

/**
 * Policy says what a guest may do with the network. It begins with nothing and is immutable: every
 * method answers a new policy. What is denied stays denied, however it is allowed. rule.ts,
 * unixrule.ts and rawrule.ts have the grammars; no rule at all means everything.
 */
export class Policy {
  readonly rules: Rules;
  readonly #allow: Parsed;
  readonly #deny: Parsed;

  constructor(rules: Rules = NOTHING) {
    checkRules("rules", rules);
    this.#allow = parse(rules.allow);
    this.#deny = parse(rules.deny);
    const { allow, deny, interfaces } = rules;
    this.rules = {
      allow: absolute(allow, this.#allow),
      deny: absolute(deny, this.#deny),
      interfaces,
    };
  }

  /** listen allows to listen on addresses. */
  listen(...rules: readonly string[]): Policy {
    return this.#with("allow", "listen", rules);
  }

  /** dial allows to connect to addresses. */
  dial(...rules: readonly string[]): Policy {
    return this.#with("allow", "dial", rules);
  }

  /**
   * unix allows unix sockets, to listen and to connect: files, folders with all that is in them, and
   * abstract names (`@name`, `@name*`, `@` for all).
   */
  unix(...paths: readonly string[]): Policy {
    return this.#with("allow", "unix", paths);
  }

  /**
   * raw allows raw sockets: of protocols (`icmp`, `58`), with all addresses or some (`icmp:10.0.0.0/8`).
   * An address limits where packets go. What arrives for the protocol a raw socket sees all of.
   */
  raw(...rules: readonly string[]): Policy {
    return this.#with("allow", "raw", rules);
  }

  /** interfaces shows the machine's network interfaces, as they are when the guest starts. */
  interfaces(): Policy {
    return new Policy({ ...this.rules, interfaces: true });
  }

  /** denyListen forbids to listen on addresses, whatever else allows it. */
  denyListen(...rules: readonly string[]): Policy {
    return this.#with("deny", "listen", rules);
  }

  /** denyDial forbids to connect to addresses, whatever else allows it. */
  denyDial(...rules: readonly string[]): Policy {
    return this.#with("deny", "dial", rules);
  }

  /** denyUnix forbids unix sockets, whatever else allows them. */
  denyUnix(...paths: readonly string[]): Policy {
    return this.#with("deny", "unix", paths);
  }

  /** denyRaw forbids raw sockets, whatever else allows them. */
  denyRaw(...rules: readonly string[]): Policy {
    return this.#with("deny", "raw", rules);
  }

  /**
   * judge answers undefined when a guest may, else what it may not. It is asked before any syscall.
   */
  judge(use: Use, endpoint: Endpoint): Denial | undefined {
    const denial = this.forbids(use, endpoint);
    if (denial !== undefined) return denial;
    const target = targetOf(use, endpoint);
    if (this.#allow[use].some((rule) => covers(rule, target))) return undefined;
    return denied(use, endpoint, `--allow-${use}=${placeOf(target)}`);
  }

  /**
   * forbids is the half of judge that asks the denying rules only: for a port that the kernel chose,
   * which was judged as port 0 before it was known.
   */
  forbids(use: Use, endpoint: Endpoint): Denial | undefined {
    const target = targetOf(use, endpoint);
    const forbidding = this.#deny[use].find((rule) => touches(rule, target));
    return forbidding && denied(use, endpoint, `--deny-${use}=${forbidding.text}`, true);
  }

  /** judgeUnix is judge for a unix socket's path or abstract name. */
  judgeUnix(endpoint: Endpoint): Denial | undefined {
    const { unix: allowing } = this.#allow;
    const { unix: denying } = this.#deny;
    if (denying.length === 0 && allowing.some((rule) => rule.any)) return undefined;
    const places = placesOf(endpoint);
    const forbidding = denying.find((rule) => places.some((place) => rule.hasByNow(place)));
    if (forbidding) return denied("unix", endpoint, `--deny-unix=${forbidding.text}`, true);
    const missing = places.find((place) => !allowing.some((rule) => rule.has(place)));
    if (missing === undefined) return undefined;
    return denied("unix", endpoint, `--allow-unix=${nameOf(missing)}`);
  }

  /** judgeRaw is judge for the opening of a raw socket. */
  judgeRaw(protocol: number): Denial | undefined {
    const forbidding = this.#deny.raw.find((rule) => rule.closes(protocol));
    const nowhere = { address: "", port: 0 };
    if (forbidding) {
      return { ...denied("raw", nowhere, `--deny-raw=${forbidding.text}`, true), protocol };
    }
    if (this.#allow.raw.some((rule) => rule.opens(protocol))) return undefined;
    return { ...denied("raw", nowhere, `--allow-raw=${protocolName(protocol)}`), protocol };
  }

  /** judgeRawAddress is judge for an address that a raw socket uses. */
  judgeRawAddress(use: Use, protocol: number, endpoint: Endpoint): Denial | undefined {
    const target: Target = targetOf(use, endpoint);
    const place = { address: endpoint.address, port: 0 };
    const forbidding = this.#deny.raw.find((rule) => rule.touches(protocol, target));
    if (forbidding) {
      return { ...denied("raw", place, `--deny-raw=${forbidding.text}`, true), protocol };
    }
    if (this.#allow.raw.some((rule) => rule.covers(protocol, target))) return undefined;
    const text = target.family === 6 ? `[${target.address}]` : target.address;
    const wanted = `${protocolName(protocol)}${target.wildcard ? "" : `:${text}`}`;
    return { ...denied("raw", place, `--allow-raw=${wanted}`), protocol };
  }

  #with(kind: "allow" | "deny", verb: Verb, rules: readonly string[]): Policy {
    const group = { ...this.rules[kind] };
    group[verb] = [...group[verb], ...(rules.length === 0 ? ["*"] : rules)];
    return new Policy({ ...this.rules, [kind]: group });
  }
}

/** allow is the policy that allows nothing: where every policy begins. */
export const allow: Policy = new Policy();

function denied(
  verb: Verb,
  { address, port }: Pick<Endpoint, "address" | "port">,
  flag: string,
  forbidden = false,
): Denial {
  return { verb, address, port, flag, forbidden };
}

interface Parsed {
  readonly listen: readonly Rule[];
  readonly dial: readonly Rule[];
  readonly unix: readonly UnixRule[];
  readonly raw: readonly RawRule[];
}

function parse(group: Texts): Parsed {
  return {
    listen: group.listen.map((text) => new Rule(text)),
    dial: group.dial.map((text) => new Rule(text)),
    unix: group.unix.map((text) => new UnixRule(text)),
    raw: group.raw.map((text) => new RawRule(text)),
  };
}

/** absolute makes rules independent of the current folder, which may be another one later. */
function absolute(group: Texts, { unix }: Parsed): Texts {
  return { ...group, unix: unix.map(({ text }) => text) };
}
