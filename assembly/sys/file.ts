/**
 * Reading the files of the machine that the port needs, through WASI: relative to the directories that the host has opened.
 */
import {
  fd_close,
  fd_prestat_dir_name,
  fd_prestat_get,
  fd_read,
  path_open,
} from "./wasi_snapshot_preview1";

/** The first number that a pre-opened directory can have. */
const FIRST: i32 = 3;
/** Right to read a file, and nothing else. */
const RIGHT_READ: u64 = 1 << 1;
const FOLLOW_LINKS: i32 = 1;
/** Room for a directory's name, a path, or the first piece of a file. A file that is larger gets twice the room, and so on. */
const PIECE: usize = 4096;

//   0 {u8 tag, u32 length} or {u32 address, u32 length}   8 u32 result
const area = memory.data(16, 4);

/** readFile is the text of a file, by its absolute path of at most 1,000 characters, or null where it cannot be read. */
export function readFile(path: string): string | null {
  const room = heap.alloc(PIECE);
  let text: string | null = null;
  for (let dir = FIRST; text === null && fd_prestat_get(dir, area) == 0; dir++) {
    const fd = openIn(dir, path, room);
    if (fd < 0) continue;
    text = readAll(fd);
    fd_close(fd);
  }
  heap.free(room);
  return text;
}

/** openIn opens a file if it is in a directory: its fd, or −1. */
function openIn(dir: i32, path: string, room: usize): i32 {
  const length = load<u32>(area, 4);
  if (load<u8>(area) != 0 || <usize>length > PIECE) return -1;
  if (fd_prestat_dir_name(dir, room, length) != 0) return -1;
  const name = String.UTF8.decodeUnsafe(room, length);
  let start = name.length;
  if (!path.startsWith(name)) return -1;
  if (!name.endsWith("/")) {
    if (path.charCodeAt(start) != 0x2f) return -1;
    start++;
  }
  const rest = changetype<usize>(path) + ((<usize>start) << 1);
  const size = <i32>String.UTF8.encodeUnsafe(rest, path.length - start, room);
  const errno = path_open(dir, FOLLOW_LINKS, room, size, 0, RIGHT_READ, 0, 0, area + 8);
  return errno == 0 ? load<i32>(area, 8) : -1;
}

function readAll(fd: i32): string | null {
  let room = PIECE;
  let bytes = heap.alloc(room);
  let filled: usize = 0;
  let text: string | null = null;
  while (true) {
    store<usize>(area, bytes + filled);
    store<usize>(area, room - filled, 4);
    if (fd_read(fd, area, 1, area + 8) != 0) break;
    const got = load<u32>(area, 8);
    if (got == 0) {
      text = String.UTF8.decodeUnsafe(bytes, filled);
      break;
    }
    filled += got;
    if (filled < room) continue;
    const larger = heap.alloc(room << 1);
    memory.copy(larger, bytes, filled);
    heap.free(bytes);
    bytes = larger;
    room <<= 1;
  }
  heap.free(bytes);
  return text;
}
