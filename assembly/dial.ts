/**
 * dial and listen: from the texts for a network and an address to a connection or listener.
 */
import { Addr } from "./addr";
import { NetError, Result } from "./errors";
import { dialIPWith, IPAddr, IPConn, listenIPWith } from "./iprawsock";
import { firstIPv4, internetAddrList, partition } from "./ipsock";
import { InetAddr } from "./inetaddr";
import { Conn, errMissingAddress, errTimeout, Listener, mapErr, OpError } from "./net";
import { AddrError } from "./neterror";
import { NetworkKind, parseNetwork } from "./network";
import { PacketConn } from "./packet";
import { background, CancelContext, Context, withDeadline } from "./task/context";
import { TCPAddr } from "./tcpaddr";
import { dialTCPWith, KeepAliveConfig, listenTCPWith, TCPConn } from "./tcpsock";
import { after, Duration, now, second, Time } from "./time";
import { dialUDPWith, listenUDPWith, UDPAddr, UDPConn } from "./udpsock";
import { dialUnixWith, listenUnixgramWith, listenUnixWith, UnixAddr, UnixConn } from "./unixsock";

/**
 * dial connects to an address, "host:port" for TCP. The networks are "tcp", "tcp4" and "tcp6". The error is an OpError.
 */
export function dial(network: string, address: string): Result<Conn> {
  return new Dialer().dial(network, address);
}

/** dialTimeout is dial with a limit on the whole of it: resolving, and every address that is tried. */
export function dialTimeout(network: string, address: string, timeout: Duration): Result<Conn> {
  const dialer = new Dialer();
  dialer.timeout = timeout;
  return dialer.dial(network, address);
}

/** listen listens on an address, "host:port"; without a host on all of the machine's, with port 0 on a free one. */
export function listen(network: string, address: string): Result<Listener> {
  return new ListenConfig().listen(network, address);
}

/** listenPacket takes packets on an address: "host:port" for UDP, a name for unixgram, a host for "ip4:icmp" and the like. */
export function listenPacket(network: string, address: string): Result<PacketConn> {
  return new ListenConfig().listenPacket(network, address);
}

/** Dialer has the options of a dial. */
export class Dialer {
  /** timeout limits the whole dial; 0 for no limit. */
  timeout: Duration = 0;
  /** deadline does so by a time; 0 for none. The earlier of both counts. */
  deadline: Time = 0;
  /** localAddr is the address to dial from; null for the system's choice. */
  localAddr: Addr | null = null;
  /** keepAlive is the connection's keep-alive period; 0 for 15 s, below 0 for none. keepAliveConfig, if enabled, comes first. */
  keepAlive: Duration = 0;
  keepAliveConfig: KeepAliveConfig = new KeepAliveConfig();

  dial(network: string, address: string): Result<Conn> {
    return this.dialContext(background(), network, address);
  }

  /** dialContext dials until the context ends; afterwards the connection does not depend on it. */
  dialContext(context: Context, network: string, address: string): Result<Conn> {
    const limit = this.deadlineAt(context);
    if (limit == 0 || limit == context.deadline()) return this.dialUnder(context, network, address);
    const limited = withDeadline(context, limit);
    const dialed = this.dialUnder(limited, network, address);
    limited.cancel();
    return dialed;
  }

  private deadlineAt(context: Context): Time {
    let earliest: Time = this.timeout != 0 ? after(this.timeout) : 0;
    earliest = earlier(earliest, context.deadline());
    return earlier(earliest, this.deadline);
  }

  private dialUnder(context: Context, network: string, address: string): Result<Conn> {
    const list = resolveAddrList(true, network, address, this.localAddr);
    const err = list.err;
    if (err !== null) return Result.fail<Conn>(new OpError("dial", network, null, null, err));
    // A name may stand for addresses of both families. Those of the first one's come first, and their error is the one to tell.
    const parts = partition(list.value);
    const first = this.dialSerial(context, network, parts.primaries);
    if (first.err === null || parts.fallbacks.length == 0) return first;
    const second = this.dialSerial(context, network, parts.fallbacks);
    return second.err === null ? second : first;
  }

  /** dialSerial tries one address after the other, each for its share of the time, and answers the first one's error. */
  private dialSerial(context: Context, network: string, list: Addr[]): Result<Conn> {
    let first: NetError | null = null;
    for (let i = 0; i < list.length; i++) {
      const ended = context.err();
      if (ended !== null) {
        const err = new OpError("dial", network, this.localAddr, list[i], mapErr(ended));
        return Result.fail<Conn>(first !== null ? first : err);
      }
      const dialed = this.dialShare(context, network, list[i], list.length - i);
      if (dialed.err === null) return dialed;
      if (first === null) first = dialed.err;
    }
    return Result.fail<Conn>(
      first !== null ? first : new OpError("dial", network, null, null, errMissingAddress),
    );
  }

  private dialShare(context: Context, network: string, to: Addr, left: i32): Result<Conn> {
    const limit = context.deadline();
    if (limit == 0) return this.dialOne(context, network, to);
    const share = partialDeadline(now(), limit, left);
    if (share == 0) {
      return Result.fail<Conn>(new OpError("dial", network, this.localAddr, to, errTimeout));
    }
    const limited: CancelContext = withDeadline(context, share);
    const dialed = this.dialOne(limited, network, to);
    limited.cancel();
    return dialed;
  }

  private dialOne(context: Context, network: string, to: Addr): Result<Conn> {
    const from = this.localAddr;
    if (to instanceof TCPAddr) {
      const local = from !== null ? <TCPAddr>from : null;
      const keepAlive = keepAliveOf(this.keepAlive, this.keepAliveConfig);
      const remote = changetype<TCPAddr>(to);
      return asConn<TCPConn>(dialTCPWith(context, network, local, remote, keepAlive, null));
    }
    if (to instanceof UDPAddr) {
      const local = from !== null ? <UDPAddr>from : null;
      return asConn<UDPConn>(dialUDPWith(context, network, local, changetype<UDPAddr>(to), null));
    }
    if (to instanceof IPAddr) {
      const local = from !== null ? <IPAddr>from : null;
      return asConn<IPConn>(dialIPWith(context, network, local, changetype<IPAddr>(to), null));
    }
    const local = from !== null ? <UnixAddr>from : null;
    return asConn<UnixConn>(dialUnixWith(context, network, local, <UnixAddr>to, null));
  }
}

/** ListenConfig has the options of a listen. */
export class ListenConfig {
  /** keepAlive is the accepted connections' keep-alive period; 0 for 15 s, below 0 for none. keepAliveConfig, if enabled, comes first. */
  keepAlive: Duration = 0;
  keepAliveConfig: KeepAliveConfig = new KeepAliveConfig();

  listen(network: string, address: string): Result<Listener> {
    const list = resolveAddrList(false, network, address, null);
    const err = list.err;
    if (err !== null) return Result.fail<Listener>(new OpError("listen", network, null, null, err));
    const at = firstIPv4(list.value);
    if (at instanceof TCPAddr) {
      const keepAlive = keepAliveOf(this.keepAlive, this.keepAliveConfig);
      const made = listenTCPWith(network, changetype<TCPAddr>(at), keepAlive, null);
      const failure = made.err;
      return failure !== null ? Result.fail<Listener>(failure) : Result.ok<Listener>(made.value);
    }
    if (at instanceof UnixAddr && network != "unixgram") {
      const made = listenUnixWith(network, changetype<UnixAddr>(at), null);
      const failure = made.err;
      return failure !== null ? Result.fail<Listener>(failure) : Result.ok<Listener>(made.value);
    }
    return Result.fail<Listener>(unexpectedType(network, at, address));
  }

  /** listenPacket takes packets on an address: "host:port" for UDP, a name for unixgram, a host for "ip4:icmp" and the like. */
  listenPacket(network: string, address: string): Result<PacketConn> {
    const list = resolveAddrList(false, network, address, null);
    const err = list.err;
    if (err !== null) {
      return Result.fail<PacketConn>(new OpError("listen", network, null, null, err));
    }
    const at = firstIPv4(list.value);
    if (at instanceof UDPAddr) {
      return asPacketConn<UDPConn>(listenUDPWith(network, changetype<UDPAddr>(at), null));
    }
    if (at instanceof IPAddr) {
      return asPacketConn<IPConn>(listenIPWith(network, changetype<IPAddr>(at), null));
    }
    if (at instanceof UnixAddr && network == "unixgram") {
      return asPacketConn<UnixConn>(listenUnixgramWith(network, changetype<UnixAddr>(at), null));
    }
    return Result.fail<PacketConn>(unexpectedType(network, at, address));
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

/** resolveAddrList is the addresses that a text stands for, of those the ones that can be dialled from hint. */
function resolveAddrList(
  dialing: bool,
  network: string,
  address: string,
  hint: Addr | null,
): Result<Addr[]> {
  const parsed = parseNetwork(network, true);
  const unknown = parsed.err;
  if (unknown !== null) return Result.fail<Addr[]>(unknown);
  if (dialing && address.length == 0) return Result.fail<Addr[]>(errMissingAddress);
  if (parsed.value.kind == NetworkKind.Unix) {
    if (hint !== null && hint.network() != network) return Result.fail<Addr[]>(mismatched(hint));
    return Result.ok<Addr[]>([new UnixAddr(address, network)]);
  }
  const list = internetAddrList(parsed.value.afnet, address);
  if (list.err !== null || !dialing) return list;
  return hint !== null ? suitable(list.value, hint) : list;
}

function suitable(list: Addr[], hint: Addr): Result<Addr[]> {
  const fits: Addr[] = [];
  for (let i = 0; i < list.length; i++) {
    if (!(hint instanceof InetAddr) || hint.network() != list[i].network()) {
      return Result.fail<Addr[]>(mismatched(hint));
    }
    const from = changetype<InetAddr>(hint);
    const to = changetype<InetAddr>(list[i]);
    if (from.isWildcard() || to.isWildcard() || from.isIPv4 == to.isIPv4) fits.push(to);
  }
  if (fits.length > 0) return Result.ok<Addr[]>(fits);
  return Result.fail<Addr[]>(new AddrError("no suitable address found", hint.toString()));
}

function mismatched(hint: Addr): NetError {
  return new AddrError("mismatched local address type", hint.toString());
}

function keepAliveOf(period: Duration, config: KeepAliveConfig): KeepAliveConfig {
  return config.enable ? config : new KeepAliveConfig(period >= 0, period);
}

function earlier(a: Time, b: Time): Time {
  if (a == 0) return b;
  return b == 0 || a < b ? a : b;
}

/** unexpectedType is the error of an address on which this network cannot listen in this way. */
function unexpectedType(network: string, at: Addr, address: string): NetError {
  const err = new AddrError("unexpected address type", address);
  return new OpError("listen", network, null, at, err);
}

function asConn<C extends Conn>(from: Result<C>): Result<Conn> {
  const err = from.err;
  return err !== null ? Result.fail<Conn>(err) : Result.ok<Conn>(from.value);
}

function asPacketConn<C extends PacketConn>(from: Result<C>): Result<PacketConn> {
  const err = from.err;
  return err !== null ? Result.fail<PacketConn>(err) : Result.ok<PacketConn>(from.value);
}
