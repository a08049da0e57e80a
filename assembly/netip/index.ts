/** netip: IP addresses, addresses with ports, and prefixes as values. */
export {
  Addr,
  addrFrom4,
  addrFrom16,
  addrFromSlice,
  invalidAddr,
} from "./addr";
export { ParseAddrError } from "./addrerror";
export { mustParseAddr, parseAddr } from "./parse";
export { AddrPort, addrPortFrom, mustParseAddrPort, parseAddrPort } from "./addrport";
export { mustParsePrefix, ParsePrefixError, Prefix, parsePrefix, prefixFrom } from "./prefix";
export {
  ipv4Unspecified,
  ipv6LinkLocalAllNodes,
  ipv6LinkLocalAllRouters,
  ipv6Loopback,
  ipv6Unspecified,
} from "./wellknown";
