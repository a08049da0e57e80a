/**
 * Groups: the options by which a UDP socket takes part in one.
 *
 *   IPv4, 12 bytes: u8[4] group   u8[4] interface's address   i32 interface's number
 *   IPv6, 20 bytes: u8[16] group   u32 interface's number
 */
import { NetError } from "./errors";
import { wrapSyscallError } from "./fd";
import { Interface } from "./interface";
import { IP } from "./ip";
import { FD } from "./poll/fd";
import { Level, Option } from "./sys/socket";

/** joinGroup takes part in a group on an interface, null for the system's choice, and does not send to itself. */
export function joinGroup(fd: FD, ifi: Interface | null, group: IP): NetError | null {
  const at = group.ipv4Start;
  const index = ifi !== null ? ifi.index : 0;
  if (at < 0) return join6(fd, index, group);
  const membership = new StaticArray<u8>(12);
  store<i32>(changetype<usize>(membership), index, 8);
  let err: NetError | null = null;
  if (ifi !== null) {
    err = setBytes(fd, Level.ipv4, Option.ipv4MulticastInterface, membership);
  }
  if (err === null) err = setInt(fd, Level.ipv4, Option.ipv4MulticastLoop, 0);
  if (err !== null) return err;
  store<u32>(changetype<usize>(membership), load<u32>(changetype<usize>(group.bytes) + at));
  return setBytes(fd, Level.ipv4, Option.ipv4AddMembership, membership);
}

function join6(fd: FD, index: i32, group: IP): NetError | null {
  let err: NetError | null = null;
  if (index != 0) err = setInt(fd, Level.ipv6, Option.ipv6MulticastInterface, index);
  if (err === null) err = setInt(fd, Level.ipv6, Option.ipv6MulticastLoop, 0);
  if (err !== null) return err;
  const membership = new StaticArray<u8>(20);
  const bytes = changetype<usize>(membership);
  memory.copy(bytes, changetype<usize>(group.bytes), 16);
  store<i32>(bytes, index, 16);
  return setBytes(fd, Level.ipv6, Option.ipv6AddMembership, membership);
}

function setInt(fd: FD, level: i32, name: i32, value: i32): NetError | null {
  return wrapSyscallError("setsockopt", fd.setOption(level, name, value));
}

function setBytes(fd: FD, level: i32, name: i32, value: StaticArray<u8>): NetError | null {
  return wrapSyscallError("setsockopt", fd.setBytes(level, name, value));
}
