/** Resolvers: who knows the addresses of names. */
import { Addr } from "./addr";
import { noSuchHost } from "./dnserror";
import { NetError, Result } from "./errors";
import { addLiteral, Lookup } from "./lookup";
import { NetworkKind } from "./network";
import { Context } from "./task/context";

/**
 * Resolver looks up names for a Dialer. A program makes one of its own by a class that extends this one; a resolver that asks the
 * DNS has its place here too.
 */
export abstract class Resolver {
  /** lookupHost answers the addresses of a name as texts, the best one first; what is no address is passed over. What takes time must end when the context does. */
  abstract lookupHost(context: Context, host: string): Result<string[]>;
}

/** ResolverLookup is where one dial asks for names: a resolver, and the dial's context. */
export class ResolverLookup extends Lookup {
  constructor(
    private readonly resolver: Resolver,
    private readonly context: Context,
  ) {
    super();
  }

  addHost(list: Addr[], host: string, kind: NetworkKind, port: i32): NetError | null {
    if (addLiteral(list, host, kind, port)) return null;
    const found = this.resolver.lookupHost(this.context, host);
    const err = found.err;
    if (err !== null) return err;
    const texts = found.value;
    for (let i = 0; i < texts.length; i++) addLiteral(list, texts[i], kind, port);
    return list.length > 0 ? null : noSuchHost(host);
  }
}
