/**
 * dial: from the texts for a network and an address to a connection.
 */
import { Addr } from "./addr";
import { resolveAddrList } from "./addrlist";
import { dialParallel } from "./dialparallel";
import { Result } from "./errors";
import { Control, ControlContext, hooksOf } from "./hooks";
import { IP } from "./ip";
import { dialIPWith, IPAddr, IPConn } from "./iprawsock";
import { AddrPartition, partition } from "./ipsock";
import { keepAliveOf } from "./listenconfig";
import { Lookup } from "./lookup";
import { Resolver, ResolverLookup } from "./resolver";
import { Conn, OpError } from "./net";
import { UnknownNetworkError } from "./neterror";
import { NetworkKind, networkKind } from "./network";
import { Addr as NetipAddr } from "./netip/addr";
import { AddrPort } from "./netip/addrport";
import { SysDialer } from "./sysdialer";
import { AnyCase, Case, CaseGroup, Chan } from "./task/chan";
import { background, CancelContext, Context, withCancel, withDeadline } from "./task/context";
import { tcpAddrFromAddrPort } from "./tcpaddr";
import { KeepAliveConfig, TCPConn } from "./tcpsock";
import { after, Duration, millisecond, Time } from "./time";
import { udpAddrFromAddrPort } from "./udpaddr";
import { dialUDPWith, UDPConn } from "./udpsock";
import { dialUnixWith, UnixAddr, UnixConn } from "./unixsock";

export { listen, ListenConfig, listenPacket } from "./listenconfig";

/**
 * dial connects to an address: "host:port" for "tcp", "tcp4", "tcp6", "udp", "udp4" and "udp6", a path for "unix", "unixgram" and
 * "unixpacket", a host for "ip4:icmp" and the like. The error is an OpError.
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

/** Dialer has the options of a dial. */
export class Dialer {
  /** timeout limits the whole dial, in nanoseconds; 0 for no limit. Of a name's several addresses each has its share. */
  timeout: Duration = 0;
  /** deadline does so by a time; 0 for none. The earliest of both and the context's counts. */
  deadline: Time = 0;
  /** localAddr is the address to dial from; null for the system's choice. */
  localAddr: Addr | null = null;
  /** dualStack has no effect any more, as in Go: see fallbackDelay. */
  dualStack: bool = false;
  /**
   * fallbackDelay is for how long "tcp" and a name with addresses of both IPv4 and IPv6 tries those of the first one's kind alone;
   * 0 for 300 ms, below 0 for as long as they last.
   */
  fallbackDelay: Duration = 0;
  /** keepAlive is the connection's keep-alive period; 0 for 15 s, below 0 for none. keepAliveConfig, if enabled, comes first. */
  keepAlive: Duration = 0;
  keepAliveConfig: KeepAliveConfig = new KeepAliveConfig();
  /** resolver looks up names; null for the built-in way. */
  resolver: Resolver | null = null;
  /** cancel ends dials when it is closed. A context does the same, and more. */
  cancel: Chan<bool> | null = null;
  /** control is called with each new socket before it is connected. */
  control: Control | null = null;
  /** controlContext is called instead of control, if it is there. */
  controlContext: ControlContext | null = null;
  private multipath: bool = false;

  /** multipathTCP tells whether dials will try Multipath TCP. */
  multipathTCP(): bool {
    return this.multipath;
  }

  /** setMultipathTCP has dials try Multipath TCP first, and plain TCP where that fails. At first they do not. */
  setMultipathTCP(use: bool): void {
    this.multipath = use;
  }

  dial(network: string, address: string): Result<Conn> {
    return this.dialContext(background(), network, address);
  }

  /** dialContext dials until the context ends; afterwards the connection does not depend on it. */
  dialContext(context: Context, network: string, address: string): Result<Conn> {
    const limits = this.limitsOf(context);
    const dialed = this.dialUnder(limits.context, network, address);
    limits.lift();
    return dialed;
  }

  /** dialTCP connects to raddr, from laddr. One that is not valid has no IP, and port 0. */
  dialTCP(context: Context, network: string, laddr: AddrPort, raddr: AddrPort): Result<TCPConn> {
    const from = tcpAddrFromAddrPort(laddr);
    const to = tcpAddrFromAddrPort(raddr);
    if (networkKind(network) != NetworkKind.TCP) return unknownNetwork<TCPConn>(network, from, to);
    const limits = this.limitsOf(context);
    const dialed = this.begun(network).dialTCP(limits.context, from, to);
    limits.lift();
    return dialed;
  }

  /** dialUDP makes a connection with one peer, raddr, from laddr. One that is not valid has no IP, and port 0. */
  dialUDP(context: Context, network: string, laddr: AddrPort, raddr: AddrPort): Result<UDPConn> {
    const from = udpAddrFromAddrPort(laddr);
    const to = udpAddrFromAddrPort(raddr);
    if (networkKind(network) != NetworkKind.UDP) return unknownNetwork<UDPConn>(network, from, to);
    const limits = this.limitsOf(context);
    const hooks = hooksOf(this.control, this.controlContext);
    const dialed = dialUDPWith(limits.context, network, from, to, hooks);
    limits.lift();
    return dialed;
  }

  /** dialIP makes a connection for a protocol with one peer, raddr, from laddr. One that is not valid has no IP. */
  dialIP(context: Context, network: string, laddr: NetipAddr, raddr: NetipAddr): Result<IPConn> {
    const from = ipAddrFromAddr(laddr);
    const limits = this.limitsOf(context);
    const hooks = hooksOf(this.control, this.controlContext);
    const dialed = dialIPWith(limits.context, network, from, ipAddrFromAddr(raddr), hooks);
    limits.lift();
    return dialed;
  }

  /** dialUnix connects to raddr, from the name laddr if that is not null. A name that is empty counts as null. */
  dialUnix(
    context: Context,
    network: string,
    laddr: UnixAddr | null,
    raddr: UnixAddr | null,
  ): Result<UnixConn> {
    if (networkKind(network) != NetworkKind.Unix) {
      return unknownNetwork<UnixConn>(network, laddr, raddr);
    }
    const limits = this.limitsOf(context);
    const hooks = hooksOf(this.control, this.controlContext);
    const dialed = dialUnixWith(limits.context, network, laddr, raddr, hooks);
    limits.lift();
    return dialed;
  }

  private dialUnder(context: Context, network: string, address: string): Result<Conn> {
    const resolver = this.resolver;
    const lookup = resolver !== null ? new ResolverLookup(resolver, context) : null;
    const list = resolveAddrList(true, network, address, this.localAddr, lookup);
    const err = list.err;
    if (err !== null) return Result.fail<Conn>(new OpError("dial", network, null, null, err));
    const races = this.fallbackDelay >= 0 && network == "tcp";
    const parts = races ? partition(list.value) : new AddrPartition(list.value, []);
    const delay = this.fallbackDelay > 0 ? this.fallbackDelay : FALLBACK_DELAY;
    return dialParallel(this.begun(network), context, parts.primaries, parts.fallbacks, delay);
  }

  private begun(network: string): SysDialer {
    const keepAlive = keepAliveOf(this.keepAlive, this.keepAliveConfig);
    const hooks = hooksOf(this.control, this.controlContext);
    return new SysDialer(network, this.localAddr, keepAlive, this.multipath, hooks);
  }

  private limitsOf(context: Context): Limits {
    const timed: Time = this.timeout != 0 ? after(this.timeout) : 0;
    const limit = earlier(earlier(timed, context.deadline()), this.deadline);
    const cancel = this.cancel;
    const limited = limit != context.deadline();
    if (!limited && cancel === null) return new Limits(context, null, null);
    const own = limited ? withDeadline(context, limit) : withCancel(context);
    return new Limits(own, own, cancel);
  }
}

/** How long the first one's family is tried alone, where the Dialer does not say. */
const FALLBACK_DELAY: Duration = 300 * millisecond;

/** Limits has the context of one dial: the caller's, or one of its own that the Dialer's deadline and channel end as well. */
class Limits {
  private closing: CancelOnReceive | null = null;

  constructor(
    readonly context: Context,
    private readonly own: CancelContext | null,
    cancel: Chan<bool> | null,
  ) {
    if (own !== null && cancel !== null) this.closing = new CancelOnReceive(cancel, own);
  }

  /** lift ends the context, if it is the dial's own, and with it its timer. */
  lift(): void {
    const own = this.own;
    if (own !== null) own.cancel();
    const closing = this.closing;
    if (closing !== null) closing.stop();
  }
}

/** CancelOnReceive cancels a context when a channel is closed. It waits at the channel without a goroutine. */
class CancelOnReceive extends CaseGroup {
  private readonly receive: Case<bool>;

  constructor(
    channel: Chan<bool>,
    private readonly context: CancelContext,
  ) {
    super();
    const receive = new Case<bool>(channel, false);
    this.receive = receive;
    receive.group = this;
    if (receive.attempt()) context.cancel();
    else receive.enqueue();
  }

  settle(_served: AnyCase): void {
    this.context.cancel();
  }

  stop(): void {
    this.receive.dequeue();
  }
}

function earlier(a: Time, b: Time): Time {
  if (a == 0) return b;
  return b == 0 || a < b ? a : b;
}

function ipAddrFromAddr(from: NetipAddr): IPAddr {
  return new IPAddr(new IP(from.asSlice()), from.zone());
}

function unknownNetwork<C>(network: string, from: Addr | null, to: Addr | null): Result<C> {
  const err = new UnknownNetworkError(network);
  return Result.fail<C>(new OpError("dial", network, from, to, err));
}
