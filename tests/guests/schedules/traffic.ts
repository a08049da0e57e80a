// What goes through one direction of a connection that many write to, and the strangers around it.
import { dialTimeout, listen, Listener } from "wasi-net/assembly";
import { readFull } from "wasi-net/assembly/io";
import { go, WaitGroup } from "wasi-net/assembly/task";
import { now, second, Time } from "wasi-net/assembly/time";

/** Tags are below; what strangers say begins here. */
const STRANGE: i32 = 251;

/** Traffic counts one direction's bytes. Each write's bytes are all the same, its tag, so that bytes of two writes that mix show. */
export class Traffic {
  readonly sent: StaticArray<i32> = new StaticArray<i32>(256);
  private readonly received: StaticArray<i32> = new StaticArray<i32>(256);
  private readonly runs: StaticArray<i32> = new StaticArray<i32>(256);
  private latest: i32 = 0;
  private tags: i32 = 0;

  /** tag is a new one, 0 when there are no more. */
  tag(): i32 {
    return this.tags + 1 < STRANGE ? ++this.tags : 0;
  }

  /** take notes bytes that have been read, in their order. */
  take(bytes: Uint8Array, length: i32): void {
    for (let i = 0; i < length; i++) {
      const tag = <i32>unchecked(bytes[i]);
      if (tag != this.latest) this.runs[tag]++;
      this.latest = tag;
      this.received[tag]++;
    }
  }

  /** verdict is what is wrong, "" when nothing is. A whole stream has come to its end; another lacks what comes last. */
  verdict(whole: bool): string {
    for (let tag = 0; tag < 256; tag++) {
      const got = this.received[tag];
      const name = "write " + tag.toString() + ": ";
      if (got > 0 && (tag == 0 || tag >= STRANGE)) return name + "is nobody's here";
      if (this.runs[tag] > 1) return name + "mixed with another";
      if (got > this.sent[tag]) return name + "more came than was sent";
      if (whole && got < this.sent[tag]) return name + "less came than was sent";
    }
    return "";
  }
}

/** Limit is a deadline as it was last set. */
export class Limit {
  /** latestOver is the last time at which an earlier deadline is known to have been over. */
  private latestOver: Time = 0;

  constructor(private deadline: Time = 0) {}

  set(deadline: Time): void {
    if (this.over()) this.latestOver = now();
    this.deadline = deadline;
  }

  /** over tells whether a call may time out now. */
  over(): bool {
    return this.deadline != 0 && this.deadline <= now();
  }

  /** overSince tells whether a call that began at start may have timed out by now. */
  overSince(start: Time): bool {
    return this.over() || this.latestOver >= start;
  }
}

/** Strangers connect, exchange a word and close, again and again: they get the numbers that others have given back. */
export class Strangers {
  /** wrong is what one of them has met, "" when nothing. */
  wrong: string = "";
  over: bool = false;
  meetings: i32 = 0;
  private readonly done: WaitGroup = new WaitGroup();
  readonly ln: Listener = listen("tcp", "127.0.0.1:0").unwrap();

  constructor(count: i32) {
    this.done.add(count + 1);
    go<Strangers>(answerAll, this);
    for (let i = 0; i < count; i++) go<Strangers>(callAgain, this);
  }

  /** part sends them away. */
  part(): void {
    this.over = true;
    this.ln.close();
    this.done.wait();
  }

  leave(): void {
    this.done.done();
  }
}

function answerAll(strangers: Strangers): void {
  const word = new Uint8Array(8);
  while (true) {
    const accepted = strangers.ln.accept();
    if (accepted.err !== null) break;
    const conn = accepted.value;
    conn.setDeadline(now() + 5 * second);
    if (readFull(conn, word).err === null) conn.write(word);
    conn.close();
  }
  strangers.leave();
}

function callAgain(strangers: Strangers): void {
  const word = new Uint8Array(8);
  const answer = new Uint8Array(8);
  const address = strangers.ln.addr().toString();
  while (!strangers.over) {
    const dialed = dialTimeout("tcp", address, 5 * second);
    if (strangers.over) {
      if (dialed.err === null) dialed.value.close();
      break;
    }
    const conn = dialed.unwrap();
    conn.setDeadline(now() + 5 * second);
    for (let i = 0; i < 8; i++) word[i] = <u8>(STRANGE + ((strangers.meetings >> i) % 5));
    strangers.meetings++;
    const sent = word.join();
    let err = conn.write(word).err;
    if (err === null) err = readFull(conn, answer).err;
    // When they part, the one that answers may close before it has.
    if (!strangers.over) {
      if (err !== null) strangers.wrong = err.error();
      else if (answer.join() != sent) strangers.wrong = sent + " came back as " + answer.join();
    }
    conn.close();
  }
  strangers.leave();
}
