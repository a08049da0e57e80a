/**
 * RawConn: a socket's number, for those who call the host themselves.
 */
import { NetError } from "./errors";
import { NetFD } from "./fd";
import { OpError } from "./net";
import { rawControl, rawRead, rawWrite } from "./poll/rawconn";
import { E, Errno } from "./sys/errno";

/**
 * RawConn lends the host's number of a socket, Go's `syscall.RawConn`. The number is valid while the function runs. There are no
 * closures in the language: what a function needs must be in variables of its file.
 */
export class RawConn {
  constructor(
    private readonly fd: NetFD,
    /** listening: of a listener, which has nothing to read or write. */
    private readonly listening: bool = false,
  ) {}

  /** control calls f once. */
  control(f: (fd: i32) => void): NetError | null {
    const err = rawControl(this.fd.pfd, f);
    if (err === null) return null;
    return new OpError("raw-control", this.fd.net, null, this.fd.localAddr(), err);
  }

  /** read calls f until it answers true, and waits between the calls until there is something to read. */
  read(f: (fd: i32) => bool): NetError | null {
    if (this.listening) return new Errno(E.INVAL);
    return this.fd.opError("raw-read", rawRead(this.fd.pfd, f));
  }

  /** write calls f until it answers true, and waits between the calls until there is room to write. */
  write(f: (fd: i32) => bool): NetError | null {
    if (this.listening) return new Errno(E.INVAL);
    return this.fd.opError("raw-write", rawWrite(this.fd.pfd, f));
  }
}
