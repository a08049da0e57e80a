/** Well-known IP addresses. */
import { Addr } from "./addr";

/** ipv4Unspecified is 0.0.0.0. */
export function ipv4Unspecified(): Addr {
  return new Addr(0, 0xffff_0000_0000, 4);
}

/** ipv6Unspecified is ::. */
export function ipv6Unspecified(): Addr {
  return new Addr(0, 0, 6);
}

/** ipv6Loopback is ::1. */
export function ipv6Loopback(): Addr {
  return new Addr(0, 1, 6);
}

/** ipv6LinkLocalAllNodes is ff02::1. */
export function ipv6LinkLocalAllNodes(): Addr {
  return new Addr(0xff02_0000_0000_0000, 1, 6);
}

/** ipv6LinkLocalAllRouters is ff02::2. */
export function ipv6LinkLocalAllRouters(): Addr {
  return new Addr(0xff02_0000_0000_0000, 2, 6);
}
