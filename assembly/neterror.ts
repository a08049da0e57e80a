/**
 * The errors about what a caller wrote: an address, a network's name, a literal. None is a timeout,
 * none temporary.
 */
import { NetError } from "./errors";

/** AddrError is an address that is wrong, and why. */
export class AddrError extends NetError {
  /** err is the reason; addr is the address it is about, "" where there is none. */
  constructor(
    public err: string,
    public addr: string,
  ) {
    super();
  }

  error(): string {
    return this.addr.length > 0 ? "address " + this.addr + ": " + this.err : this.err;
  }
}

/** ParseError is a literal network address that cannot be read. */
export class ParseError extends NetError {
  /** type is the kind of text that was expected, such as "CIDR address"; text is what there was. */
  constructor(
    public type: string,
    public text: string,
  ) {
    super();
  }

  error(): string {
    return "invalid " + this.type + ": " + this.text;
  }
}

/** UnknownNetworkError is a network's name that does not exist, or not for this call. */
export class UnknownNetworkError extends NetError {
  constructor(public network: string) {
    super();
  }

  error(): string {
    return "unknown network " + this.network;
  }

  /**
   * matches holds for another UnknownNetworkError of the same name: in Go both are equal values.
   */
  matches(target: NetError): bool {
    return (
      target instanceof UnknownNetworkError &&
      changetype<UnknownNetworkError>(target).network == this.network
    );
  }
}

/**
 * InvalidAddrError is an address of a form that the call cannot use; its text is all that there is
 * to say.
 */
export class InvalidAddrError extends NetError {
  constructor(public text: string) {
    super();
  }

  error(): string {
    return this.text;
  }

  /** matches holds for another InvalidAddrError of the same text: in Go both are equal values. */
  matches(target: NetError): bool {
    return (
      target instanceof InvalidAddrError && changetype<InvalidAddrError>(target).text == this.text
    );
  }
}
