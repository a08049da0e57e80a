import { Addr } from "../../../assembly/addr";
import { Dialer, dial, listen } from "../../../assembly/dial";
import { ErrorString, NetError, Result } from "../../../assembly/errors";
import { IPAddr, resolveIPAddr } from "../../../assembly/ipaddr";
import { Conn, errClosed, Listener, OpError } from "../../../assembly/net";
import { errDeadlineExceeded, SyscallError } from "../../../assembly/os";
import { Errno } from "../../../assembly/sys/errno";
import { resolveTCPAddr, TCPAddr } from "../../../assembly/tcpaddr";
import { dialTCP, listenTCP, TCPConn, TCPListener } from "../../../assembly/tcpsock";
import { resolveUDPAddr } from "../../../assembly/udpaddr";
import { resolveUnixAddr } from "../../../assembly/unixaddr";
import { fail, goType, ok } from "./answer";
import { Args, Obj, str } from "./json";

/** sockets answers the vectors about calls that fail before there is a socket, and about errors. */
export function sockets(fn: string, a: Args): string | null {
  if (fn == "Dial") return outcome<Conn>(dial(a.text(0), a.text(1)));
  if (fn == "Listen") return outcome<Listener>(listen(a.text(0), a.text(1)));
  if (fn == "DialTCP") {
    return outcome<TCPConn>(dialTCP(a.text(0), tcpAddr(a, 1), tcpAddr(a, 2)));
  }
  if (fn == "ListenTCP") return outcome<TCPListener>(listenTCP(a.text(0), tcpAddr(a, 1)));
  if (fn == "Dialer.Dial") {
    const dialer = new Dialer();
    dialer.localAddr = addrOf(a.text(2), a.text(3));
    return outcome<Conn>(dialer.dial(a.text(0), a.text(1)));
  }
  if (fn == "OpError.Error") {
    const err = new ErrorString(a.text(4));
    return ok(str(new OpError(a.text(0), a.text(1), textAddr(a, 2), textAddr(a, 3), err).error()));
  }
  if (fn == "OpError.wrap") {
    const err = new SyscallError(a.text(2), new Errno(wasiNumber(a.int(3))));
    return flags(new OpError(a.text(0), a.text(1), null, null, err));
  }
  if (fn == "error" && a.text(0) == "ErrClosed") return flags(errClosed);
  if (fn == "error" && a.text(0) == "os.ErrDeadlineExceeded") return flags(errDeadlineExceeded);
  return null;
}

/** errno answers for one of Linux's error numbers; null for one that WASI does not have. */
export function errno(a: Args): string | null {
  const number = wasiNumber(a.int(0));
  if (number == 0) return null;
  const err = new Errno(number);
  const out = new Obj().text("str", err.error()).flag("timeout", err.timeout());
  return ok(out.flag("temporary", err.temporary()).toString());
}

/** outcome is the error of a call, with the type of the one inside of an OpError. */
function outcome<T>(result: Result<T>): string {
  const err = result.err;
  if (err === null) return ok("null");
  if (!(err instanceof OpError)) return fail(err, true);
  const inner = changetype<OpError>(err).err;
  return (
    '{"err":' + str(err.error()) + ',"type":"*net.OpError","inner":' + str(goType(inner)) + "}"
  );
}

function flags(err: NetError): string {
  const out = new Obj().text("str", err.error()).flag("neterror", true);
  return ok(out.flag("timeout", err.timeout()).flag("temporary", err.temporary()).toString());
}

/** TextAddr is an address that is its text. */
class TextAddr extends Addr {
  constructor(private text: string) {
    super();
  }

  network(): string {
    return "x";
  }

  toString(): string {
    return this.text;
  }
}

function textAddr(a: Args, index: i32): Addr | null {
  return a.isNull(index) ? null : new TextAddr(a.text(index));
}

function tcpAddr(a: Args, index: i32): TCPAddr | null {
  return a.isNull(index) ? null : resolveTCPAddr("tcp", a.text(index)).value;
}

function addrOf(network: string, text: string): Addr {
  if (network == "tcp") return resolveTCPAddr(network, text).value;
  if (network == "udp") return resolveUDPAddr(network, text).value;
  if (network == "ip") return resolveIPAddr(network, text).value;
  return resolveUnixAddr(network, text).value;
}

/** wasiNumber is WASI's number for one of Linux's, or 0. */
function wasiNumber(linux: i32): i32 {
  // Linux's numbers, in the order of WASI's, of which the first is 1; 0 where no vector asks.
  const numbers: StaticArray<i32> = [
    7, 13, 98, 99, 97, 11, 114, 9, 0, 0, 125, 0, 103, 111, 104, 0, 89, 0, 0, 17, 14, 0, 113, 0, 0,
    115, 4, 22, 5, 106, 21, 40, 24, 0, 90, 0, 36, 100, 102, 101, 23, 105, 0, 2, 0, 0, 0, 12, 0, 92,
    28, 38, 107, 20, 0, 0, 88, 95, 0, 0, 75, 0, 1, 32, 71, 93, 91, 0, 0, 0, 0, 0, 110, 0, 0, 0,
  ];
  for (let i = 0; i < numbers.length; i++) {
    if (numbers[i] == linux) return i + 1;
  }
  return 0;
}
