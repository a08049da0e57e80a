/**
 * What all networks have in common: connections, listeners, and the errors of their calls.
 */
import { Addr } from "./addr";
import { ErrorString, NetError, Result } from "./errors";
import { Buffers } from "./buffers";
import { NetFD, wrapSyscallError } from "./fd";
import { BuffersWriter, Copied, IOResult, Reader, Writer } from "./io";
import { File, SyscallError } from "./os";
import { writeVector } from "./poll/writev";
import { RawConn } from "./rawconn";
import { E, Errno } from "./sys/errno";
import { canceled, deadlineExceeded } from "./task/context";
import { Time } from "./time";

export { Addr } from "./addr";
export { AddrError, InvalidAddrError, ParseError, UnknownNetworkError } from "./neterror";
export { DNSConfigError, DNSError } from "./dnserror";
/** errClosed is the error of a call on a connection or listener that was closed. */
export { errNetClosing as errClosed } from "./poll/fd";

/**
 * Socket is what a Conn and a PacketConn have in common. (The compiler finds a method of an interface only in the class that
 * implements it, not in those that this one extends: NetConn implements these for all.)
 */
export interface Socket {
  /** close ends the connection; calls under way fail with `errClosed`. */
  close(): NetError | null;
  localAddr(): Addr | null;
  /** setDeadline sets both deadlines: a time after which reads and writes fail with a timeout; 0 for never. It also ends those under way. */
  setDeadline(t: Time): NetError | null;
  setReadDeadline(t: Time): NetError | null;
  setWriteDeadline(t: Time): NetError | null;
}

/** Conn is a connection that carries a stream of bytes. Several goroutines may use one at once. */
export interface Conn extends Socket {
  /** read waits for bytes; at the end err is `eof`, past the read deadline a timeout. The result is valid until the next read. */
  read(buffer: Uint8Array): IOResult;
  /**
   * write writes the bytes of data from start up to end, all of them unless told otherwise, or fails; n tells how many. The bytes of
   * two writes never mix. The result is valid until the next write.
   */
  write(data: Uint8Array, start: i32 = 0, end: i32 = i32.MAX_VALUE): IOResult;
  remoteAddr(): Addr | null;
}

/** Listener waits for connections. */
export interface Listener {
  /** accept waits for the next connection. */
  accept(): Result<Conn>;
  /** close stops listening; an accept under way fails with `errClosed`. */
  close(): NetError | null;
  addr(): Addr;
}

/** OpError says of which call, network and addresses an error is. */
export class OpError extends NetError {
  constructor(
    /** op is "dial", "listen", "accept", "read", "write", "close", "set" … */
    readonly op: string,
    readonly net: string,
    /** source is the local address of the call, where it has one. */
    readonly source: Addr | null,
    /** addr is the remote address, or the local one of a listener. */
    readonly addr: Addr | null,
    readonly err: NetError,
  ) {
    super();
  }

  error(): string {
    let text = this.op;
    if (this.net.length > 0) text += " " + this.net;
    const source = this.source;
    if (source !== null) text += " " + source.toString();
    const addr = this.addr;
    if (addr !== null) text += (source !== null ? "->" : " ") + addr.toString();
    return text + ": " + this.err.error();
  }

  timeout(): bool {
    return this.err.timeout();
  }

  temporary(): bool {
    const err = this.err;
    // Only a bare number counts: what accept itself meets comes inside a SyscallError, and is not temporary.
    if (this.op == "accept" && err instanceof Errno) {
      const number = changetype<Errno>(err).number;
      if (number == E.CONNRESET || number == E.CONNABORTED) return true;
    }
    return err instanceof SyscallError
      ? changetype<SyscallError>(err).err.temporary()
      : err.temporary();
  }

  unwrap(): NetError | null {
    return this.err;
  }
}

class TimeoutError extends NetError {
  error(): string {
    return "i/o timeout";
  }

  timeout(): bool {
    return true;
  }

  temporary(): bool {
    return true;
  }

  matches(target: NetError): bool {
    return target === this || target === deadlineExceeded;
  }
}

class CanceledError extends NetError {
  error(): string {
    return "operation was canceled";
  }

  matches(target: NetError): bool {
    return target === this || target === canceled;
  }
}

/** errTimeout is the error of a dial whose time is over: another one than that of a read or write. */
export const errTimeout: NetError = new TimeoutError();
/** errCanceled is the error of a dial whose context was cancelled. */
export const errCanceled: NetError = new CanceledError();

/** errMissingAddress is the error of a dial to nowhere. */
export const errMissingAddress: NetError = new ErrorString("missing address");

/** mapErr turns a context's error into the port's. */
export function mapErr(err: NetError): NetError {
  if (err === canceled) return errCanceled;
  return err === deadlineExceeded ? errTimeout : err;
}

/** NetConn is what the connections of all networks do alike. */
export class NetConn implements Conn, Reader, Writer, BuffersWriter {
  constructor(protected readonly fd: NetFD) {}

  read(buffer: Uint8Array): IOResult {
    return this.fd.read(buffer);
  }

  write(data: Uint8Array, start: i32 = 0, end: i32 = i32.MAX_VALUE): IOResult {
    return this.fd.write(data, start, end);
  }

  /** writeBuffers writes all of it, several pieces in a call: what `Buffers.writeTo` does with a connection. */
  writeBuffers(buffers: Buffers): Copied {
    const written = writeVector(this.fd.pfd, buffers.list);
    buffers.consume(written.n);
    const err = this.fd.opError("writev", wrapSyscallError("writev", written.err));
    return err !== null ? new Copied(written.n, err) : written;
  }

  close(): NetError | null {
    const fd = this.fd;
    return fd.opError("close", fd.close());
  }

  localAddr(): Addr | null {
    return this.fd.localAddr();
  }

  remoteAddr(): Addr | null {
    return this.fd.remoteAddr();
  }

  setDeadline(t: Time): NetError | null {
    return this.fd.setDeadlines(t, true, true);
  }

  setReadDeadline(t: Time): NetError | null {
    return this.fd.setDeadlines(t, true, false);
  }

  setWriteDeadline(t: Time): NetError | null {
    return this.fd.setDeadlines(t, false, true);
  }

  /** file is a copy of the connection's socket, as something to hand on. Closing one does not close the other. */
  file(): Result<File> {
    const file = this.fd.file();
    const err = this.fd.opError("file", file.err);
    return err !== null ? Result.fail<File>(err) : file;
  }

  /** syscallConn lends the host's number of the socket. */
  syscallConn(): Result<RawConn> {
    return Result.ok<RawConn>(new RawConn(this.fd));
  }

  /** setReadBuffer sets the size of the host's receive buffer in bytes. */
  setReadBuffer(bytes: i32): NetError | null {
    return this.fd.setBuffer(true, bytes);
  }

  /** setWriteBuffer sets the size of the host's send buffer in bytes. */
  setWriteBuffer(bytes: i32): NetError | null {
    return this.fd.setBuffer(false, bytes);
  }
}
