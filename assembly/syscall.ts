/**
 * Go's package syscall, the part that control data needs; the errors are in errnos.ts. Control messages stand one behind the other, as
 * Linux lays them out on 64 bits, on every host.
 *
 *    0  u64 length, of these 16 bytes too
 *    8  i32 level   12 i32 type
 *   16  the value; the next message is at a multiple of 8
 */
import { NetError, Result } from "./errors";
import { E, Errno } from "./sys/errno";

const HEADER: i32 = 16;

export const SOL_SOCKET: i32 = 1;
export const SCM_RIGHTS: i32 = 1;

/** SocketControlMessage is one control message. Its data is a part of the bytes that it was found in. */
export class SocketControlMessage {
  constructor(
    readonly level: i32,
    readonly type: i32,
    readonly data: Uint8Array,
  ) {}
}

/** cmsgLen is the length of a control message with so many bytes of data. */
export function cmsgLen(datalen: i32): i32 {
  return HEADER + datalen;
}

/** cmsgSpace is the room that a control message with so many bytes of data takes. */
export function cmsgSpace(datalen: i32): i32 {
  return HEADER + aligned(datalen);
}

/** parseSocketControlMessage finds the control messages of what a readMsg has put into oob: its first oobn bytes. */
export function parseSocketControlMessage(b: Uint8Array): Result<SocketControlMessage[]> {
  const messages: SocketControlMessage[] = [];
  let at = 0;
  while (at + HEADER <= b.length) {
    const header = b.dataStart + at;
    const length = load<u64>(header);
    if (length < <u64>HEADER || length > <u64>(b.length - at)) {
      return Result.fail<SocketControlMessage[]>(<NetError>new Errno(E.INVAL));
    }
    const end = at + <i32>length;
    const data = b.subarray(at + HEADER, end);
    messages.push(new SocketControlMessage(load<i32>(header, 8), load<i32>(header, 12), data));
    at = aligned(end);
  }
  return Result.ok<SocketControlMessage[]>(messages);
}

/** unixRights is the control message that sends open sockets: the numbers of files or of connections, `File.sysfd`. */
export function unixRights(fds: i32[]): Uint8Array {
  const datalen = fds.length << 2;
  const bytes = new Uint8Array(cmsgSpace(datalen));
  const at = bytes.dataStart;
  store<u64>(at, cmsgLen(datalen));
  store<i32>(at, SOL_SOCKET, 8);
  store<i32>(at, SCM_RIGHTS, 12);
  for (let i = 0; i < fds.length; i++) store<i32>(at + HEADER + ((<usize>i) << 2), fds[i]);
  return bytes;
}

/** parseUnixRights are the numbers of the sockets that a control message has brought, for `newFile`. They are open until closed. */
export function parseUnixRights(m: SocketControlMessage): Result<i32[]> {
  if (m.level != SOL_SOCKET || m.type != SCM_RIGHTS) {
    return Result.fail<i32[]>(<NetError>new Errno(E.INVAL));
  }
  const fds: i32[] = [];
  for (let i = 0; i + 4 <= m.data.length; i += 4) fds.push(load<i32>(m.data.dataStart + i));
  return Result.ok<i32[]>(fds);
}

function aligned(size: i32): i32 {
  return (size + 7) & ~7;
}
