/**
 * The process: arguments, environment, output, exit. And the errors of Go's package os that sockets meet.
 */
import { NetError } from "./errors";
import { Errno } from "./sys/errno";
import { writeError } from "./sys/panic";
import {
  args_get,
  args_sizes_get,
  environ_get,
  environ_sizes_get,
  fd_close,
  fd_write,
  proc_exit,
} from "./sys/wasi_snapshot_preview1";

/** SyscallError is an error of the host and the call that met it. */
export class SyscallError extends NetError {
  constructor(
    readonly syscall: string,
    readonly err: NetError,
  ) {
    super();
  }

  error(): string {
    return this.syscall + ": " + this.err.error();
  }

  timeout(): bool {
    return this.err.timeout();
  }

  unwrap(): NetError | null {
    return this.err;
  }
}

class DeadlineExceededError extends NetError {
  error(): string {
    return "i/o timeout";
  }

  timeout(): bool {
    return true;
  }

  temporary(): bool {
    return true;
  }
}

/** errDeadlineExceeded is the error of a read or write whose deadline is over. It is not a context's `deadlineExceeded`. */
export const errDeadlineExceeded: NetError = new DeadlineExceededError();

/** {u32 address, u32 length}, u32 result. Or the two sizes of a list. */
const area = memory.data(16, 4);

/** args is the program's name and its arguments. */
export function args(): string[] {
  if (args_sizes_get(area, area + 4) != 0) return [];
  const list = heap.alloc(listSize());
  const texts = args_get(list, textsAfter(list)) == 0 ? take(list) : [];
  heap.free(list);
  return texts;
}

/** File is an open socket as something to hand on: one that the host has opened for this program, or a copy of a connection's. */
export class File {
  private fd: i32;

  constructor(
    fd: i32,
    private readonly text: string,
  ) {
    this.fd = fd;
  }

  /** sysfd is the host's number, −1 after `close`. */
  get sysfd(): i32 {
    return this.fd;
  }

  /** name is what the file was named when it was made. */
  name(): string {
    return this.text;
  }

  /** close gives the socket back. */
  close(): NetError | null {
    const fd = this.release();
    if (fd < 0) return new FileClosedError(this.text);
    const code = -fd_close(fd);
    return code == 0 ? null : new SyscallError("close", new Errno(-code));
  }

  /** release hands the socket over to the caller, as if it were closed here. */
  release(): i32 {
    const fd = this.fd;
    this.fd = -1;
    return fd;
  }
}

/** FileClosedError is the error of closing a file twice. */
class FileClosedError extends NetError {
  constructor(private readonly name: string) {
    super();
  }

  error(): string {
    return "close " + this.name + ": file already closed";
  }
}

/** newFile is the file of a number that the host has given to this program, such as those in the variable WASI_NET_FDS. */
export function newFile(fd: i32, name: string): File {
  return new File(fd, name);
}

/** environ is the environment, each variable as NAME=VALUE. */
export function environ(): string[] {
  if (environ_sizes_get(area, area + 4) != 0) return [];
  const list = heap.alloc(listSize());
  const texts = environ_get(list, textsAfter(list)) == 0 ? take(list) : [];
  heap.free(list);
  return texts;
}

/** getenv is the value of a variable, "" if there is none. */
export function getenv(name: string): string {
  const all = environ();
  for (let i = 0; i < all.length; i++) {
    const one = all[i];
    if (one.startsWith(name) && one.charCodeAt(name.length) == 0x3d) {
      return one.substring(name.length + 1);
    }
  }
  return "";
}

/** exit ends the program at once. */
export function exit(code: i32): void {
  proc_exit(code);
}

/** print writes a line to standard output. */
export function print(line: string): void {
  const bytes = String.UTF8.encode(line + "\n");
  let at = changetype<usize>(bytes);
  let left = bytes.byteLength;
  while (left > 0) {
    store<usize>(area, at);
    store<i32>(area, left, 4);
    if (fd_write(1, area, 1, area + 8) != 0) return;
    const written = load<i32>(area, 8);
    at += written;
    left -= written;
  }
}

/** printError writes a line to standard error. */
export function printError(line: string): void {
  writeError(line + "\n");
}

// A list of texts in memory: the address of each, and behind them the texts, each ended by a NUL.

function listSize(): usize {
  return ((<usize>load<u32>(area)) << 2) + <usize>load<u32>(area, 4);
}

function textsAfter(list: usize): usize {
  return list + ((<usize>load<u32>(area)) << 2);
}

function take(list: usize): string[] {
  const count = load<i32>(area);
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    const text = load<usize>(list + ((<usize>i) << 2));
    let end = text;
    while (load<u8>(end) != 0) end++;
    texts.push(String.UTF8.decodeUnsafe(text, end - text));
  }
  return texts;
}
