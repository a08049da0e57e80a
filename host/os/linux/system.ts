import type { Endpoint } from "../../endpoint.ts";
import { EAFNOSUPPORT, EINVAL, ENOPROTOOPT } from "../../errno.ts";
import type { Interface } from "../../interfaces.ts";
import {
  Control,
  PEEK,
  type Poller,
  type PollSet,
  type System,
  Vector,
  WAITALL,
} from "../../system.ts";
import { fromLinux } from "./errno.ts";
import { Holders } from "./holders.ts";
import { readInterfaces } from "./interfaces.ts";
import * as libc from "./libc.ts";
import { EpollPoller, LinuxPollSet } from "./poller.ts";
import { decode, encode, familyFromLinux, familyToLinux, SOCKADDR_SIZE } from "./sockaddr.ts";
import { findOption, hasLevel } from "./sockopt.ts";

const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const MSG_PEEK = 0x2;
const MSG_TRUNC = 0x20;
const MSG_WAITALL = 0x100;
const MSG_NOSIGNAL = 0x4000;
const MSG_CTRUNC = 0x8;
const MSG_CMSG_CLOEXEC = 0x40000000;
const F_GETFL = 3;
const F_SETFL = 4;
const F_DUPFD_CLOEXEC = 1030;
const RLIMIT_NOFILE = 7;
const AF_UNSPEC = 0;
const SOL_SOCKET = 1;
const SO_TYPE = 3;
const SO_LINGER = 13;
/** The most bytes that Linux moves in one call. */
const MOST = 0x7ffff000;

/**
 * Linux's types by the ABI's: 1 datagram, 2 stream, 3 raw, 5 packets in sequence. The other way
 * round it is the same list.
 */
const TYPES: readonly number[] = [-1, 2, 1, 3, -1, 5];

/*
 * struct msghdr, 56 bytes           struct iovec, 16 bytes
 *    0  name, 8  u32 its size          0  base
 *   16  iovecs, 24 their number        8  length
 *   32  control, 40 its size
 *   48  i32 flags, out
 */
const MSGHDR_SIZE = 56;

/**
 * LinuxSystem calls libc. It keeps the structs that the kernel reads and writes, so that no call
 * allocates.
 */
export class LinuxSystem implements System {
  readonly #name = new libc.Block(SOCKADDR_SIZE);
  readonly #size = new libc.Block(8);
  readonly #value = new libc.Block(128);
  /** message is without a name, letter has one: it is in name. */
  readonly #message = new libc.Block(MSGHDR_SIZE);
  readonly #letter = new libc.Block(MSGHDR_SIZE);
  /** parcel has control data, and may have a name. */
  readonly #parcel = new libc.Block(MSGHDR_SIZE);
  readonly #control = new libc.Block(Control.LIMIT);
  readonly #iovecs = new libc.Block(Vector.LIMIT * 16);
  truncated = false;
  controlTruncated = false;
  /**
   * Whether a socket may linger: a guest has made one, or somebody else has some of the same sockets
   * and can. Who accepts inherits it, so close asks the socket and no table of ours.
   */
  #lingers = false;
  /** Handles that are not, or were not, the only ones of their sockets. */
  readonly #shared = new Set<number>();

  locate(buffer: ArrayBufferLike): number {
    return libc.locate(buffer);
  }

  socket(family: number, type: number, protocol: number): number {
    const domain = familyToLinux(family);
    if (domain < 0) return -EAFNOSUPPORT;
    const kind = TYPES[type] ?? -1;
    if (kind < 0) return -EINVAL;
    return result(libc.socket(domain, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
  }

  bind(handle: number, local: Endpoint): number {
    const size = encode(this.#name, local);
    if (size < 0) return -EAFNOSUPPORT;
    return result(libc.bind(handle, this.#name.address, size));
  }

  listen(handle: number, backlog: number): number {
    return result(libc.listen(handle, backlog));
  }

  accept(handle: number, peer: Endpoint): number {
    const name = this.#name;
    this.#size.view.setUint32(0, SOCKADDR_SIZE, true);
    const flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
    const accepted = libc.accept4(handle, name.address, this.#size.address, flags);
    if (accepted < 0) return -fromLinux(libc.errno());
    decode(name, this.#size, peer);
    return accepted;
  }

  connect(handle: number, peer: Endpoint): number {
    const size = encode(this.#name, peer);
    if (size < 0) return -EAFNOSUPPORT;
    return result(libc.connect(handle, this.#name.address, size));
  }

  disconnect(handle: number): number {
    this.#name.view.setUint16(0, AF_UNSPEC, true);
    return result(libc.connect(handle, this.#name.address, SOCKADDR_SIZE));
  }

  recv(handle: number, address: number, length: number, flags: number): number {
    const most = Math.min(length, MOST);
    const n = libc.recv(handle, address, most, flags === 0 ? 0 : toLinux(flags));
    return n < 0 ? -fromLinux(libc.errno()) : n;
  }

  send(handle: number, address: number, length: number): number {
    const n = libc.send(handle, address, Math.min(length, MOST), MSG_NOSIGNAL);
    return n < 0 ? -fromLinux(libc.errno()) : n;
  }

  recvVector(handle: number, vector: Vector, flags: number): number {
    return this.#receive(handle, this.#prepare(this.#message, vector), flags);
  }

  sendVector(handle: number, vector: Vector): number {
    const { address } = this.#prepare(this.#message, vector);
    return result(libc.sendmsg(handle, address, MSG_NOSIGNAL));
  }

  recvFrom(handle: number, vector: Vector, flags: number, source: Endpoint): number {
    return this.#receiveFrom(handle, this.#prepare(this.#letter, vector), flags, source);
  }

  sendTo(handle: number, vector: Vector, destination: Endpoint): number {
    const size = encode(this.#name, destination);
    if (size < 0) return -EAFNOSUPPORT;
    const letter = this.#prepare(this.#letter, vector);
    this.#address(letter, size);
    return result(libc.sendmsg(handle, letter.address, MSG_NOSIGNAL));
  }

  recvMessage(
    handle: number,
    vector: Vector,
    flags: number,
    source: Endpoint,
    control: Control,
  ): number {
    const parcel = this.#prepare(this.#parcel, vector);
    this.#enclose(parcel, control.length);
    const n = this.#receiveFrom(handle, parcel, flags, source, MSG_CMSG_CLOEXEC);
    if (n < 0) return n;
    control.length = parcel.view.getUint32(40, true);
    control.bytes.set(this.#control.bytes.subarray(0, control.length));
    control.truncated = this.controlTruncated;
    return n;
  }

  sendMessage(
    handle: number,
    vector: Vector,
    destination: Endpoint | undefined,
    control: Control,
  ): number {
    const size = destination === undefined ? 0 : encode(this.#name, destination);
    if (size < 0) return -EAFNOSUPPORT;
    const parcel = this.#prepare(this.#parcel, vector);
    this.#address(parcel, size);
    this.#control.bytes.set(control.bytes.subarray(0, control.length));
    this.#enclose(parcel, control.length);
    this.#lingers = true; // by those who get sockets
    return result(libc.sendmsg(handle, parcel.address, MSG_NOSIGNAL));
  }

  shutdown(handle: number, how: number): number {
    return result(libc.shutdown(handle, how - 1));
  }

  duplicate(handle: number): number {
    const copy = result(libc.fcntl(handle, F_DUPFD_CLOEXEC, 0));
    if (copy >= 0) this.#shared.add(handle).add(copy);
    return copy;
  }

  adopt(handle: number): number {
    const taken = this.#take(handle);
    if (taken < 0) return taken;
    const copy = this.duplicate(handle);
    this.#shared.delete(handle); // who owns it closes it
    return copy;
  }

  claim(handle: number): number {
    const taken = this.#take(handle);
    if (taken >= 0) this.#shared.add(handle);
    return taken;
  }

  close(handle: number): number {
    const isShared = this.#shared.delete(handle);
    if (this.#lingers && this.#waits(handle) && !(isShared && !new Holders().isLast(handle))) {
      this.#hurry(handle);
    }
    return result(libc.close(handle));
  }

  release(handles: readonly number[]): void {
    const holders = new Holders();
    for (const handle of handles) {
      if (this.#waits(handle) && holders.isLast(handle)) this.#hurry(handle);
      holders.forget(handle);
      libc.close(handle);
    }
  }

  getsockopt(handle: number, level: number, name: number, value: Uint8Array): number {
    const option = findOption(level, name);
    if (option === undefined) return hasLevel(level) ? -ENOPROTOOPT : -EINVAL;
    const { view, bytes, address } = this.#value;
    this.#size.view.setUint32(0, option.size, true);
    if (libc.getsockopt(handle, option.level, option.name, address, this.#size.address) < 0) {
      return -fromLinux(libc.errno());
    }
    if (option.kind === "errno") view.setInt32(0, fromLinux(view.getInt32(0, true)), true);
    if (option.kind === "family") {
      view.setInt32(0, familyFromLinux(view.getInt32(0, true)), true);
    }
    if (option.kind === "type") view.setInt32(0, TYPES.indexOf(view.getInt32(0, true)), true);
    const size = Math.min(this.#size.view.getUint32(0, true), value.length);
    value.set(bytes.subarray(0, size));
    return size;
  }

  setsockopt(handle: number, level: number, name: number, value: Uint8Array): number {
    const option = findOption(level, name);
    if (option === undefined) return hasLevel(level) ? -ENOPROTOOPT : -EINVAL;
    if (value.length < option.size) return -EINVAL;
    this.#value.bytes.set(value.subarray(0, option.size));
    const { address } = this.#value;
    if (option.level === SOL_SOCKET && option.name === SO_LINGER) this.#lingers = true;
    return result(libc.setsockopt(handle, option.level, option.name, address, option.size));
  }

  getsockname(handle: number, local: Endpoint): number {
    return this.#nameOf(libc.getsockname, handle, local);
  }

  getpeername(handle: number, peer: Endpoint): number {
    return this.#nameOf(libc.getpeername, handle, peer);
  }

  handleLimit(): number {
    const { view, address } = this.#value;
    if (libc.getrlimit(RLIMIT_NOFILE, address) < 0) return 0;
    return view.getUint32(0, true) + view.getUint32(4, true) * 0x1_0000_0000;
  }

  interfaces(): readonly Interface[] | number {
    return readInterfaces();
  }

  poller(): Poller | number {
    return EpollPoller.open();
  }

  pollSet(): PollSet {
    return new LinuxPollSet();
  }

  /** take makes a handle that was opened elsewhere fit for use, if it is a socket's. */
  #take(handle: number): number {
    const { address } = this.#value;
    this.#size.view.setUint32(0, 4, true);
    if (libc.getsockopt(handle, SOL_SOCKET, SO_TYPE, address, this.#size.address) < 0) {
      return -fromLinux(libc.errno());
    }
    this.#lingers = true; // for all that is known of it
    const flags = libc.fcntl(handle, F_GETFL, 0);
    return flags < 0 ? result(flags) : result(libc.fcntl(handle, F_SETFL, flags | SOCK_NONBLOCK));
  }

  /** waits tells whether closing the last handle of a socket would wait until the rest is sent. */
  #waits(handle: number): boolean {
    const { view, address } = this.#value;
    this.#size.view.setUint32(0, 8, true);
    const got = libc.getsockopt(handle, SOL_SOCKET, SO_LINGER, address, this.#size.address);
    return got === 0 && view.getInt32(0, true) !== 0 && view.getInt32(4, true) !== 0;
  }

  /** hurry turns lingering off. */
  #hurry(handle: number): void {
    const { view, address } = this.#value;
    view.setInt32(0, 0, true);
    libc.setsockopt(handle, SOL_SOCKET, SO_LINGER, address, 8);
  }

  #nameOf(call: typeof libc.getsockname, handle: number, endpoint: Endpoint): number {
    this.#size.view.setUint32(0, SOCKADDR_SIZE, true);
    if (call(handle, this.#name.address, this.#size.address) < 0) return -fromLinux(libc.errno());
    decode(this.#name, this.#size, endpoint);
    return 0;
  }

  /** receiveFrom receives a message with room for a name; more are flags of Linux's own. */
  #receiveFrom(
    handle: number,
    message: libc.Block,
    flags: number,
    source: Endpoint,
    more = 0,
  ): number {
    this.#address(message, SOCKADDR_SIZE);
    this.#name.view.setUint16(0, 0, true); // where there is no source the kernel writes none
    const n = this.#receive(handle, message, flags, more);
    if (n >= 0) {
      this.#size.view.setUint32(0, message.view.getUint32(8, true), true);
      decode(this.#name, this.#size, source);
    }
    return n;
  }

  #receive(handle: number, message: libc.Block, flags: number, more = 0): number {
    const n = libc.recvmsg(handle, message.address, toLinux(flags) | more);
    const told = n < 0 ? 0 : message.view.getInt32(48, true);
    this.truncated = (told & MSG_TRUNC) !== 0;
    this.controlTruncated = (told & MSG_CTRUNC) !== 0;
    return n < 0 ? -fromLinux(libc.errno()) : n;
  }

  /** address makes a message bear a name of so many bytes; 0 for none. */
  #address(message: libc.Block, size: number): void {
    message.setAddress(0, size === 0 ? 0 : this.#name.address);
    message.view.setUint32(8, size, true);
  }

  /** enclose makes a message bear so many bytes of control data, or have room for them. */
  #enclose(message: libc.Block, size: number): void {
    message.setAddress(32, this.#control.address);
    message.setAddress(40, size);
  }

  /** prepare makes a message of recvmsg and sendmsg point at a vector. */
  #prepare(message: libc.Block, vector: Vector): libc.Block {
    const { count, addresses, lengths } = vector;
    for (let i = 0; i < count; i++) {
      this.#iovecs.setAddress(i * 16, addresses[i]!);
      this.#iovecs.setAddress(i * 16 + 8, lengths[i]!);
    }
    message.setAddress(16, this.#iovecs.address);
    message.setAddress(24, count);
    message.view.setInt32(48, 0, true);
    return message;
  }
}

function result(value: number): number {
  return value < 0 ? -fromLinux(libc.errno()) : value;
}

function toLinux(flags: number): number {
  return (flags & PEEK ? MSG_PEEK : 0) | (flags & WAITALL ? MSG_WAITALL : 0);
}
