import { Endpoint, UNIX } from "../endpoint.ts";
import { EACCES, EAGAIN, EBADF, EDESTADDRREQ, EFAULT, EINVAL, ENOBUFS, SUCCESS } from "../errno.ts";
import { DATAGRAM, familyOf, RAW, UNIX_SOCKET } from "../fdtable.ts";
import { Recent } from "../recent.ts";
import { Control, READABLE, WRITABLE } from "../system.ts";
import { checkRoom, readFor, writeEndpoint } from "./address.ts";
import { bind, lacksPort } from "./bind.ts";
import { incoming, markSent, outgoing } from "./cmsg.ts";
import { type Context, notSocket } from "./context.ts";
import { Destination } from "./destination.ts";
import { Permission } from "./permission.ts";
import { crowded, notReady, RETRY } from "./ready.ts";
import { CONTROL_TRUNCATED, KNOWN_RIFLAGS, roflagsOf } from "./transfer.ts";

/**
 * Messages are received with their source, and sent to a destination that each call names; control
 * data goes with them where the call has a place {u32 buf, u32 len} for it. Every pointer is checked
 * before anything is received: what has come is never lost to a bad one.
 */
export class Messages {
  readonly #context: Context;
  readonly #permission: Permission;
  readonly #destination: Destination;
  readonly #recent = new Recent();
  readonly #endpoint = new Endpoint();
  readonly #wildcard = new Endpoint();
  #control: Control | undefined;

  constructor(context: Context) {
    this.#context = context;
    this.#permission = new Permission(context);
    this.#destination = new Destination(context.system);
  }

  /** receive answers an errno. */
  receive(
    fd: number,
    iovecs: number,
    count: number,
    address: number,
    control: number | undefined,
    flags: number,
    port: number,
    size: number,
    roflags: number,
  ): number {
    const context = this.#context;
    const { system, memory, fds } = context;
    const endpoint = this.#endpoint;
    const unfit = this.#begin(fd, size);
    if (unfit !== 0) return unfit;
    if (!memory.fits(roflags, 2)) return EFAULT;
    const room = checkRoom(memory, address, port);
    if (room !== 0) return room;
    if (control !== undefined && !this.#hasRoom(control)) return EFAULT;
    if (flags & ~KNOWN_RIFLAGS) return EINVAL;
    const bad = this.#gather(fd, iovecs, count);
    if (bad !== 0) return bad;
    // What is received may be written over the parameters, so they are read before.
    const buf = memory.u32(address);
    const data = control === undefined ? 0 : memory.u32(control);
    const most = control === undefined ? 0 : Math.min(memory.u32(control + 4), Control.LIMIT);
    const carried = control === undefined ? undefined : this.#carried;
    let n: number;
    for (;;) {
      const handle = fds.handle(fd); // each time: a drain may have closed it while it waited
      if (handle < 0) return EBADF;
      if (carried === undefined) n = system.recvFrom(handle, memory.vector, flags, endpoint);
      else {
        carried.length = most;
        n = system.recvMessage(handle, memory.vector, flags, endpoint, carried);
      }
      if (n !== -EAGAIN) break;
      const errno = notReady(context, fd, handle, READABLE);
      if (errno !== RETRY) return errno;
    }
    if (n < 0) return -n;
    const kind = fds.flags(fd);
    let missing = roflagsOf(context, fd);
    // A unix socket without a name leaves none; a stream's data has no source.
    if (endpoint.family === 0) endpoint.any(kind & UNIX_SOCKET ? UNIX : 0);
    writeEndpoint(memory, buf, port, endpoint);
    if (control !== undefined && carried !== undefined) {
      incoming(context, carried, most);
      memory.bytes.set(carried.bytes.subarray(0, carried.length), data);
      memory.setU32(control + 4, carried.length);
      if (carried.truncated) missing |= CONTROL_TRUNCATED;
    }
    memory.setU32(size, n);
    memory.view.setUint16(roflags >>> 0, missing, true);
    return SUCCESS;
  }

  /** send answers an errno. Only with control data a message may be without an address, for the peer. */
  send(
    fd: number,
    ciovecs: number,
    count: number,
    address: number | undefined,
    control: number | undefined,
    port: number,
    flags: number,
    size: number,
  ): number {
    const context = this.#context;
    const { system, memory, fds } = context;
    const endpoint = this.#endpoint;
    const unfit = this.#begin(fd, size);
    if (unfit !== 0) return unfit;
    const errno = address === undefined ? 0 : readFor(context, fd, address, port, endpoint);
    if (errno !== 0) return errno;
    if (flags !== 0) return EINVAL;
    const bad = this.#gather(fd, ciovecs, count);
    if (bad !== 0) return bad;
    const carried = control === undefined ? undefined : this.#carried;
    const sent: number[] = [];
    if (control !== undefined && carried !== undefined) {
      const errno = this.#read(control, carried) || outgoing(context, carried, sent);
      if (errno !== 0) return errno;
    }
    if (address === undefined && lacksPort(context, fd)) return EDESTADDRREQ;
    if (address !== undefined) {
      this.#destination.resolve(fds.handle(fd), endpoint);
      if (!this.#permits(fd, endpoint)) return EACCES;
      const settled = this.#settle(fd);
      if (settled !== 0) return settled;
    }
    const to = address === undefined ? undefined : endpoint;
    const mayCrowd = to?.family === UNIX && (fds.flags(fd) & DATAGRAM) !== 0;
    let since = -1;
    let n: number;
    for (;;) {
      const handle = fds.handle(fd);
      // So may what goes with it, whose handle is in carried.
      if (handle < 0 || sent.some((fd) => fds.handle(fd) < 0)) return EBADF;
      if (carried !== undefined) n = system.sendMessage(handle, memory.vector, to, carried);
      else n = system.sendTo(handle, memory.vector, endpoint);
      if (n !== -EAGAIN) break;
      if (since < 0) since = performance.now();
      const errno = mayCrowd
        ? crowded(context, fd, handle, since)
        : notReady(context, fd, handle, WRITABLE);
      if (errno !== RETRY) return errno;
    }
    if (n < 0) return -n;
    markSent(context, sent);
    memory.setU32(size, n);
    return SUCCESS;
  }

  /** begin checks what comes first in every call: the fd, and where its answer goes. It answers 0 or an errno. */
  #begin(fd: number, size: number): number {
    const { memory, fds } = this.#context;
    memory.refresh();
    if (!fds.has(fd)) return notSocket(this.#context, fd);
    return memory.fits(size, 4) ? SUCCESS : EFAULT;
  }

  /** gather checks a call's pieces, if the socket is open still. It answers 0 or an errno. */
  #gather(fd: number, iovecs: number, count: number): number {
    const { memory, fds } = this.#context;
    return fds.handle(fd) < 0 ? EBADF : memory.gather(iovecs, count);
  }

  /** carried is the place for control data, which few guests ever need. */
  get #carried(): Control {
    this.#control ??= new Control();
    return this.#control;
  }

  #hasRoom(control: number): boolean {
    const { memory } = this.#context;
    return memory.fits(control, 8) && memory.fits(memory.u32(control), memory.u32(control + 4));
  }

  /** read copies the control data that a guest sends. It answers 0 or an errno. */
  #read(control: number, into: Control): number {
    const { memory } = this.#context;
    if (!this.#hasRoom(control)) return EFAULT;
    const data = memory.u32(control);
    const length = memory.u32(control + 4);
    if (length > Control.LIMIT) return ENOBUFS;
    into.bytes.set(memory.bytes.subarray(data, data + length));
    into.length = length;
    return SUCCESS;
  }

  /** permits judges a destination. A path is judged each time: what it leads to can change. */
  #permits(fd: number, destination: Endpoint): boolean {
    const { fds } = this.#context;
    const permission = this.#permission;
    if (fds.flags(fd) & (UNIX_SOCKET | RAW)) return permission.permits(fd, "dial", destination);
    if (this.#recent.has(destination)) return true;
    if (!permission.permits(fd, "dial", destination)) return false;
    this.#recent.add(destination);
    return true;
  }

  /**
   * settle gives a datagram socket its port before the kernel would: from the first datagram on it
   * could be sent to by anyone, so the policy is asked as in sock_bind. Answers 0 or an errno.
   */
  #settle(fd: number): number {
    if (!lacksPort(this.#context, fd)) return SUCCESS;
    const wildcard = this.#wildcard.any(familyOf(this.#context.fds.flags(fd)));
    return bind(this.#context, this.#permission, fd, wildcard);
  }
}
