// Buffers: reading them, and writing them to writers of both kinds.
import { check, equal } from "../shared/check";
import { OwnError } from "../shared/shape";
import { bytesOf, ending, reads } from "./call";
import { Buffers, eof, IOResult, NetError, pipe } from "wasi-net/assembly";
import { BuffersWriter, Copied, errUnexpectedEOF, readFull, Writer } from "wasi-net/assembly/io";

let written: string = "";
let room: i32 = 0;
const full: NetError = new OwnError("no room");

/** Sink takes a number of bytes, `room`, and fails with the next. */
class Sink implements Writer {
  private readonly result: IOResult = new IOResult();

  write(data: Uint8Array, start: i32 = 0, end: i32 = i32.MAX_VALUE): IOResult {
    const asked = min(end, data.length) - start;
    const n = min(asked, room);
    room -= n;
    written += "[" + String.UTF8.decodeUnsafe(data.dataStart + start, n) + "]";
    this.result.n = n;
    this.result.err = n < asked ? full : null;
    return this.result;
  }
}

/** Batch takes everything at once but the last two bytes. */
class Batch extends Sink implements BuffersWriter {
  writeBuffers(buffers: Buffers): Copied {
    let n: i64 = -2;
    for (let i = 0; i < buffers.list.length; i++) n += buffers.list[i].length;
    written += "at once";
    buffers.consume(n);
    return new Copied(n, full);
  }
}

function runs(texts: string[]): Buffers {
  const list: Uint8Array[] = [];
  for (let i = 0; i < texts.length; i++) list.push(bytesOf(texts[i]));
  written = "";
  return new Buffers(list);
}

/** left is what the buffers still hold: "ab|c". */
function left(buffers: Buffers): string {
  const texts: string[] = [];
  for (let i = 0; i < buffers.list.length; i++) {
    const run = buffers.list[i];
    texts.push(String.UTF8.decodeUnsafe(run.dataStart, run.length));
  }
  return texts.join("|");
}

/** take reads once: the text, and the error. */
function take(buffers: Buffers, size: i32): string {
  const buffer = new Uint8Array(size);
  const got = buffers.read(buffer);
  const text = String.UTF8.decodeUnsafe(buffer.dataStart, got.n);
  return got.err === eof ? text + " EOF" : text;
}

function end(copied: Copied): string {
  return ending(<i32>copied.n, copied.err);
}

export function buffers(): void {
  check("read takes from several runs, and ends with the last bytes", () => {
    const v = runs(["ab", "", "cdef", "g"]);
    equal(take(v, 0), "", "without room");
    equal(take(v, 3), "abc");
    equal(left(v), "def|g");
    equal(take(v, 3), "def");
    equal(take(v, 9), "g EOF");
    equal(take(v, 9), " EOF", "again");
  });

  check("read of nothing is the end at once", () => {
    equal(take(runs([]), 0), " EOF");
    equal(take(runs([]), 1), " EOF");
    equal(take(runs(["", ""]), 1), " EOF", "empty runs");
  });

  check("readFull reads to the very end", () => {
    const buffer = new Uint8Array(4);
    equal(readFull(runs(["ab", "cd"]), buffer).err, null);
    equal(readFull(runs(["ab", "c"]), buffer).err, errUnexpectedEOF);
  });

  check("writeTo writes run by run", () => {
    const v = runs(["ab", "", "c"]);
    room = 9;
    equal(end(v.writeTo(new Sink())), "3");
    equal(written, "[ab][][c]");
    equal(v.list.length, 0);
  });

  check("writeTo takes out what was written before an error", () => {
    const v = runs(["ab", "cdef", "g"]);
    room = 3;
    equal(end(v.writeTo(new Sink())), "3 no room");
    equal(written, "[ab][c]");
    equal(left(v), "def|g");
    room = 9;
    equal(end(v.writeTo(new Sink())), "4", "the rest");
  });

  check("writeTo writes at once where the writer can", () => {
    const v = runs(["ab", "cdef", "g"]);
    equal(end(v.writeTo(new Batch())), "5 no room");
    equal(written, "at once");
    equal(left(v), "f|g");
    const w = runs(["ab", "cd"]);
    equal(end(w.writeTo<Writer>(new Batch())), "2 no room", "behind an interface");
    equal(written, "at once");
  });

  check("writeTo a pipe", () => {
    const p = pipe();
    const first = reads(p.server, 9);
    const second = reads(p.server, 9);
    equal(end(runs(["abc", "de"]).writeTo(p.client)), "5");
    first.wait();
    second.wait();
    equal(first.text + "|" + second.text, "abc|de");
  });

  check("consume", () => {
    equal(consumed(["foo", "bar"], 3), "bar");
    equal(consumed(["foo", "bar"], 2), "o|bar");
    equal(consumed(["foo", "bar"], 4), "ar");
    equal(consumed(["foo", "bar", "baz"], 6), "baz");
    equal(consumed(["foo", "bar"], 6), "");
    equal(consumed(["foo", "", "", "bar"], 3), "bar");
    equal(consumed(["", "foo"], 0), "foo");
  });
}

function consumed(texts: string[], n: i64): string {
  const v = runs(texts);
  v.consume(n);
  return left(v);
}
