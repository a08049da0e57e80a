import { type Endpoint, INET4, INET6, PATH_SIZE, UNIX } from "../../endpoint.ts";
import type { Block } from "./libc.ts";

/*
 * sockaddr_in, 16 bytes             sockaddr_in6, 28 bytes
 *   0  u16 family 2                   0  u16 family 10
 *   2  u16 port, network order        2  u16 port, network order
 *   4  u8[4] address                  4  u32 flow information
 *                                     8  u8[16] address
 *                                    24  u32 scope id
 * sockaddr_un, at most 110 bytes
 *   0  u16 family 1
 *   2  u8[108] path; the size of the whole tells how many of them count
 */
const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;

export const SOCKADDR_SIZE = 128;

const PATH_AT = 2;

/** familyToLinux is Linux's number of a family, or -1. */
export function familyToLinux(family: number): number {
  if (family === UNIX) return AF_UNIX;
  return family === INET4 ? AF_INET : family === INET6 ? AF_INET6 : -1;
}

/** familyFromLinux is the ABI's number of a family, or 0. */
export function familyFromLinux(family: number): number {
  if (family === AF_UNIX) return UNIX;
  return family === AF_INET ? INET4 : family === AF_INET6 ? INET6 : 0;
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
  if (endpoint.family === UNIX) {
    view.setUint16(0, AF_UNIX, true);
    bytes.set(endpoint.path.subarray(0, endpoint.length), PATH_AT);
    return PATH_AT + endpoint.length;
  }
  if (endpoint.family !== INET6) return -1;
  view.setUint16(0, AF_INET6, true);
  view.setUint16(2, endpoint.port);
  view.setUint32(4, 0, true);
  bytes.set(endpoint.bytes, 8);
  view.setUint32(24, endpoint.scope, true);
  return 28;
}

/**
 * decode reads the sockaddr that the kernel wrote, and its size where that matters; an unknown family
 * becomes family 0.
 */
export function decode(block: Block, size: Block, endpoint: Endpoint): void {
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
    if (family === AF_UNIX) decodePath(bytes, size.view.getUint32(0, true), endpoint);
  }
}

/** decodePath reads a unix socket's path. Linux counts the NUL that ends a file's. */
function decodePath(bytes: Uint8Array, size: number, endpoint: Endpoint): void {
  endpoint.family = UNIX;
  const end = Math.min(size, PATH_AT + PATH_SIZE);
  let length = Math.max(0, end - PATH_AT);
  if (length > 0 && bytes[PATH_AT] !== 0) {
    const nul = bytes.indexOf(0, PATH_AT);
    if (nul >= 0 && nul < end) length = nul - PATH_AT;
  }
  endpoint.length = length;
  endpoint.path.set(bytes.subarray(PATH_AT, PATH_AT + length));
}
