/**
 * Addresses of sockets, and the bytes in which they cross the boundary (docs/ABI.md).
 */

/** Address families. */
export namespace Family {
  /** unknown: the host does not tell. */
  export const unknown = 0;
  export const inet4 = 1;
  export const inet6 = 2;
  export const unix = 3;
}

/**
 * SockAddr is the address of a socket. Of an inet one: 4 or 16 bytes in network order, as they stand in memory, in two words; of
 * a Unix one: its name.
 */
export class SockAddr {
  constructor(
    readonly family: i32,
    readonly port: i32,
    readonly low: u64,
    readonly high: u64 = 0,
    /** scope is the number of the interface that a link-local address belongs to, or 0. */
    readonly scope: u32 = 0,
    /** name is a path, or "@" and the name of an abstract one, or "" for one that the kernel chooses. */
    readonly name: string = "",
  ) {}

  /** same tells whether both are one end point. */
  same(other: SockAddr): bool {
    return (
      this.family == other.family &&
      this.port == other.port &&
      this.low == other.low &&
      this.high == other.high
    );
  }
}

/** The bytes of the longest Unix name. */
export const PATH_MAX: i32 = 108;

/** isAbstract tells whether a Unix name is no path. */
export function isAbstract(name: string): bool {
  return name.length > 0 && (name.charCodeAt(0) == 0x40 || name.charCodeAt(0) == 0);
}

//   0 {u32 buf, u32 len}   8 u32 port   16 128 bytes of address
const area = memory.data(144, 8);
/** port and address are where calls put them. */
export const port: usize = area + 8;
export const address: usize = area + 16;
const ADDRESS_SIZE: u32 = 128;
/** Where, among these bytes, the length of a Unix name stands: 0 for one that ends at its first NUL. */
const LENGTH_AT: usize = 126;

/** clearAddress makes room for an address, and answers where its {buf, len} is. */
export function clearAddress(): usize {
  store<usize>(area, address);
  store<u32>(area, ADDRESS_SIZE, 4);
  memory.fill(address, 0, ADDRESS_SIZE);
  return area;
}

/** putAddress writes {buf, len}, which it answers, and the bytes: 4, 16, or 20 with the scope; 128 for a Unix one. */
export function putAddress(from: SockAddr): usize {
  if (from.family == Family.unix) return putUnix(from.name);
  store<usize>(area, address);
  store<u64>(address, from.low);
  store<u64>(address, from.high, 8);
  store<u32>(address, from.scope, 16);
  const size = from.family == Family.inet4 ? 4 : from.scope != 0 ? 20 : 16;
  store<u32>(area, size, 4);
  return area;
}

/** putUnix writes {u16 family, path, u16 length at 126}. The name is not longer than PATH_MAX. */
function putUnix(name: string): usize {
  clearAddress();
  store<u16>(address, Family.unix);
  const size = String.UTF8.encodeUnsafe(changetype<usize>(name), name.length, address + 2);
  if (isAbstract(name)) {
    store<u8>(address, 0, 2);
    store<u16>(address, <u16>size, LENGTH_AT);
  }
  return area;
}

/** takenAddress is the address that a call has put there, or null. */
export function takenAddress(): SockAddr | null {
  const number = load<i32>(port);
  return takeAddress(<i32>load<u16>(address), number, address + 2, load<u32>(address, 20));
}

/** takeAddress is the address of some bytes; null for a family that is not known. */
export function takeAddress(family: i32, number: i32, bytes: usize, scope: u32): SockAddr | null {
  if (family == Family.inet4) return new SockAddr(family, number, load<u32>(bytes));
  if (family == Family.inet6) {
    return new SockAddr(family, number, load<u64>(bytes), load<u64>(bytes, 8), scope);
  }
  return family == Family.unix ? new SockAddr(family, 0, 0, 0, 0, takeName(bytes)) : null;
}

/** takeName reads a Unix name. As in Go the NUL before an abstract one is "@", which alone is the name of a socket without one. */
function takeName(bytes: usize): string {
  if (load<u8>(bytes) == 0) store<u8>(bytes, 0x40);
  let size = 0;
  while (size < PATH_MAX && load<u8>(bytes + size) != 0) size++;
  return String.UTF8.decodeUnsafe(bytes, size);
}
