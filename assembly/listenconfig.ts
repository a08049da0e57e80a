/**
 * listen and listenPacket: from the texts for a network and an address to a listener.
 */
import { resolveAddrList } from "./addrlist";
import { Addr } from "./addr";
import { NetError, Result } from "./errors";
import { Control, Hooks, hooksOf } from "./hooks";
import { IPAddr, IPConn, listenIPWith } from "./iprawsock";
import { firstIPv4 } from "./ipsock";
import { Listener, OpError } from "./net";
import { AddrError } from "./neterror";
import { NetworkKind, networkKind } from "./network";
import { PacketConn } from "./packet";
import * as sys from "./sys/socket";
import { Context } from "./task/context";
import { TCPAddr } from "./tcpaddr";
import { KeepAliveConfig, listenTCPWith } from "./tcpsock";
import { Duration } from "./time";
import { listenUDPWith, UDPAddr, UDPConn } from "./udpsock";
import { listenUnixgramWith, listenUnixWith, UnixAddr, UnixConn } from "./unixsock";

/** listen listens on an address, "host:port"; without a host on all of the machine's, with port 0 on a free one. */
export function listen(network: string, address: string): Result<Listener> {
  return listenWith(network, address, KeepAliveConfig.standard(), null, 0);
}

/** listenPacket takes packets on an address: "host:port" for UDP, a name for unixgram, a host for "ip4:icmp" and the like. */
export function listenPacket(network: string, address: string): Result<PacketConn> {
  return listenPacketWith(network, address, null);
}

/** ListenConfig has the options of a listen. */
export class ListenConfig {
  /** control is called with the new socket before it is bound. */
  control: Control | null = null;
  /** keepAlive is the accepted connections' keep-alive period; 0 for 15 s, below 0 for none. keepAliveConfig, if enabled, comes first. */
  keepAlive: Duration = 0;
  keepAliveConfig: KeepAliveConfig = new KeepAliveConfig();
  private multipath: bool = false;

  /** multipathTCP tells whether `listen` will try Multipath TCP. */
  multipathTCP(): bool {
    return this.multipath;
  }

  /** setMultipathTCP has `listen` take connections of Multipath TCP as well as TCP's, where the host can. At first it does not. */
  setMultipathTCP(use: bool): void {
    this.multipath = use;
  }

  /** listen is the function of that name, with these options. The context is for looking up a name; the listener outlives it. */
  listen(context: Context, network: string, address: string): Result<Listener> {
    const keepAlive = keepAliveOf(this.keepAlive, this.keepAliveConfig);
    const hooks = hooksOf(this.control, null);
    if (this.multipath && networkKind(network) == NetworkKind.TCP) {
      const listened = listenWith(network, address, keepAlive, hooks, sys.Protocol.mptcp);
      if (listened.err === null) return listened;
    }
    return listenWith(network, address, keepAlive, hooks, 0);
  }

  /** listenPacket is the function of that name, with these options. The context is for looking up a name. */
  listenPacket(context: Context, network: string, address: string): Result<PacketConn> {
    return listenPacketWith(network, address, hooksOf(this.control, null));
  }
}

/** keepAliveOf is what a Dialer's or ListenConfig's two fields say together. */
export function keepAliveOf(period: Duration, config: KeepAliveConfig): KeepAliveConfig {
  return config.enable ? config : new KeepAliveConfig(period >= 0, period);
}

function listenWith(
  network: string,
  address: string,
  keepAlive: KeepAliveConfig,
  hooks: Hooks | null,
  proto: i32,
): Result<Listener> {
  const list = resolveAddrList(false, network, address, null, null);
  const err = list.err;
  if (err !== null) return Result.fail<Listener>(new OpError("listen", network, null, null, err));
  const at = firstIPv4(list.value);
  if (at instanceof TCPAddr) {
    const laddr = changetype<TCPAddr>(at);
    return asListener(listenTCPWith(network, laddr, keepAlive, hooks, proto));
  }
  if (at instanceof UnixAddr) {
    return asListener(listenUnixWith(network, changetype<UnixAddr>(at), hooks));
  }
  return Result.fail<Listener>(unexpectedType(network, at, address));
}

function listenPacketWith(
  network: string,
  address: string,
  hooks: Hooks | null,
): Result<PacketConn> {
  const list = resolveAddrList(false, network, address, null, null);
  const err = list.err;
  if (err !== null) return Result.fail<PacketConn>(new OpError("listen", network, null, null, err));
  const at = firstIPv4(list.value);
  if (at instanceof UDPAddr) {
    return asPacketConn<UDPConn>(listenUDPWith(network, changetype<UDPAddr>(at), hooks));
  }
  if (at instanceof IPAddr) {
    return asPacketConn<IPConn>(listenIPWith(network, changetype<IPAddr>(at), hooks));
  }
  if (at instanceof UnixAddr) {
    return asPacketConn<UnixConn>(listenUnixgramWith(network, changetype<UnixAddr>(at), hooks));
  }
  return Result.fail<PacketConn>(unexpectedType(network, at, address));
}

/** unexpectedType is the error of an address on which this network cannot listen in this way. */
function unexpectedType(network: string, at: Addr, address: string): NetError {
  const err = new AddrError("unexpected address type", address);
  return new OpError("listen", network, null, at, err);
}

/** A result of a class is one of its interface, for a reference is a reference: there is nothing to be made anew. */
function asListener<L extends Listener>(from: Result<L>): Result<Listener> {
  return changetype<Result<Listener>>(from);
}

function asPacketConn<C extends PacketConn>(from: Result<C>): Result<PacketConn> {
  return changetype<Result<PacketConn>>(from);
}
