import { readFileSync } from "node:fs";
import { Endpoint, INET4, INET6 } from "../../endpoint.ts";
import type { Interface } from "../../interfaces.ts";
import { dump, type Message } from "./netlink.ts";

/*
 * ifinfomsg, 16 bytes               ifaddrmsg, 8 bytes
 *   2  u16 kind of hardware           0  u8 family
 *   4  i32 index                      1  u8 prefix length
 *   8  u32 flags                      4  u32 index
 */
const RTM_GETLINK = 18;
const LINK_SIZE = 16;
const IFLA_ADDRESS = 1;
const IFLA_IFNAME = 3;
const IFLA_MTU = 4;
const RTM_GETADDR = 22;
const ADDR_SIZE = 8;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const AF_INET = 2;
const AF_INET6 = 10;

/** Linux's flags and Go's: up, broadcast, loopback, point to point, multicast, running. */
const FLAGS: readonly (readonly [linux: number, go: number])[] = [
  [0x1, 1],
  [0x2, 2],
  [0x8, 4],
  [0x10, 8],
  [0x1000, 16],
  [0x40, 32],
];

/** Tunnels, whose hardware addresses are addresses of IP and no hardware's, by their length. */
const TUNNELS: Readonly<Record<number, readonly number[]>> = { 4: [768, 776, 778], 16: [769, 823] };

/** readInterfaces asks the kernel for this machine's interfaces. It answers a negated errno otherwise. */
export function readInterfaces(): Interface[] | number {
  const links = dump(RTM_GETLINK, LINK_SIZE);
  if (typeof links === "number") return links;
  const addresses = dump(RTM_GETADDR, ADDR_SIZE);
  if (typeof addresses === "number") return addresses;
  const groups = readGroups();
  return links.map((link) => {
    const { body, attributes } = link;
    const index = body.getInt32(4, true);
    const name = text(attributes.get(IFLA_IFNAME));
    const mtu = attributes.get(IFLA_MTU);
    return {
      index,
      name,
      mtu: mtu === undefined ? 0 : new DataView(mtu.buffer, mtu.byteOffset).getUint32(0, true),
      flags: flagsOf(body.getUint32(8, true)),
      hardware: hardwareOf(link),
      addresses: addresses.flatMap((message) => addressOf(message, index)),
      groups: groups.get(name) ?? [],
    };
  });
}

function flagsOf(flags: number): number {
  return FLAGS.reduce((sum, [linux, go]) => sum | (flags & linux ? go : 0), 0);
}

function hardwareOf({ body, attributes }: Message): string {
  const address = attributes.get(IFLA_ADDRESS) ?? new Uint8Array();
  const isTunnel = TUNNELS[address.length]?.includes(body.getUint16(2, true));
  if (isTunnel || address.every((byte) => byte === 0)) return "";
  return [...address].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

/** addressOf is the local address of a message about an interface: of a line between two points, this one. */
function addressOf({ body, attributes }: Message, index: number): string[] {
  const bytes = attributes.get(IFA_LOCAL) ?? attributes.get(IFA_ADDRESS);
  if (bytes === undefined || body.getUint32(4, true) !== index) return [];
  const family = body.getUint8(0);
  if (family !== AF_INET && family !== AF_INET6) return [];
  return [`${addressText(family === AF_INET ? INET4 : INET6, bytes)}/${body.getUint8(1)}`];
}

/** readGroups are the multicast groups by interface. A machine without them has no such files. */
function readGroups(): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  const add = (name: string, group: string): void => {
    groups.set(name, [...(groups.get(name) ?? []), group]);
  };
  let name = "";
  for (const line of readLines("/proc/net/igmp").slice(1)) {
    const [first = "", second = ""] = line.split(/[\s:]+/).filter((word) => word !== "");
    if (/^\S/.test(line)) name = second;
    // The number of an address as the machine stores it, which is the wrong way round.
    else if (/^[0-9A-F]{8}$/.test(first)) {
      add(name, addressText(INET4, Buffer.from(first, "hex").reverse()));
    }
  }
  for (const line of readLines("/proc/net/igmp6")) {
    const [, name = "", group = ""] = line.trim().split(/\s+/);
    if (group.length === 32) add(name, addressText(INET6, Buffer.from(group, "hex")));
  }
  return groups;
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, "latin1").split("\n");
  } catch {
    return [];
  }
}

function addressText(family: number, bytes: Uint8Array): string {
  const endpoint = new Endpoint().any(family);
  endpoint.bytes.set(bytes.subarray(0, 16));
  return endpoint.address;
}

function text(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? [])
    .toString("latin1")
    .replace(/\0.*$/s, "");
}
