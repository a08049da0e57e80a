/**
 * Addr is the base of every end point's address: Go's interface `net.Addr`. Its namesake in `netip`
 * is an IP address, no end point.
 */
export abstract class Addr {
  /** network is the name of the network: "tcp", "udp", "unix", "ip+net" … */
  abstract network(): string;

  /** toString is the address as text, such as "192.0.2.1:25" or "[2001:db8::1]:80". */
  abstract toString(): string;
}
