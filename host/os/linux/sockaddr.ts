import { type Endpoint, INET4, INET6 } from "../../endpoint.ts";
import type { Block } from "./libc.ts";

/*
 * sockaddr_in, 16 bytes             sockaddr_in6, 28 bytes
 *   0  u16 family 2                   0  u16 family 10
 *   2  u16 port, network order        2  u16 port, network order
 *   4  u8[4] address                  4  u32 flow information
 *                                     8  u8[16] address
 *                                    24  u32 scope id
 */
const AF_INET = 2;
const AF_INET6 = 10;

export const SOCKADDR_SIZE = 128;

/** family is Linux's number of a family, or -1. */
export function familyToLinux(family: number): number {
  return family === INET4 ? AF_INET : family === INET6 ? AF_INET6 : -1;
}

/** encode writes an endpoint as a sockaddr and answers its size, or -1 when the family has none. */
export function encode(block: Block, endpoint: Endpoint): number {
  const { view, bytes } = block;
  if (endpoint.family === INET4) {
    view.setUint16(0, AF_INET, true);
    view.setUint16(2, endpoint.port);
    bytes.fill(0, 4, 16);
    for (let i = 0; i < 4; i++) bytes[4 + i] = endpoint.bytes[i]!;
    return 16;
  }
  if (endpoint.family !== INET6) return -1;
  view.setUint16(0, AF_INET6, true);
  view.setUint16(2, endpoint.port);
  view.setUint32(4, 0, true);
  bytes.set(endpoint.bytes, 8);
  view.setUint32(24, endpoint.scope, true);
  return 28;
}

/** decode reads the sockaddr that the kernel wrote; an unknown family becomes family 0. */
export function decode(block: Block, endpoint: Endpoint): void {
  const { view, bytes } = block;
  const family = view.getUint16(0, true);
  endpoint.port = view.getUint16(2);
  endpoint.scope = 0;
  if (family === AF_INET) {
    endpoint.family = INET4;
    for (let i = 0; i < 4; i++) endpoint.bytes[i] = bytes[4 + i]!;
  } else if (family === AF_INET6) {
    endpoint.family = INET6;
    for (let i = 0; i < 16; i++) endpoint.bytes[i] = bytes[8 + i]!;
    endpoint.scope = view.getUint32(24, true);
  } else {
    endpoint.family = 0;
    endpoint.port = 0;
  }
}
