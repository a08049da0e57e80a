import { type Endpoint, joinHostPort } from "./endpoint.ts";
import { Rule } from "./rule.ts";

/** Verb is what a guest may want to do with an address. */
export type Verb = "listen" | "dial";

/** Denial tells what a policy has refused. */
export interface Denial {
  readonly verb: Verb;
  readonly address: string;
  readonly port: number;
  /** The command line's flag that would allow it, or that forbids it. */
  readonly flag: string;
  /** Whether the flag is one that forbids: then no other flag helps. */
  readonly forbidden: boolean;
}

/** Rules is a policy as plain texts, to be sent to another thread. */
export interface Rules {
  readonly allow: Readonly<Record<Verb, readonly string[]>>;
  readonly deny: Readonly<Record<Verb, readonly string[]>>;
}

const NOTHING: Rules = { allow: { listen: [], dial: [] }, deny: { listen: [], dial: [] } };

/**
 * Policy says what a guest may do with the network. It begins with nothing and is immutable: every
 * method answers a new policy. What is denied stays denied, however it is allowed. rule.ts has the
 * grammar; no rule at all means everything.
 */
export class Policy {
  readonly rules: Rules;
  readonly #allow: Record<Verb, readonly Rule[]>;
  readonly #deny: Record<Verb, readonly Rule[]>;

  constructor(rules: Rules = NOTHING) {
    this.rules = rules;
    this.#allow = parse(rules.allow);
    this.#deny = parse(rules.deny);
  }

  /** listen allows to listen on addresses. */
  listen(...rules: readonly string[]): Policy {
    return this.#with("allow", "listen", rules);
  }

  /** dial allows to connect to addresses. */
  dial(...rules: readonly string[]): Policy {
    return this.#with("allow", "dial", rules);
  }

  /** denyListen forbids to listen on addresses, whatever else allows it. */
  denyListen(...rules: readonly string[]): Policy {
    return this.#with("deny", "listen", rules);
  }

  /** denyDial forbids to connect to addresses, whatever else allows it. */
  denyDial(...rules: readonly string[]): Policy {
    return this.#with("deny", "dial", rules);
  }

  /**
   * judge answers undefined when a guest may, else what it may not. It is asked before any syscall.
   */
  judge(verb: Verb, endpoint: Endpoint): Denial | undefined {
    const denial = this.forbids(verb, endpoint);
    if (denial !== undefined) return denial;
    const target = targetOf(verb, endpoint);
    if (this.#allow[verb].some((rule) => covers(rule, target))) return undefined;
    return this.#denial(verb, endpoint, target);
  }

  /**
   * forbids is the half of judge that asks the denying rules only: for a port that the kernel chose,
   * which was judged as port 0 before it was known.
   */
  forbids(verb: Verb, endpoint: Endpoint): Denial | undefined {
    const target = targetOf(verb, endpoint);
    const forbidding = this.#deny[verb].find((rule) => touches(rule, target));
    return forbidding && this.#denial(verb, endpoint, target, forbidding);
  }

  #denial(verb: Verb, endpoint: Endpoint, target: Target, forbidding?: Rule): Denial {
    const { port } = endpoint;
    const place = target.wildcard ? `:${port}` : joinHostPort(target.address, port);
    return {
      verb,
      address: endpoint.address,
      port,
      flag: forbidding ? `--deny-${verb}=${forbidding.text}` : `--allow-${verb}=${place}`,
      forbidden: forbidding !== undefined,
    };
  }

  #with(kind: "allow" | "deny", verb: Verb, rules: readonly string[]): Policy {
    const group = { ...this.rules[kind] };
    group[verb] = [...group[verb], ...(rules.length === 0 ? ["*"] : rules)];
    return new Policy({ ...this.rules, [kind]: group });
  }
}

/** allow is the policy that allows nothing: where every policy begins. */
export const allow: Policy = new Policy();

/** Target is an endpoint in the form in which it is judged. */
interface Target {
  readonly address: string;
  readonly family: 4 | 6;
  readonly port: number;
  readonly wildcard: boolean;
}

/**
 * An IPv4 address mapped into IPv6 is judged as IPv4, because that is where it leads. Dialling a
 * wildcard leads to the loopback; listening on one means every address.
 */
function targetOf(verb: Verb, endpoint: Endpoint): Target {
  const { port, isMapped, isUnspecified } = endpoint;
  const family = endpoint.family === 1 || isMapped ? 4 : 6;
  if (verb === "dial" && isUnspecified) {
    return { address: family === 4 ? "127.0.0.1" : "::1", family, port, wildcard: false };
  }
  const address = isMapped ? endpoint.bytes.subarray(12).join(".") : endpoint.address;
  return { address, family, port, wildcard: isUnspecified };
}

/** covers tells whether a rule speaks of all that a target means. */
function covers(rule: Rule, { address, family, port, wildcard }: Target): boolean {
  if (!rule.hasPort(port)) return false;
  return wildcard ? rule.hasEveryAddress(family) : rule.hasAddress(address);
}

/** touches tells whether a rule speaks of some of what a target means. */
function touches(rule: Rule, { address, port, wildcard }: Target): boolean {
  return rule.hasPort(port) && (wildcard || rule.hasAddress(address));
}

function parse(group: Rules["allow"]): Record<Verb, readonly Rule[]> {
  return {
    listen: group.listen.map((text) => new Rule(text)),
    dial: group.dial.map((text) => new Rule(text)),
  };
}
