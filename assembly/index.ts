/**
 * Go's package net, for AssemblyScript. Goroutines and channels are in `wasi-net/assembly/task`, times in `wasi-net/assembly/time`.
 */
export { NetError as Error, NetError, Result } from "./errors";
export { Buffers } from "./buffers";
export { pipe, Pipe, PipeConn } from "./pipe";
export { eof, errUnexpectedEOF, IOResult, Reader, Writer } from "./io";
export { errDeadlineExceeded, File, newFile, SyscallError } from "./os";
export { Errno } from "./sys/errno";
export { dial, Dialer, dialTimeout, listen, ListenConfig, listenPacket } from "./dial";
export {
  Addr,
  AddrError,
  Conn,
  DNSConfigError,
  DNSError,
  errClosed,
  InvalidAddrError,
  Listener,
  OpError,
  ParseError,
  UnknownNetworkError,
} from "./net";
export {
  flagBroadcast,
  flagLoopback,
  flagMulticast,
  flagPointToPoint,
  flagRunning,
  Flags,
  flagUp,
  Interface,
  interfaceAddrs,
  interfaceByIndex,
  interfaceByName,
  interfaces,
} from "./interface";
export { IP, ipv4, ipv4len, ipv6len, parseIP } from "./ip";
export { IPAddr, resolveIPAddr } from "./ipaddr";
export { dialIP, IPConn, listenIP } from "./iprawsock";
export {
  CIDR,
  cidrMask,
  IPMask,
  IPNet,
  ipv4Mask,
  MaskSize,
  parseCIDR,
} from "./ipnet";
export { HostPort, joinHostPort, splitHostPort } from "./ipsock";
export { lookupPort } from "./port";
export { Resolver } from "./resolver";
export { HardwareAddr, parseMAC } from "./mac";
export {
  dialTCP,
  KeepAliveConfig,
  listenTCP,
  TCPAddr,
  TCPConn,
  TCPListener,
} from "./tcpsock";
export { resolveTCPAddr, tcpAddrFromAddrPort } from "./tcpaddr";
export { errWriteToConnected, Message, Packet, PacketConn, Sent } from "./packet";
export { dialUDP, listenMulticastUDP, listenUDP, UDPConn } from "./udpsock";
export {
  dialUnix,
  listenUnix,
  listenUnixgram,
  UnixConn,
  UnixListener,
} from "./unixsock";
export { fileConn, fileListener, filePacketConn } from "./file";
export { Control, ControlContext } from "./hooks";
export { RawConn } from "./rawconn";
export { resolveUDPAddr, UDPAddr, udpAddrFromAddrPort } from "./udpaddr";
export { resolveUnixAddr, UnixAddr } from "./unixaddr";
