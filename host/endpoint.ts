import { SocketAddress } from "node:net";

/** Families as the import ABI numbers them. */
export const INET4 = 1;
export const INET6 = 2;
export const UNIX = 3;

/** The most bytes of a unix socket's path. */
export const PATH_SIZE = 108;

/**
 * Endpoint is an address and a port in numbers, or the path of a unix socket. It is mutable and
 * used again and again, so that accepting a connection allocates nothing.
 */
export class Endpoint {
  family = 0;
  /** Host order. */
  port = 0;
  /** IPv6 scope id, 0 for none. */
  scope = 0;
  /** Network order; the first 4 bytes for IPv4, all 16 for IPv6. */
  readonly bytes: Uint8Array = new Uint8Array(16);
  /**
   * A unix socket's path: its first length bytes. Length 0 is no name; a NUL in front makes a name
   * of the abstract kind, which is no file.
   */
  readonly path: Uint8Array = new Uint8Array(PATH_SIZE);
  length = 0;

  /** any makes this the wildcard of a family, with port 0; of unix sockets, no name. */
  any(family: number): this {
    this.family = family;
    this.port = 0;
    this.scope = 0;
    this.bytes.fill(0);
    this.length = 0;
    return this;
  }

  /**
   * address is the text of the address, with IPv4-mapped IPv6 addresses left as they are; of a unix
   * socket it is the path, with an @ for the NUL in front of an abstract name.
   */
  get address(): string {
    if (this.family === UNIX) {
      const text = new TextDecoder().decode(this.path.subarray(0, this.length));
      return text.replace(/^\0/, "@");
    }
    return this.family === INET4 ? this.bytes.subarray(0, 4).join(".") : text6(this.bytes);
  }

  /** isAbstract tells whether this is a unix socket's name that is no file, or none yet. */
  get isAbstract(): boolean {
    return this.family === UNIX && (this.length === 0 || this.path[0] === 0);
  }

  /** isUnspecified tells whether this is 0.0.0.0, ::, or the first mapped into IPv6. */
  get isUnspecified(): boolean {
    const bytes = this.family === INET4 ? this.bytes.subarray(0, 4) : this.bytes;
    return bytes.every((byte) => byte === 0) || (this.isMapped && bytes.subarray(12).every(isZero));
  }

  /** isMapped tells whether this is an IPv4 address in IPv6's clothes, ::ffff:a.b.c.d. */
  get isMapped(): boolean {
    const { bytes } = this;
    return (
      this.family === INET6 &&
      bytes.subarray(0, 10).every(isZero) &&
      bytes[10] === 0xff &&
      bytes[11] === 0xff
    );
  }
}

/** joinHostPort writes an address and a port as Go and URLs do: IPv6 in brackets. */
export function joinHostPort(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function isZero(byte: number): boolean {
  return byte === 0;
}

function text6(bytes: Uint8Array): string {
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((bytes[i]! << 8) | bytes[i + 1]!).toString(16));
  return new SocketAddress({ address: groups.join(":"), family: "ipv6" }).address;
}
