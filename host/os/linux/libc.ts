/**
 * The functions of libc that the host calls. Integers only: pointers are addresses as Numbers,
 * which koffi passes several times faster than BigInts or typed arrays, and ssize_t results are
 * taken as int, because no call moves more than 2 GiB.
 */
import koffi from "koffi";

/** The process's own symbols, so that it is the libc Node runs on: glibc or musl. */
const self = koffi.load(null);

type Call = (...args: readonly number[]) => number;

function declare(name: string, ...parameters: readonly string[]): Call {
  return self.func(name, "int", [...parameters]) as Call;
}

const ADDRESS = "uintptr_t";

/** fcntl's third parameter has no type of its own, which some machines pass in another way. */
function declareFcntl(): Call {
  const call = self.func("fcntl", "int", ["int", "int", "..."]);
  return (handle, command, value) => call(handle, command, "int", value) as number;
}

export const socket: Call = declare("socket", "int", "int", "int");
export const bind: Call = declare("bind", "int", ADDRESS, "uint");
export const listen: Call = declare("listen", "int", "int");
export const accept4: Call = declare("accept4", "int", ADDRESS, ADDRESS, "int");
export const connect: Call = declare("connect", "int", ADDRESS, "uint");
export const recv: Call = declare("recv", "int", ADDRESS, "size_t", "int");
export const send: Call = declare("send", "int", ADDRESS, "size_t", "int");
export const recvmsg: Call = declare("recvmsg", "int", ADDRESS, "int");
export const sendmsg: Call = declare("sendmsg", "int", ADDRESS, "int");
export const shutdown: Call = declare("shutdown", "int", "int");
export const close: Call = declare("close", "int");
export const getsockopt: Call = declare("getsockopt", "int", "int", "int", ADDRESS, ADDRESS);
export const setsockopt: Call = declare("setsockopt", "int", "int", "int", ADDRESS, "uint");
export const getsockname: Call = declare("getsockname", "int", ADDRESS, ADDRESS);
export const getpeername: Call = declare("getpeername", "int", ADDRESS, ADDRESS);
export const fcntl: Call = declareFcntl();
export const getrlimit: Call = declare("getrlimit", "int", ADDRESS);
export const epoll_create1: Call = declare("epoll_create1", "int");
export const epoll_ctl: Call = declare("epoll_ctl", "int", "int", "int", ADDRESS);
export const epoll_wait: Call = declare("epoll_wait", "int", ADDRESS, "int", "int");
export const eventfd: Call = declare("eventfd", "uint", "int");
export const poll: Call = declare("poll", ADDRESS, "ulong", "int");
export const read: Call = declare("read", "int", ADDRESS, "size_t");

/** errno is the error number of the last failed call on this thread. */
export const errno: () => number = koffi.errno;

/** locate answers the address of a buffer's first byte. */
export function locate(buffer: ArrayBufferLike): number {
  return Number(koffi.address(buffer));
}

/** Block is memory for structs that the kernel reads and writes. Its address never changes. */
export class Block {
  readonly address: number;
  readonly view: DataView;
  readonly bytes: Uint8Array;

  constructor(size: number) {
    // An ArrayBuffer's memory lies outside V8's heap, unlike that of a small typed array, which the
    // collector may move.
    const buffer = new ArrayBuffer(size);
    this.address = locate(buffer);
    this.view = new DataView(buffer);
    this.bytes = new Uint8Array(buffer);
  }

  /** setAddress stores a pointer. */
  setAddress(offset: number, address: number): void {
    this.view.setUint32(offset, address % 0x1_0000_0000, true);
    this.view.setUint32(offset + 4, address / 0x1_0000_0000, true);
  }
}
