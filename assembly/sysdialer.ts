/**
 * One dial under way: addresses one after the other, each for its share of the time.
 */
import { Addr } from "./addr";
import { NetError, Result } from "./errors";
import { Hooks } from "./hooks";
import { dialIPWith, IPAddr, IPConn } from "./iprawsock";
import { Conn, errMissingAddress, errTimeout, mapErr, OpError } from "./net";
import * as sys from "./sys/socket";
import { Context, withDeadline } from "./task/context";
import { TCPAddr } from "./tcpaddr";
import { dialTCPWith, KeepAliveConfig, TCPConn } from "./tcpsock";
import { Duration, now, second, Time } from "./time";
import { dialUDPWith, UDPAddr, UDPConn } from "./udpsock";
import { dialUnixWith, UnixAddr, UnixConn } from "./unixsock";

/** SysDialer is what a Dialer said when the dial began: what becomes of its fields meanwhile changes nothing. */
export class SysDialer {
  constructor(
    readonly network: string,
    readonly localAddr: Addr | null,
    readonly keepAlive: KeepAliveConfig,
    readonly multipath: bool,
    readonly hooks: Hooks | null,
  ) {}

  /** dialSerial tries one address after the other, and answers the first connection, or the first one's error. */
  dialSerial(context: Context, list: Addr[]): Result<Conn> {
    let first: Result<Conn> | null = null;
    for (let i = 0; i < list.length; i++) {
      const ended = context.err();
      if (ended !== null) return this.failed(this.localAddr, list[i], mapErr(ended));
      const limit = context.deadline();
      const share = limit != 0 ? partialDeadline(now(), limit, list.length - i) : 0;
      if (limit != 0 && share == 0) {
        return first !== null ? first : this.failed(this.localAddr, list[i], errTimeout);
      }
      const dialed =
        share < limit ? this.dialUntil(context, share, list[i]) : this.dialSingle(context, list[i]);
      if (dialed.err === null) return dialed;
      if (first === null) first = dialed;
    }
    return first !== null ? first : this.failed(null, null, errMissingAddress);
  }

  private dialUntil(context: Context, limit: Time, to: Addr): Result<Conn> {
    const limited = withDeadline(context, limit);
    const dialed = this.dialSingle(limited, to);
    limited.cancel();
    return dialed;
  }

  private dialSingle(context: Context, to: Addr): Result<Conn> {
    const from = this.localAddr;
    const network = this.network;
    if (to instanceof TCPAddr) {
      const local = from !== null ? <TCPAddr>from : null;
      return asConn<TCPConn>(this.dialTCP(context, local, changetype<TCPAddr>(to)));
    }
    if (to instanceof UDPAddr) {
      const local = from !== null ? <UDPAddr>from : null;
      const remote = changetype<UDPAddr>(to);
      return asConn<UDPConn>(dialUDPWith(context, network, local, remote, this.hooks));
    }
    if (to instanceof IPAddr) {
      const local = from !== null ? <IPAddr>from : null;
      const remote = changetype<IPAddr>(to);
      return asConn<IPConn>(dialIPWith(context, network, local, remote, this.hooks));
    }
    const local = from !== null ? <UnixAddr>from : null;
    return asConn<UnixConn>(dialUnixWith(context, network, local, <UnixAddr>to, this.hooks));
  }

  /** dialTCP connects to one address. Multipath TCP is only ever tried: whatever goes wrong with it, plain TCP has the last word. */
  dialTCP(context: Context, from: TCPAddr | null, to: TCPAddr): Result<TCPConn> {
    if (this.multipath) {
      const dialed = this.dialProto(context, from, to, sys.Protocol.mptcp);
      if (dialed.err === null) return dialed;
    }
    return this.dialProto(context, from, to, 0);
  }

  private dialProto(
    context: Context,
    from: TCPAddr | null,
    to: TCPAddr,
    proto: i32,
  ): Result<TCPConn> {
    return dialTCPWith(context, this.network, from, to, this.keepAlive, this.hooks, proto);
  }

  private failed(from: Addr | null, to: Addr | null, err: NetError): Result<Conn> {
    return Result.fail<Conn>(new OpError("dial", this.network, from, to, err));
  }
}

/** partialDeadline is when to give up on one of several addresses: an equal share of the time, but 2 s if there are; 0: no time left. */
export function partialDeadline(at: Time, deadline: Time, addresses: i32): Time {
  const left = deadline - at;
  if (left <= 0) return 0;
  const share = left / addresses;
  return at + (share < LEAST ? min(LEAST, left) : share);
}

const LEAST: Duration = 2 * second;

/** A result of a class is one of its interface, for a reference is a reference: there is nothing to be made anew. */
function asConn<C extends Conn>(from: Result<C>): Result<Conn> {
  return changetype<Result<Conn>>(from);
}
