/**
 * The guest that answers vectors. It reads lines from standard input, each a function's name and its
 * arguments with tabs between, and writes a line of JSON for each at once: where it dies, the answers
 * before are known. A line that no function is for has the answer "{}". The function "tables" adds
 * the texts of /etc/services and /etc/protocols. At the end of its input it waits for more: its host
 * drives it.
 */
import { print } from "wasi-net/assembly/os";
import { useProtocols, useServices } from "wasi-net/assembly/port_unix";
import { quote } from "wasi-net/assembly/strconv";
import { fd_read } from "wasi-net/assembly/sys/wasi_snapshot_preview1";
import { sleep } from "wasi-net/assembly/task";
import { millisecond } from "wasi-net/assembly/time";
import { decodeUTF8 } from "wasi-net/assembly/utf8";
import { ok } from "./answer";
import { Args, str } from "./json";
import { net } from "./net";
import { netip } from "./netip";
import { errno, sockets } from "./sockets";

/** {u32 address, u32 length}, u32 bytes read. */
const area = memory.data(12, 4);

export function main(): void {
  while (true) {
    const questions = input().split("\n");
    for (let i = 0; i < questions.length; i++) {
      const fields = questions[i].split("\t").map<string>((field) => unescaped(field));
      const found = dispatch(fields.shift(), new Args(fields));
      print(found === null ? "{}" : found);
    }
    sleep(millisecond);
  }
}

/** input is all of standard input. */
function input(): string {
  let room: usize = 1 << 16;
  let filled: usize = 0;
  let bytes = heap.alloc(room);
  while (true) {
    store<usize>(area, bytes + filled);
    store<usize>(area, room - filled, 4);
    assert(fd_read(0, area, 1, area + 8) == 0, "standard input cannot be read");
    const got = <usize>load<u32>(area, 8);
    if (got == 0) break;
    filled += got;
    if (filled < room) continue;
    room <<= 1;
    bytes = heap.realloc(bytes, room);
  }
  const text = decodeUTF8(bytes, <i32>filled);
  heap.free(bytes);
  return text;
}

function dispatch(fn: string, args: Args): string | null {
  if (fn.startsWith("netip.")) return netip(fn.substring(6), args);
  if (fn.startsWith("net.")) {
    const found = net(fn.substring(4), args);
    return found !== null ? found : sockets(fn.substring(4), args);
  }
  if (fn == "syscall.Errno") return errno(args);
  if (fn == "tables") {
    useServices(args.text(0));
    useProtocols(args.text(1));
    return ok("null");
  }
  return fn == "strconv.Quote" ? ok(str(quote(args.text(0)))) : null;
}

/** unescaped undoes the host's "\t", "\n" and "\\". */
function unescaped(field: string): string {
  if (!field.includes("\\")) return field;
  const parts: string[] = [];
  let plain = 0;
  for (let i = field.indexOf("\\"); i >= 0; i = field.indexOf("\\", plain)) {
    const letter = field.charAt(i + 1);
    parts.push(field.substring(plain, i));
    parts.push(letter == "t" ? "\t" : letter == "n" ? "\n" : "\\");
    plain = i + 2;
  }
  parts.push(field.substring(plain));
  return parts.join("");
}
