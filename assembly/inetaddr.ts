import { Addr } from "./addr";
import { IP } from "./ip";

/** InetAddr is what TCPAddr, UDPAddr and IPAddr have in common: an IP address and its zone. */
export abstract class InetAddr extends Addr {
  /**
   * ip is of length 0 for an address that stands for all of the machine's; zone is the scope of an
   * IPv6 one, or "".
   */
  constructor(
    public ip: IP = new IP([]),
    public zone: string = "",
  ) {
    super();
  }

  /** isIPv4 tells whether the address is an IPv4 one; one without an IP is not. */
  get isIPv4(): bool {
    return this.ip.isIPv4;
  }

  /** isWildcard tells whether the address stands for all of the machine's. */
  isWildcard(): bool {
    return this.ip.length == 0 || this.ip.isUnspecified();
  }

  /** host is the address with its zone, "" if there is none. */
  get host(): string {
    const ip = this.ip.length > 0 ? this.ip.toString() : "";
    return this.zone.length > 0 ? ip + "%" + this.zone : ip;
  }
}
