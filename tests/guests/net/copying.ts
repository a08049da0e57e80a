import {
  Buffers,
  Conn,
  dial,
  eof,
  IOResult,
  listen,
  NetError,
  pipe,
  TCPConn,
} from "wasi-net/assembly";
import {
  Copied,
  copy,
  copyBuffer,
  copyN,
  LimitedReader,
  limitReader,
  Reader,
  ReaderFrom,
  Writer,
  WriterTo,
} from "wasi-net/assembly/io";
import { OwnError } from "../shared/shape";
import { bytes, check, inFolder, local, Op, startWrite, T, textOf, write } from "./check";

/** copying: who of a copy's two ends does it, what its errors are, and what a limit counts. */
export function copying(): void {
  check("copy: errors", (t: T) => {
    const networks = ["tcp", "unix", "unixpacket", "pipe"];
    for (let i = 0; i < networks.length; i++) {
      fails(t, networks[i], "tcp");
      if (i > 0) fails(t, "tcp", networks[i]);
    }
    fails(t, "unix", "unix");
  });

  check("copy: no more than so many", (t: T) => {
    limited(t, "tcp", "tcp");
    limited(t, "unix", "tcp");
    limited(t, "unixpacket", "tcp");
    limited(t, "tcp", "unix");
    for (let n: i64 = -1; n < 19; n += 5) {
      const line = new Line("tcp", "tcp", "n" + n.toString());
      t.log(ending(copyN<Conn, Conn>(line.to, line.from, n)));
      line.close();
    }
  });

  check("copy: own readers and writers", (t: T) => {
    own(t);
    refusing(t);
    sizes(t);
  });

  check("copy: own ways, and connections", connected);
}

/** Line is a connection to copy from, where ten bytes are waiting and the end, and one to copy to. */
class Line {
  readonly source: Conn;
  readonly from: Conn;
  readonly to: Conn;
  readonly sink: Conn;
  private writing: Op | null = null;

  constructor(from: string, to: string, name: string) {
    const up = ends(from, inFolder("copying-" + from + "-" + to + "-" + name));
    const down = ends(to, inFolder("copying-" + from + "-" + to + "-" + name + "-to"));
    this.source = up[0];
    this.from = up[1];
    this.to = down[0];
    this.sink = down[1];
    if (from == "pipe") {
      this.writing = startWrite(this.source, bytes("abcdefghij"));
    } else {
      write(this.source, "abcdefghij");
      this.source.close();
    }
  }

  /** call gives those addresses names that are others in each run. */
  call(t: T): void {
    if (this.from instanceof TCPConn) t.callBoth(this.from, "A", "B");
    if (this.to instanceof TCPConn) t.callBoth(this.to, "C", "D");
  }

  close(): void {
    this.from.close();
    this.to.close();
    this.sink.close();
    const writing = this.writing;
    if (writing !== null) writing.wait();
  }
}

function ends(network: string, path: string): Conn[] {
  if (network == "pipe") {
    const both = pipe();
    return [both.client, both.server];
  }
  const ln = network == "tcp" ? local() : listen(network, path).unwrap();
  const dialled = dial(network, ln.addr().toString()).unwrap();
  const accepted = ln.accept().unwrap();
  ln.close();
  return [dialled, accepted];
}

const PAST = 1;
const WRONG: string[] = ["its deadline", "its end's deadline", "closed", "its end closed"];

/** fails copies where something is wrong. */
function fails(t: T, from: string, to: string): void {
  for (let i = 0; i < WRONG.length; i++) {
    const line = new Line(from, to, "wrong" + i.toString());
    line.call(t);
    if (i == 0) line.from.setReadDeadline(PAST);
    else if (i == 1) line.to.setWriteDeadline(PAST);
    else if (i == 2) line.from.close();
    else line.to.close();
    const copied = copy<Conn, Conn>(line.to, line.from);
    t.op(from + " to " + to + ", " + WRONG[i], <i32>copied.n, copied.err, null);
    t.forget();
    line.close();
  }
}

/** limited copies up to limits, and notes what a limit is then. */
function limited(t: T, from: string, to: string): void {
  for (let limit: i64 = -1; limit < 19; limit += 5) {
    const line = new Line(from, to, "limit" + limit.toString());
    const reader = limitReader<Conn>(line.from, limit);
    const copied = copy<Conn, LimitedReader>(line.to, reader);
    t.log(from + " to " + to + ": " + ending(copied) + " left " + reader.n.toString());
    line.close();
  }
  const line = new Line(from, to, "closed");
  line.to.close();
  const reader = limitReader<Conn>(line.from, 14);
  copy<Conn, LimitedReader>(line.to, reader);
  t.log("its end closed: left " + reader.n.toString());
  line.close();
}

function ending(copied: Copied): string {
  const err = copied.err;
  return copied.n.toString() + " " + (err === null ? "nil" : err.error());
}

/** told is what the ways below were asked for. */
let told: string = "";

/** Text is a reader of a text, in pieces of as many bytes as are asked for, with the error at last. */
class Text implements Reader {
  readonly result: IOResult = new IOResult();
  private readonly rest: Buffers;
  readonly err: NetError | null;

  constructor(text: string, err: NetError | null = null) {
    this.rest = new Buffers([bytes(text)]);
    this.err = err;
  }

  read(buffer: Uint8Array): IOResult {
    told += buffer.length.toString() + " ";
    const got = this.rest.read(buffer);
    this.result.n = got.n;
    this.result.err = got.err !== null && this.err !== null ? this.err : got.err;
    return this.result;
  }
}

/** SelfWriting is a text that writes itself, by another copy. */
class SelfWriting extends Text implements WriterTo {
  writeTo(w: Writer): Copied {
    told += "writeTo ";
    return copy<Writer, Text>(w, new Text("self", this.err));
  }
}

/** Sink takes everything, but claims to have taken more or less than that. */
class Sink implements Writer {
  readonly result: IOResult = new IOResult();
  text: string = "";

  constructor(
    readonly more: i32 = 0,
    readonly err: NetError | null = null,
  ) {}

  write(data: Uint8Array, start: i32 = 0, end: i32 = i32.MAX_VALUE): IOResult {
    const n = min(end, data.length) - start;
    this.text += textOf(data.subarray(start), n);
    this.result.n = n + this.more;
    this.result.err = this.err;
    return this.result;
  }
}

/** SelfReading is a sink that reads by itself, by another copy. */
class SelfReading extends Sink implements ReaderFrom {
  readFrom(r: Reader): Copied {
    told += "readFrom ";
    const sink = new Sink();
    const copied = copy<Sink, Reader>(sink, r);
    this.text += "(" + sink.text + ")";
    return copied;
  }
}

function note(t: T, what: string, copied: Copied, sink: Sink): void {
  t.log(what + ": " + ending(copied) + " " + sink.text + " [" + told.trimEnd() + "]");
  told = "";
}

function own(t: T): void {
  const sinks = [new Sink(), new SelfReading()];
  for (let i = 0; i < sinks.length; i++) {
    const what = i == 0 ? "sink" : "self-reading";
    note(t, what, copy<Sink, Text>(sinks[i], new Text("abc")), sinks[i]);
    note(t, what + ", self-writing", copy<Sink, Text>(sinks[i], new SelfWriting("abc")), sinks[i]);
    const one = copyBuffer<Sink, Text>(sinks[i], new Text("abcdefghij"), new Uint8Array(7));
    note(t, what + ", buffer", one, sinks[i]);
    note(t, what + ", n", copyN<Sink, Text>(sinks[i], new SelfWriting("abcdef"), 4), sinks[i]);
    const runs = new Buffers([bytes("ab"), bytes("c")]);
    note(t, what + ", buffers", copy<Sink, Buffers>(sinks[i], runs), sinks[i]);
  }
}

/** refusing are ends that are at odds with what they may do. */
function refusing(t: T): void {
  const luck = new OwnError("no luck");
  const sinks = [new Sink(-1), new Sink(1), new Sink(-9), new Sink(1, luck), new Sink(-1, eof)];
  for (let i = 0; i < sinks.length; i++) {
    note(t, "sink", copy<Sink, Text>(sinks[i], new Text("abc")), sinks[i]);
  }
  const sink = new Sink();
  note(t, "text", copy<Sink, Text>(sink, new Text("abc", luck)), sink);
  note(t, "text, n", copyN<Sink, Text>(sink, new Text("abc", luck), 3), sink);
  note(t, "text, n", copyN<Sink, Text>(sink, new Text("abc", luck), 4), sink);
}

/** sizes are what a reader is asked for. */
function sizes(t: T): void {
  for (let limit: i64 = -1; limit < 100_000; limit = limit * 30 + 31) {
    const sink = new Sink();
    const copied = copy<Sink, LimitedReader>(sink, limitReader<Text>(new Text("abc"), limit));
    note(t, "limit " + limit.toString(), copied, sink);
  }
}

/** connected are copies between a connection and ends that have their own way. */
function connected(t: T): void {
  const sink = new SelfReading();
  const read = new Line("tcp", "tcp", "read");
  note(t, "from a connection", copy<Sink, Conn>(sink, read.from), sink);
  read.close();

  const refused = new Line("tcp", "tcp", "refused");
  refused.call(t);
  const end = new Sink(0, eof);
  note(t, "refused with the end", copy<Sink, Conn>(end, refused.from), end);
  t.forget();
  refused.close();

  const closed = new Line("tcp", "tcp", "closed");
  closed.call(t);
  closed.to.close();
  const to = <TCPConn>closed.to;
  note(t, "text", copy<Conn, Text>(to, new Text("abc")), sink);
  note(t, "self-writing", copy<Conn, Text>(to, new SelfWriting("abc")), sink);
  note(t, "text's failure", copy<Conn, Text>(to, new Text("", new OwnError("no luck"))), sink);
  note(t, "readFrom", to.readFrom(new SelfWriting("abc")), sink);
  note(t, "buffers", copy<Conn, Buffers>(to, new Buffers([bytes("abc")])), sink);
  note(t, "readFrom buffers", to.readFrom(new Buffers([bytes("abc")])), sink);
  t.forget();
  closed.close();
}
