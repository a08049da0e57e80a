// A pipe's reads and writes: who waits for whom, and what each gets.
import { check, equal, ok } from "../shared/check";
import { Call, bytesOf, ending, read, reads, settle, write, writes } from "./call";
import { pipe } from "wasi-net/assembly";
import { writeString } from "wasi-net/assembly/io";
import { goFunc, gosched } from "wasi-net/assembly/task";

let turns: i32 = 0;

export function pipes(): void {
  check("a write ends when all of it was read", () => {
    const p = pipe();
    const call = writes(p.client, "abcdef");
    equal(read(p.server, 2), "ab");
    settle();
    equal(call.state, "waits");
    equal(read(p.server, 3), "cde");
    equal(read(p.server, 3), "f");
    equal(call.wait(), "6");
  });

  check("a read waits for a write, and takes what fits", () => {
    const p = pipe();
    const call = reads(p.server, 4);
    equal(call.state, "waits");
    const rest = writes(p.client, "abcdef");
    equal(call.wait(), "4");
    equal(call.text, "abcd");
    equal(rest.state, "waits");
    equal(read(p.server), "ef");
    equal(rest.wait(), "6");
  });

  check("both directions are independent", () => {
    const p = pipe();
    const there = writes(p.client, "there");
    const back = writes(p.server, "back");
    equal(read(p.client), "back");
    equal(read(p.server), "there");
    equal(there.wait() + back.wait(), "54");
  });

  check("a write of nothing waits for a reader", () => {
    const p = pipe();
    const call = writes(p.client, "");
    equal(call.state, "waits");
    equal(read(p.server), "");
    equal(call.wait(), "0");
    const reader = reads(p.server, 5);
    equal(write(p.client, ""), "0", "with a reader there");
    equal(reader.wait(), "0");
  });

  check("a read without room waits for a writer, and takes nothing", () => {
    const p = pipe();
    const reader = reads(p.server, 0);
    equal(reader.state, "waits");
    const writer = writes(p.client, "ab");
    equal(reader.wait(), "0");
    equal(writer.state, "waits");
    equal(read(p.server, 0), "", "with a writer there");
    equal(read(p.server), "ab");
    equal(writer.wait(), "2");
  });

  check("one write serves several readers, in the order they came", () => {
    const p = pipe();
    const first = reads(p.server, 2);
    const second = reads(p.server, 2);
    const third = reads(p.server, 9);
    const fourth = reads(p.server, 9);
    equal(write(p.client, "abcde"), "5");
    settle();
    equal(first.text + "|" + second.text + "|" + third.text, "ab|cd|e");
    equal(fourth.state, "waits");
    p.client.close();
    equal(fourth.wait(), "0 EOF");
  });

  check("the bytes of two writes never mix", () => {
    const p = pipe();
    const calls: Call[] = [];
    for (let i = 0; i < 4; i++) calls.push(writes(p.client, "abc"));
    let text = "";
    while (text.length < 12) text += read(p.server, 1);
    equal(text, "abcabcabcabc");
    for (let i = 0; i < 4; i++) equal(calls[i].wait(), "3");
  });

  check("a part of an array", () => {
    const p = pipe();
    const reader = reads(p.server, 9);
    equal(p.client.write(bytesOf("abcdef"), 2, 4).n, 2);
    equal(reader.wait() + reader.text, "2cd");
  });

  check("a result is good until the next call in its direction", () => {
    const p = pipe();
    const reader = reads(p.server, 9);
    const put = writeString(p.client, "abc");
    equal(reader.wait(), "3");
    writes(p.server, "de");
    equal(read(p.client), "de");
    equal(put.n, 3);
  });

  check("a busy pipe lets others run", () => {
    const p = pipe();
    const writer = writes(p.client, "x".repeat(1000));
    turns = 0;
    goFunc(() => {
      for (; turns >= 0; turns++) gosched();
    });
    const buffer = new Uint8Array(1);
    for (let i = 0; i < 1000; i++) p.server.read(buffer);
    ok(turns > 3, "turns of another goroutine: " + turns.toString());
    turns = i32.MIN_VALUE;
    equal(writer.wait(), "1000");
  });

  check("addresses", () => {
    const p = pipe();
    const text = p.client.localAddr()!.toString() + " " + p.server.remoteAddr()!.toString();
    equal(text, "pipe pipe");
    equal(p.server.localAddr()!.network(), "pipe");
  });

  check("this end is closed", () => {
    const p = pipe();
    equal(p.client.close(), null);
    equal(read(p.client, 0), "0 closed", "read");
    equal(write(p.client, ""), "0 closed", "write");
    equal(ending(0, p.client.setDeadline(0)), "0 closed", "setDeadline");
    equal(ending(0, p.client.setReadDeadline(0)), "0 closed", "setReadDeadline");
    equal(ending(0, p.client.setWriteDeadline(0)), "0 closed", "setWriteDeadline");
    equal(p.client.close(), null, "again");
    const text = p.client.setDeadline(0)!.error();
    equal(text, "io: read/write on closed pipe");
  });

  check("the other end is closed", () => {
    const p = pipe();
    p.client.close();
    equal(read(p.server, 0), "0 EOF", "read");
    equal(write(p.server, ""), "0 closed", "write");
    equal(ending(0, p.server.setDeadline(0)), "0 closed", "setDeadline");
    p.server.close();
    equal(read(p.server, 0), "0 closed", "read when both are");
    equal(read(p.client, 0), "0 closed", "read of the first when both are");
  });

  check("close ends the reads under way at both ends", () => {
    const p = pipe();
    const mine = reads(p.client, 1);
    const more = reads(p.client, 1);
    const other = reads(p.server, 1);
    p.client.close();
    equal(mine.wait(), "0 closed");
    equal(more.wait(), "0 closed");
    equal(other.wait(), "0 EOF");
  });

  check("close ends the writes under way at both ends, the queued ones too", () => {
    const p = pipe();
    const mine = writes(p.client, "abc");
    const queued = writes(p.client, "def");
    const other = writes(p.server, "ghi");
    equal(read(p.server, 2), "ab");
    p.client.close();
    equal(mine.wait(), "2 closed");
    equal(queued.wait(), "0 closed");
    equal(other.wait(), "0 closed");
  });
}
