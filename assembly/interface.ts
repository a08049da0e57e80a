/**
 * Network interfaces, as they were when the program started. Every call here reads the host's table; a host without one refuses.
 */
import { Addr } from "./addr";
import { ErrorString, NetError, Result } from "./errors";
import { readRows } from "./interfacerows";
import { HardwareAddr } from "./mac";
import { OpError } from "./net";

/** Flags is the state and the abilities of an interface, a bit for each. */
@final
export class Flags {
  constructor(readonly bits: u32) {}

  /** has tells whether all of these bits are set. */
  has(bits: u32): bool {
    return (this.bits & bits) == bits;
  }

  /** toString is the names of the bits that are set, as in "up|loopback", or "0". */
  toString(): string {
    const names = ["up", "broadcast", "loopback", "pointtopoint", "multicast", "running"];
    let text = "";
    for (let i = 0, n = names.length; i < n; i++) {
      if (!this.has(1 << i)) continue;
      text += text.length > 0 ? "|" + names[i] : names[i];
    }
    return text.length > 0 ? text : "0";
  }
}

/** flagUp tells that the interface is administratively up. */
export const flagUp: u32 = 1 << 0;
/** flagBroadcast tells that the interface can send to all on its link. */
export const flagBroadcast: u32 = 1 << 1;
/** flagLoopback tells that the interface is a loopback. */
export const flagLoopback: u32 = 1 << 2;
/** flagPointToPoint tells that the interface is one end of a link of two. */
export const flagPointToPoint: u32 = 1 << 3;
/** flagMulticast tells that the interface can send to groups. */
export const flagMulticast: u32 = 1 << 4;
/** flagRunning tells that the interface runs. */
export const flagRunning: u32 = 1 << 5;

/** Interface is one network interface. */
export class Interface {
  constructor(
    /** index is a number from 1 on. */
    public index: i32,
    /** mtu is the most bytes that a packet may have. */
    public mtu: i32,
    /** name is such as "eth0". */
    public name: string,
    /** hardwareAddr is of length 0 for an interface without one, such as the loopback. */
    public hardwareAddr: HardwareAddr,
    public flags: Flags,
  ) {}

  /** addrs lists the interface's addresses, each an IPNet: the address itself, with the mask of its network. */
  addrs(): Result<Addr[]> {
    return addrsOf(this.index);
  }

  /** multicastAddrs lists the groups that the interface has joined, each an IPAddr. */
  multicastAddrs(): Result<Addr[]> {
    const read = readRows();
    if (read.err !== null) return Result.fail<Addr[]>(route(read.err!));
    const rows = read.value;
    const found: Addr[] = [];
    for (let i = 0; i < rows.length; i++) {
      if (rows[i].ifi.name != this.name) continue;
      const groups = rows[i].groups;
      for (let j = 0; j < groups.length; j++) found.push(groups[j]);
    }
    return Result.ok<Addr[]>(found);
  }
}

/** interfaces lists the network interfaces. */
export function interfaces(): Result<Interface[]> {
  const read = readRows();
  if (read.err !== null) return Result.fail<Interface[]>(route(read.err!));
  const rows = read.value;
  const found: Interface[] = [];
  for (let i = 0; i < rows.length; i++) found.push(rows[i].ifi);
  return Result.ok<Interface[]>(found);
}

/** interfaceByIndex is the interface of an index. */
export function interfaceByIndex(index: i32): Result<Interface> {
  return index > 0 ? one(index, "") : failed("invalid network interface index");
}

/** interfaceByName is the interface of a name. */
export function interfaceByName(name: string): Result<Interface> {
  return name.length > 0 ? one(0, name) : failed("invalid network interface name");
}

/** interfaceAddrs lists the addresses of all interfaces, each an IPNet, those of IPv4 first. */
export function interfaceAddrs(): Result<Addr[]> {
  return addrsOf(0);
}

function one(index: i32, name: string): Result<Interface> {
  const read = readRows();
  if (read.err !== null) return Result.fail<Interface>(route(read.err!));
  const rows = read.value;
  for (let i = 0; i < rows.length; i++) {
    const ifi = rows[i].ifi;
    if (index > 0 ? ifi.index == index : ifi.name == name) return Result.ok<Interface>(ifi);
  }
  return failed("no such network interface");
}

function failed(why: string): Result<Interface> {
  return Result.fail<Interface>(route(new ErrorString(why)));
}

/** addrsOf is the addresses of an interface, or for 0 of all, in the order that Linux tells them: those of IPv4 first. */
function addrsOf(index: i32): Result<Addr[]> {
  const read = readRows();
  if (read.err !== null) return Result.fail<Addr[]>(route(read.err!));
  const rows = read.value;
  const found: Addr[] = [];
  for (let version = 4; version <= 6; version += 2) {
    for (let i = 0; i < rows.length; i++) {
      if (index != 0 && rows[i].ifi.index != index) continue;
      const nets = rows[i].nets;
      for (let j = 0; j < nets.length; j++) {
        if (nets[j].ip.isIPv4 == (version == 4)) found.push(nets[j]);
      }
    }
  }
  return Result.ok<Addr[]>(found);
}

function route(err: NetError): NetError {
  return new OpError("route", "ip+net", null, null, err);
}
