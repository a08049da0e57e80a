// Which shapes the errors of the library may have: in what an error of a call may stand, what may stand in it, and what is said of it.
// In Go's own tests (net/error_test.go) the errors of dials, reads, writes … go through a parser for each; here a table has them all.
import { canceled, deadlineExceeded } from "wasi-net/assembly/task";
import {
  Addr,
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
import { ErrorString } from "wasi-net/assembly/errors";
import { errClosedPipe, ShortWriteError } from "wasi-net/assembly/io";
import { errCanceled, errMissingAddress, errTimeout } from "wasi-net/assembly/net";
import { ParseAddrError, ParsePrefixError } from "wasi-net/assembly/netip";
import { E } from "wasi-net/assembly/sys/errno";

/** OwnError is an error of a guest's own, which the library hands on as it is. */
export class OwnError extends ErrorString {}

/** The operations, and the host's calls that their errors may name. */
const OPERATIONS: string[][] = [
  ["dial", "socket setsockopt bind connect getsockopt"],
  ["listen", "socket setsockopt bind listen"],
  ["accept", "accept4"],
  ["read", "read recvfrom recvmsg"],
  ["write", "write sendto sendmsg"],
  ["writev", "writev"],
  ["close", "shutdown"],
  ["set", "setsockopt"],
  ["file", "fcntl getsockopt getsockname setnonblock"],
  ["readfrom", "splice"],
  ["writeto", "splice"],
  ["route", "netlinkrib parsenetlinkmessage"],
  ["raw-control", ""],
  ["raw-read", ""],
  ["raw-write", ""],
];

/** The networks, and that of their addresses. */
const NETWORKS: string[][] = [
  ["tcp", "tcp tcp4 tcp6"],
  ["udp", "udp udp4 udp6"],
  ["ip", "ip ip4 ip6"],
  ["unix", "unix"],
  ["unixgram", "unixgram"],
  ["unixpacket", "unixpacket"],
  ["pipe", "pipe"],
  ["file+net", "file+net"],
  ["ip+net", "ip+net"],
];

/** No error wraps more than so many. */
const DEPTH: i32 = 5;

/** misshapen is what is wrong with the shape of an error that a call returned, "" if nothing is. */
export function misshapen(call: string, err: NetError): string {
  let depth = 0;
  for (let at: NetError | null = err; at !== null; at = at.unwrap()) {
    if (++depth > DEPTH) return "wraps without an end";
  }
  for (let at: NetError | null = err; at !== null; at = at.unwrap()) {
    const text = at.error();
    if (changetype<usize>(text) == 0 || text.length == 0) return "has no text";
    if (text.includes(" null")) return "speaks of null";
    if (at.timeout() != runsOut(at)) return "is no timeout, or is one: " + text;
    if (at.temporary() != passes(at)) return "is not temporary, or is: " + text;
  }
  const allowed = operations(call);
  if (!(err instanceof OpError)) return bare(call, allowed, err) ? "" : "is not about a call";
  return operation(changetype<OpError>(err), allowed);
}

/** operations are those that the errors of a call may be about, words with a space between; "" where they are about none. */
function operations(call: string): string {
  if (call == "TCPConn.readFrom") return "readfrom";
  if (call == "TCPConn.writeTo") return "writeto";
  if (call == "NetConn.writeBuffers") return "writev";
  if (call.startsWith("RawConn.")) return call.replace("RawConn.", "raw-");
  if (call.startsWith("Interface.") || call.startsWith("interface")) return "route";
  if (call == "File.close") return "";
  if (isCopy(call)) return "read write writev readfrom writeto";
  if (call == "Buffers.writeTo") return "read write writev";
  const method = call.substring(call.indexOf(".") + 1);
  const words = ["dial", "listen", "accept", "read", "write", "close", "set", "file"];
  for (let i = 0; i < words.length; i++) if (method.startsWith(words[i])) return words[i];
  return "";
}

/** bare tells whether an error may come from a call without an OpError round it. */
function bare(call: string, allowed: string, err: NetError): bool {
  if (err instanceof OwnError) return isGeneric(call);
  if (err === eof) return allowed == "read" || allowed == "writeto" || isGeneric(call);
  if (err === errUnexpectedEOF) return call == "readFull";
  if (err instanceof ShortWriteError) return isCopy(call);
  if (err.error() == "invalid write result") return isCopy(call);
  if (err === errClosedPipe) return call.startsWith("PipeConn.") || isGeneric(call);
  // Go gives these two, of all, as they are.
  if (err === errClosed) return call.endsWith("Listener.setDeadline");
  if (err instanceof Errno) return isPlain(call) && numberOf(err) == E.INVAL;
  if (call.endsWith("Context.err")) return err === canceled || err === deadlineExceeded;
  if (call == "File.close") return closes(err);
  if (call.startsWith("netip.")) {
    if (err instanceof ParseAddrError || err instanceof ParsePrefixError) return true;
    return err instanceof ErrorString;
  }
  return allowed.length == 0 && named(err);
}

/** isGeneric tells whether a call works with every reader or writer. */
function isGeneric(call: string): bool {
  if (isCopy(call) || call == "LimitedReader.read") return true;
  return call == "readFull" || call == "writeString" || call == "Buffers.writeTo";
}

function isCopy(call: string): bool {
  return call.startsWith("copy") || call == "transfer";
}

/** isPlain tells whether a call answers a number as it is. */
function isPlain(call: string): bool {
  return call.startsWith("RawConn.") || call.startsWith("syscall.parse");
}

function closes(err: NetError): bool {
  const text = err.error();
  if (!(err instanceof SyscallError)) return text.endsWith(": file already closed");
  return changetype<SyscallError>(err).syscall == "close";
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

/** operation is what is wrong with an OpError, "" if nothing is. */
function operation(op: OpError, allowed: string): string {
  if (!among(allowed, op.op)) return "is about " + op.op;
  const inner = op.err;
  const place = places(op);
  if (place.length > 0) return place;
  if (inner instanceof OpError) {
    // A copy names itself, and within what it was at.
    if (op.op != "readfrom" && op.op != "writeto") return "is an OpError inside of " + op.op;
    const calls = op.op == "writeto" ? "readfrom read write" : "read write writev";
    return operation(changetype<OpError>(inner), calls);
  }
  if (inner instanceof SyscallError) {
    const call = changetype<SyscallError>(inner);
    if (!(call.err instanceof Errno)) return "has no number inside of " + call.syscall;
    const calls = find(OPERATIONS, 0, op.op)[1];
    return among(calls, call.syscall) ? "" : "names " + call.syscall + " inside of " + op.op;
  }
  return within(op.op, op.net, inner) ? "" : "has something strange inside of " + op.op;
}

/** within tells whether an error that names no call of the host may stand in an OpError. */
function within(op: string, network: string, err: NetError): bool {
  // The end of what Unix connections carry, to who reads it as packets; a plain read says EOF and nothing else.
  if (err === eof) return op == "read" && (network == "unix" || network == "unixpacket");
  if (err === errClosed) return op != "dial" && op != "listen" && op != "route";
  if (err === errDeadlineExceeded) return op != "dial" && op != "listen" && op != "close";
  if (err === errTimeout || err === errCanceled) return op == "dial";
  if (err === errMissingAddress) return op == "dial" || op == "listen" || op == "write";
  if (err === errWriteToConnected) return op == "write";
  if (err === errUnexpectedEOF) return op == "write" || op == "writev";
  if (op == "readfrom" || op == "writeto") {
    // The other end of a copy can be anybody's.
    if (err instanceof OwnError || err === errClosedPipe) return true;
  }
  if (err instanceof OwnError) return op == "dial" || op == "listen";
  if (err instanceof Errno) return op != "accept" && op != "route";
  if (op == "route") return err instanceof ErrorString && err.error().includes(" interface");
  return named(err) && op != "accept" && op != "read" && op != "close";
}

/** places is what is wrong with the network and the addresses of an OpError. */
function places(op: OpError): string {
  const inner = op.err;
  if (inner instanceof UnknownNetworkError) return "";
  const colon = op.net.indexOf(":");
  const network = colon < 0 ? op.net : op.net.substring(0, colon);
  const known = find(NETWORKS, 1, network);
  if (known.length == 0) return "is of an unknown network " + op.net;
  // What is wrong may be that the address does not fit.
  const about = inner instanceof AddrError || inner instanceof InvalidAddrError;
  const fits = !about && !(inner instanceof Errno && op.op == "write");
  if (fits && !(suits(op.source, known[0]) && suits(op.addr, known[0])))
    return "has a strange address";
  const local = "accept listen route raw-control";
  if (op.source !== null && among(local, op.op)) return "has a source";
  if (op.addr === null && op.op == "accept") return "has no address";
  return "";
}

function suits(addr: Addr | null, network: string): bool {
  return addr === null || addr.network() == network;
}

/** runsOut is whether an error is a timeout. */
function runsOut(err: NetError): bool {
  if (err instanceof DNSError) return changetype<DNSError>(err).isTimeout;
  if (err instanceof Errno) return numberOf(err) == E.AGAIN || numberOf(err) == E.TIMEDOUT;
  const inner = err.unwrap();
  return inner !== null ? runsOut(inner) : isTime(err);
}

/** passes is whether an error is temporary. That a call of the host names its error counts only where an OpError is round both. */
function passes(err: NetError): bool {
  if (err instanceof DNSError) return runsOut(err) || changetype<DNSError>(err).isTemporary;
  if (err instanceof Errno) {
    const number = numberOf(err);
    return number == E.INTR || number == E.MFILE || number == E.NFILE || runsOut(err);
  }
  if (!(err instanceof OpError)) return isTime(err);
  const inner = changetype<OpError>(err).err;
  return passes(inner instanceof SyscallError ? changetype<SyscallError>(inner).err : inner);
}

function isTime(err: NetError): bool {
  return err === errTimeout || err === errDeadlineExceeded || err === deadlineExceeded;
}

function numberOf(err: NetError): i32 {
  return changetype<Errno>(err).number;
}

/** find is the row that has a word in a column, an empty one if there is none. */
function find(rows: string[][], column: i32, word: string): string[] {
  for (let i = 0; i < rows.length; i++) if (among(rows[i][column], word)) return rows[i];
  return [];
}

function among(words: string, word: string): bool {
  return word.length > 0 && (" " + words + " ").includes(" " + word + " ");
}
