// Which shapes the errors of the library may have. Every error that a check of tests/guests/net looks at goes through here, as in Go's
// own tests (net/error_test.go) every error of a dial, read, write … goes through a parser of its own.
import { canceled, deadlineExceeded } from "wasi-net/assembly/task";
import {
  AddrError,
  DNSError,
  eof,
  errClosed,
  errDeadlineExceeded,
  Errno,
  errUnexpectedEOF,
  errWriteToConnected,
  InvalidAddrError,
  NetError,
  OpError,
  ParseError,
  SyscallError,
  UnknownNetworkError,
} from "wasi-net/assembly";
import { errClosedPipe } from "wasi-net/assembly/io";
import { errCanceled, errMissingAddress, errTimeout } from "wasi-net/assembly/net";

/** The operations of an OpError; here and below, words with a space round each. */
const OPS =
  " dial listen accept read write close set " +
  "file route readfrom writeto writev raw-control raw-read raw-write ";

/** The host's calls, by the names that Go has for them. */
const CALLS =
  " socket bind listen connect accept4 read write recvfrom sendto recvmsg " +
  "sendmsg writev shutdown setsockopt getsockopt getsockname fcntl netlinkrib close setnonblock ";

const NETWORKS =
  " tcp tcp4 tcp6 udp udp4 udp6 unix " + "unixgram unixpacket ip ip4 ip6 pipe file+net ip+net ";

/** misshapen is what is wrong with an error's shape, "" if nothing is. */
export function misshapen(err: NetError): string {
  if (bare(err) || named(err) || err instanceof Errno || own(err)) return "";
  if (err instanceof SyscallError) return call(changetype<SyscallError>(err));
  if (!(err instanceof OpError)) return "unknown error " + err.error();
  const op = changetype<OpError>(err);
  if (!among(OPS, op.op)) return "unknown operation " + op.op;
  const inner = op.err;
  const unknown = inner instanceof UnknownNetworkError;
  if (!unknown && !known(op.net)) return "unknown network " + op.net;
  // Only what reads packets says so, which a Unix stream can be asked to do.
  const atEnd = op.op == "read" && op.net.startsWith("unix");
  if (inner === eof && !atEnd) return "EOF inside of " + op.op;
  if (inner instanceof OpError) {
    const copies = op.op == "readfrom" || op.op == "writeto";
    return copies ? misshapen(inner) : "an OpError inside of " + op.op;
  }
  if (op.timeout() != inner.timeout()) return "timeout of " + op.op + " is another";
  return misshapen(inner);
}

/** bare tells whether an error may come as it is. */
function bare(err: NetError): bool {
  return (
    err === eof ||
    err === errClosed ||
    err === errClosedPipe ||
    err === errUnexpectedEOF ||
    err === errDeadlineExceeded ||
    err === errTimeout ||
    err === errCanceled ||
    err === errMissingAddress ||
    err === errWriteToConnected ||
    err === canceled ||
    err === deadlineExceeded
  );
}

/** named tells whether an error is about what the caller wrote. */
function named(err: NetError): bool {
  return (
    err instanceof AddrError ||
    err instanceof DNSError ||
    err instanceof ParseError ||
    err instanceof InvalidAddrError ||
    err instanceof UnknownNetworkError
  );
}

/** own tells whether an error is one of the checks' own, or says that there is no such interface. */
function own(err: NetError): bool {
  const text = err.error();
  return text.startsWith("control: ") || text.includes("network interface");
}

function call(err: SyscallError): string {
  if (!among(CALLS, err.syscall)) return "unknown call " + err.syscall;
  return err.err instanceof Errno ? "" : "no errno inside of " + err.syscall;
}

/** known tells whether a network exists; those of raw IP have a protocol behind. */
function known(network: string): bool {
  const colon = network.indexOf(":");
  return among(NETWORKS, colon < 0 ? network : network.substring(0, colon));
}

function among(words: string, word: string): bool {
  return word.length > 0 && words.includes(" " + word + " ");
}
