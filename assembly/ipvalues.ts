/** Well-known IP addresses, in 16 bytes each. */
import { IP, ipv4 } from "./ip";

/** ipv4bcast is 255.255.255.255: all on this network. */
export const ipv4bcast: IP = ipv4(255, 255, 255, 255);
/** ipv4allsys is 224.0.0.1: all systems. */
export const ipv4allsys: IP = ipv4(224, 0, 0, 1);
/** ipv4allrouter is 224.0.0.2: all routers. */
export const ipv4allrouter: IP = ipv4(224, 0, 0, 2);
/** ipv4zero is 0.0.0.0. */
export const ipv4zero: IP = ipv4(0, 0, 0, 0);

/** ipv6zero is ::. */
export const ipv6zero: IP = ipv6(0, 0);
/** ipv6unspecified is ::. */
export const ipv6unspecified: IP = ipv6(0, 0);
/** ipv6loopback is ::1. */
export const ipv6loopback: IP = ipv6(0, 1);
/** ipv6interfacelocalallnodes is ff01::1. */
export const ipv6interfacelocalallnodes: IP = ipv6(0xff01, 1);
/** ipv6linklocalallnodes is ff02::1. */
export const ipv6linklocalallnodes: IP = ipv6(0xff02, 1);
/** ipv6linklocalallrouters is ff02::2. */
export const ipv6linklocalallrouters: IP = ipv6(0xff02, 2);

/** ipv6 is the address with this first and this last group. */
function ipv6(first: u16, last: u16): IP {
  const bytes = new StaticArray<u8>(16);
  store<u16>(changetype<usize>(bytes), bswap<u16>(first));
  store<u16>(changetype<usize>(bytes), bswap<u16>(last), 14);
  return new IP(bytes);
}
