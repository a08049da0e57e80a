import { Addr } from "./addr";
import { Result } from "./errors";
import { UnknownNetworkError } from "./neterror";

/** UnixAddr is the address of a Unix domain end point. */
export class UnixAddr extends Addr {
  /** name is a path, or "@name" for an abstract one; net is "unix", "unixgram" or "unixpacket". */
  constructor(
    public name: string,
    public net: string,
  ) {
    super();
  }

  /** network is "unix", "unixgram" or "unixpacket". */
  network(): string {
    return this.net;
  }

  /** isWildcard tells whether there is no name. */
  isWildcard(): bool {
    return this.name.length == 0;
  }

  /** toString is the name. */
  toString(): string {
    return this.name;
  }
}

/** resolveUnixAddr is the address of a name; it fails only for a network that is no Unix one. */
export function resolveUnixAddr(network: string, address: string): Result<UnixAddr> {
  if (network != "unix" && network != "unixgram" && network != "unixpacket") {
    return Result.fail<UnixAddr>(new UnknownNetworkError(network));
  }
  return Result.ok<UnixAddr>(new UnixAddr(address, network));
}
