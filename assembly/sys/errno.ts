/**
 * The host's error numbers, and Go's texts for them.
 */
import { decimal } from "../decimal";
import { NetError } from "../errors";

/** The numbers that the port acts upon, by WASI's count. */
export namespace E {
  export const ACCES = 2;
  export const ADDRINUSE = 3;
  export const ADDRNOTAVAIL = 4;
  export const AFNOSUPPORT = 5;
  export const AGAIN = 6;
  export const ALREADY = 7;
  export const BADF = 8;
  export const CONNABORTED = 13;
  export const CONNRESET = 15;
  export const INPROGRESS = 26;
  export const INTR = 27;
  export const INVAL = 28;
  export const ISCONN = 30;
  export const MFILE = 33;
  export const NFILE = 41;
  export const NOPROTOOPT = 50;
  export const NOSYS = 52;
  export const NOTSOCK = 57;
  export const NOTSUP = 58;
  export const PROTONOSUPPORT = 66;
  export const TIMEDOUT = 73;
}

/** Go's texts of errors 1 to 76, one a line: a single string takes far less room than seventy-six. */
const TEXTS = `argument list too long
permission denied
address already in use
cannot assign requested address
address family not supported by protocol
resource temporarily unavailable
operation already in progress
bad file descriptor
bad message
device or resource busy
operation canceled
no child processes
software caused connection abort
connection refused
connection reset by peer
resource deadlock avoided
destination address required
numerical argument out of domain
disk quota exceeded
file exists
bad address
file too large
no route to host
identifier removed
invalid or incomplete multibyte or wide character
operation now in progress
interrupted system call
invalid argument
input/output error
transport endpoint is already connected
is a directory
too many levels of symbolic links
too many open files
too many links
message too long
multihop attempted
file name too long
network is down
network dropped connection on reset
network is unreachable
too many open files in system
no buffer space available
no such device
no such file or directory
exec format error
no locks available
link has been severed
cannot allocate memory
no message of desired type
protocol not available
no space left on device
function not implemented
transport endpoint is not connected
not a directory
directory not empty
state not recoverable
socket operation on non-socket
operation not supported
inappropriate ioctl for device
no such device or address
value too large for defined data type
owner died
operation not permitted
broken pipe
protocol error
protocol not supported
protocol wrong type for socket
numerical result out of range
read-only file system
illegal seek
no such process
stale NFS file handle
connection timed out
text file busy
invalid cross-device link
capabilities insufficient`;

/** Errno is an error of the host: Go's `syscall.Errno`, with WASI's number. */
export class Errno extends NetError {
  constructor(readonly number: i32) {
    super();
  }

  error(): string {
    const number = this.number;
    let start = 0;
    for (let i = 1; i < number; i++) {
      start = TEXTS.indexOf("\n", start) + 1;
      if (start == 0) break;
    }
    if (number < 1 || (number > 1 && start == 0)) return "errno " + decimal(number);
    const end = TEXTS.indexOf("\n", start);
    return TEXTS.substring(start, end < 0 ? TEXTS.length : end);
  }

  timeout(): bool {
    return this.number == E.AGAIN || this.number == E.TIMEDOUT;
  }

  temporary(): bool {
    const number = this.number;
    return number == E.INTR || number == E.MFILE || number == E.NFILE || this.timeout();
  }

  matches(target: NetError): bool {
    return target instanceof Errno && changetype<Errno>(target).number == this.number;
  }
}
