/**
 * Several pieces that a socket writes as one.
 */
import { Copied, errUnexpectedEOF } from "../io";
import { E, Errno } from "../sys/errno";
import * as sys from "../sys/socket";
import { Mode, PollError } from "../task/netpoll";
import { tookTurn } from "../task/scheduler";
import { errNetClosing, errorOf, FD, MAX_STREAM } from "./fd";

/** The most pieces that one call writes, as in Go. */
const VECTOR_LIMIT: i32 = 1024;

/** writeVector writes pieces one behind the other, as one write; n of the answer tells how many bytes before an error. */
export function writeVector(fd: FD, pieces: Uint8Array[]): Copied {
  if (!fd.mutex.rwlock(false)) return new Copied(0, errNetClosing);
  const list = heap.alloc(min<usize>(pieces.length, VECTOR_LIMIT) << 3);
  const written = vectorLoop(fd, pieces, list);
  heap.free(list);
  fd.writeUnlock();
  return written;
}

function vectorLoop(fd: FD, pieces: Uint8Array[], list: usize): Copied {
  const pd = fd.pd;
  let total: i64 = 0;
  let first = 0;
  let offset = 0;
  let code = pd.check(Mode.write);
  while (code == PollError.none) {
    while (first < pieces.length && offset == pieces[first].length) {
      first++;
      offset = 0;
    }
    if (first == pieces.length) return new Copied(total, null);
    const put = sys.sendVector(fd.sysfd, list, gather(pieces, first, offset, list));
    if (put >= 0) {
      if (put == 0) return new Copied(total, errUnexpectedEOF);
      total += put;
      let left = put;
      while (left > 0) {
        const taken = min(left, pieces[first].length - offset);
        offset += taken;
        left -= taken;
        if (left > 0) {
          first++;
          offset = 0;
        }
      }
      tookTurn();
      code = pd.check(Mode.write);
      continue;
    }
    if (put == -E.INTR) continue;
    if (put != -E.AGAIN) return new Copied(total, new Errno(-put));
    code = pd.wait(Mode.write);
  }
  return new Copied(total, errorOf(code));
}

/** gather writes {u32 address, u32 size} of the pieces from one on, without its first bytes, and answers how many. */
function gather(pieces: Uint8Array[], first: i32, offset: i32, list: usize): i32 {
  let count = 0;
  let room = MAX_STREAM;
  for (let i = first; i < pieces.length && count < VECTOR_LIMIT && room > 0; i++) {
    const skip = i == first ? offset : 0;
    const size = min(pieces[i].length - skip, room);
    if (size == 0) continue;
    const at = list + ((<usize>count) << 3);
    store<usize>(at, pieces[i].dataStart + skip);
    store<i32>(at, size, 4);
    room -= size;
    count++;
  }
  return count;
}
