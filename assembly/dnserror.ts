/** The errors of looking names up. */
import { NetError } from "./errors";

/** DNSError is a lookup that failed. */
export class DNSError extends NetError {
  /** unwrapErr is the error that caused this one, where that was a context's; else null. */
  unwrapErr: NetError | null = null;
  /** isTimeout tells that time ran out; not every timeout is known as one. */
  isTimeout: bool = false;
  /**
   * isTemporary tells that the same lookup may succeed later; not every such error is known as one.
   */
  isTemporary: bool = false;
  /** isNotFound tells that there is no such name, or that it has no such records. */
  isNotFound: bool = false;

  /**
   * err says what went wrong, name is what was looked up, server who was asked, "" where that is
   * not known.
   */
  constructor(
    public err: string,
    public name: string,
    public server: string = "",
  ) {
    super();
  }

  error(): string {
    const server = this.server.length > 0 ? " on " + this.server : "";
    return "lookup " + this.name + server + ": " + this.err;
  }

  timeout(): bool {
    return this.isTimeout;
  }

  temporary(): bool {
    return this.isTimeout || this.isTemporary;
  }

  unwrap(): NetError | null {
    return this.unwrapErr;
  }
}

/**
 * DNSConfigError is a configuration of the resolver that cannot be read. Nothing makes one any
 * more.
 */
export class DNSConfigError extends NetError {
  constructor(public err: NetError) {
    super();
  }

  error(): string {
    return "error reading DNS config: " + this.err.error();
  }

  unwrap(): NetError | null {
    return this.err;
  }
}

/** noSuchHost is the DNSError for a name that does not exist. */
export function noSuchHost(name: string): DNSError {
  return notFound("no such host", name);
}

/** unknownPort is the DNSError for a service that does not exist; name is "network/service". */
export function unknownPort(name: string): DNSError {
  return notFound("unknown port", name);
}

function notFound(err: string, name: string): DNSError {
  const error = new DNSError(err, name);
  error.isNotFound = true;
  return error;
}
