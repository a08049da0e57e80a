import { Addr } from "wasi-net/assembly/addr";
import { Dialer, dial, listen, listenPacket } from "wasi-net/assembly/dial";
import { ErrorString, NetError, Result } from "wasi-net/assembly/errors";
import { IPAddr, resolveIPAddr } from "wasi-net/assembly/ipaddr";
import { dialIP, IPConn, listenIP } from "wasi-net/assembly/iprawsock";
import { Conn, errClosed, Listener, OpError } from "wasi-net/assembly/net";
import { errDeadlineExceeded, SyscallError } from "wasi-net/assembly/os";
import { errWriteToConnected, PacketConn } from "wasi-net/assembly/packet";
import { Errno } from "wasi-net/assembly/sys/errno";
import { resolveTCPAddr, TCPAddr } from "wasi-net/assembly/tcpaddr";
import { dialTCP, listenTCP, TCPConn, TCPListener } from "wasi-net/assembly/tcpsock";
import { resolveUDPAddr, UDPAddr } from "wasi-net/assembly/udpaddr";
import { dialUDP, listenMulticastUDP, listenUDP, UDPConn } from "wasi-net/assembly/udpsock";
import { resolveUnixAddr, UnixAddr } from "wasi-net/assembly/unixaddr";
import {
  dialUnix,
  listenUnix,
  listenUnixgram,
  UnixConn,
  UnixListener,
} from "wasi-net/assembly/unixsock";
import { fail, goType, ok } from "./answer";
import { Args, Obj, str } from "./json";

/** sockets answers the vectors about calls that fail before there is a socket, and about errors. */
export function sockets(fn: string, a: Args): string | null {
  if (fn == "Dial") return outcome<Conn>(dial(a.text(0), a.text(1)));
  if (fn == "Listen") return outcome<Listener>(listen(a.text(0), a.text(1)));
  if (fn == "ListenPacket") return outcome<PacketConn>(listenPacket(a.text(0), a.text(1)));
  if (fn == "Dialer.Dial") {
    const dialer = new Dialer();
    dialer.localAddr = addrOf(a.text(2), a.text(3));
    return outcome<Conn>(dialer.dial(a.text(0), a.text(1)));
  }
  const typed = ofOneNetwork(fn, a);
  if (typed !== null) return typed;
  if (fn == "OpError.Error") {
    const err = new ErrorString(a.text(4));
    return ok(str(new OpError(a.text(0), a.text(1), textAddr(a, 2), textAddr(a, 3), err).error()));
  }
  if (fn == "OpError.wrap") {
    const err = new SyscallError(a.text(2), new Errno(errnoOf(a.int(3))));
    return flags(new OpError(a.text(0), a.text(1), null, null, err));
  }
  if (fn == "error" && a.text(0) == "ErrClosed") return flags(errClosed);
  if (fn == "error" && a.text(0) == "ErrWriteToConnected") {
    return ok(
      new Obj().text("str", errWriteToConnected.error()).flag("neterror", false).toString(),
    );
  }
  if (fn == "error" && a.text(0) == "os.ErrDeadlineExceeded") return flags(errDeadlineExceeded);
  return null;
}

/** ofOneNetwork answers for the functions that take addresses of one network. */
function ofOneNetwork(fn: string, a: Args): string | null {
  const network = a.length > 0 ? a.text(0) : "";
  if (fn == "DialTCP") return outcome<TCPConn>(dialTCP(network, tcpAddr(a, 1), tcpAddr(a, 2)));
  if (fn == "ListenTCP") return outcome<TCPListener>(listenTCP(network, tcpAddr(a, 1)));
  if (fn == "DialUDP") return outcome<UDPConn>(dialUDP(network, udpAddr(a, 1), udpAddr(a, 2)));
  if (fn == "ListenUDP") return outcome<UDPConn>(listenUDP(network, udpAddr(a, 1)));
  if (fn == "ListenMulticastUDP") {
    return outcome<UDPConn>(listenMulticastUDP(network, null, udpAddr(a, 2)));
  }
  if (fn == "DialIP") return outcome<IPConn>(dialIP(network, ipAddr(a, 1), ipAddr(a, 2)));
  if (fn == "ListenIP") return outcome<IPConn>(listenIP(network, ipAddr(a, 1)));
  if (fn == "DialUnix") return outcome<UnixConn>(dialUnix(network, unixAddr(a, 1), unixAddr(a, 2)));
  if (fn == "ListenUnix") return outcome<UnixListener>(listenUnix(network, unixAddr(a, 1)));
  if (fn == "ListenUnixgram") return outcome<UnixConn>(listenUnixgram(network, unixAddr(a, 1)));
  return null;
}

/** errno answers for one of Linux's error numbers; null for one that the port does not have. */
export function errno(a: Args): string | null {
  const number = errnoOf(a.int(0));
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

function udpAddr(a: Args, index: i32): UDPAddr | null {
  return a.isNull(index) ? null : resolveUDPAddr("udp", a.text(index)).value;
}

function ipAddr(a: Args, index: i32): IPAddr | null {
  return a.isNull(index) ? null : resolveIPAddr("ip", a.text(index)).value;
}

function unixAddr(a: Args, index: i32): UnixAddr | null {
  return a.isNull(index) ? null : resolveUnixAddr("unix", a.text(index)).value;
}

function addrOf(network: string, text: string): Addr {
  if (network == "tcp") return resolveTCPAddr(network, text).value;
  if (network == "udp") return resolveUDPAddr(network, text).value;
  if (network == "ip") return resolveIPAddr(network, text).value;
  return resolveUnixAddr(network, text).value;
}

/** errnoOf is the port's number for one of Linux's, or 0. */
function errnoOf(linux: i32): i32 {
  // Linux's numbers, in the order of the port's, of which the first is 1; 0 where no vector asks.
  const numbers: StaticArray<i32> = [
    7, 13, 98, 99, 97, 11, 114, 9, 0, 0, 125, 0, 103, 111, 104, 0, 89, 0, 0, 17, 14, 0, 113, 0, 0,
    115, 4, 22, 5, 106, 21, 40, 24, 0, 90, 0, 36, 100, 102, 101, 23, 105, 0, 2, 0, 0, 0, 12, 0, 92,
    28, 38, 107, 20, 0, 0, 88, 95, 0, 0, 75, 0, 1, 32, 71, 93, 91, 0, 0, 0, 0, 0, 110, 0, 0, 0, 94,
    96, 108, 109, 112,
  ];
  for (let i = 0; i < numbers.length; i++) {
    if (numbers[i] == linux) return i + 1;
  }
  return 0;
}
