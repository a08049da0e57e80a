// The ways a program ends: its second argument says which. tests/assembly/task-ends.test.ts has the texts.
import { pipe } from "wasi-net/assembly";
import { ErrorString, Result } from "wasi-net/assembly/errors";
import { args, exit, print } from "wasi-net/assembly/os";
import { FdMutex } from "wasi-net/assembly/poll/fdmutex";
import { Chan, go, goFunc, gosched, Mutex, Select, sleep, WaitGroup } from "wasi-net/assembly/task";
import { hour, millisecond, nanosecond, newTicker } from "wasi-net/assembly/time";

class Box {
  next: Box | null = null;

  constructor(readonly text: string) {}
}

const words = args();
const way = words.length > 2 ? words[2] : "";

// What stands here, at the top of a file, runs before there are goroutines.
if (way.startsWith("top: ")) wait(way.substring(5));

export function ends(): void {
  if (way == "bystander") bystander();
  else if (way.startsWith("wait: ")) wait(way.substring(6));
  else if (way.startsWith("recurse: ")) recurse(way.substring(9));
  else if (way.startsWith("fd: ")) fdMutex(way.substring(4));
  else if (way.startsWith("channel: ")) channel(way.substring(9));
  else if (way.startsWith("goroutine: ")) inGoroutine(way.substring(11));
  else other(way);
}

/** wait never returns, unless a wait does that must not. */
function wait(how: string): void {
  if (how == "receive") new Chan<i32>().receive();
  else if (how == "send") new Chan<i32>().send(1);
  else if (how == "send to a full buffer") fill();
  else if (how == "select") select();
  else if (how == "select without cases") new Select().wait();
  else if (how == "lock") lockTwice();
  else if (how == "group") waitForNobody();
  else if (how == "sleep") sleep(hour);
  else if (how == "gosched") gosched();
  else if (how == "others too") othersToo();
  else if (how == "others end") othersEnd();
  else if (how == "many") many();
  else if (how == "every way") everyWay();
  else if (how == "fd") fdLockTwice();
  print("went on");
}

function fill(): void {
  const channel = new Chan<i32>(1);
  channel.send(1);
  channel.send(2);
}

function select(): void {
  const select = new Select();
  select.receive(new Chan<i32>());
  select.wait();
}

function lockTwice(): void {
  const mutex = new Mutex();
  mutex.lock();
  mutex.lock();
}

function waitForNobody(): void {
  const group = new WaitGroup();
  group.add(1);
  group.wait();
}

function fdLockTwice(): void {
  const fd = new FdMutex();
  fd.rwlock(true);
  fd.rwlock(true);
}

function othersToo(): void {
  goFunc(() => lockTwice());
  goFunc(() => select());
  new Chan<i32>().receive();
}

/** many more goroutines wait than a block of memory has room for, between others that have ended. */
function many(): void {
  const channel = new Chan<i32>();
  for (let i = 0; i < 1000; i++) {
    go<Chan<i32>>((channel) => channel.send(1), channel);
    goFunc(() => gosched());
  }
  lockTwice();
}

function everyWay(): void {
  goFunc(() => {
    new Chan<i32>().receive();
  });
  goFunc(() => new Chan<i32>().send(1));
  goFunc(() => select());
  goFunc(() => {
    new Select().wait();
  });
  goFunc(() => lockTwice());
  goFunc(() => fdLockTwice());
  goFunc(() => {
    pipe().client.read(new Uint8Array(1));
  });
  waitForNobody();
}

function othersEnd(): void {
  for (let i = 0; i < 100; i++) go<i32>((n) => sleep(n * 10_000 * nanosecond), i);
  waitForNobody();
}

function channel(how: string): void {
  const numbers = new Chan<i32>(1);
  const boxes = new Chan<Box>();
  if (how == "close twice") {
    numbers.close();
    numbers.close();
  } else if (how == "send when closed") {
    numbers.close();
    numbers.send(1);
  } else if (how == "select a send when closed") {
    numbers.close();
    const select = new Select();
    select.send(numbers, 1);
    select.wait();
  } else if (how == "attempt a send when closed") {
    numbers.close();
    const select = new Select();
    select.send(numbers, 1);
    select.attempt();
  } else if (how == "receive an object when closed") {
    boxes.close();
    print(boxes.receive().text);
  } else if (how == "closed while an object is waited for") {
    go<Chan<Box>>((boxes) => boxes.close(), boxes);
    print(boxes.receive().text);
  } else if (how == "closed while sending") {
    go<Chan<Box>>((boxes) => boxes.close(), boxes);
    boxes.send(new Box("never"));
  } else if (how == "closed while selecting a send") {
    go<Chan<Box>>((boxes) => boxes.close(), boxes);
    const select = new Select();
    select.send(boxes, new Box("never"));
    select.wait();
  }
  print("went on");
}

function fdMutex(how: string): void {
  const fd = new FdMutex();
  if (how == "decref") {
    fd.decref();
  } else if (how == "read unlock") {
    fd.rwunlock(true);
  } else if (how == "write unlock") {
    fd.rwlock(true);
    fd.rwunlock(false);
  } else if (how == "unlock twice") {
    fd.rwlock(true);
    fd.rwunlock(true);
    fd.rwunlock(true);
  } else if (how == "too many") {
    for (let i = 0; i < 1_048_575; i++) fd.incref();
    print("so far");
    fd.incref();
  }
  print("went on");
}

function other(how: string): void {
  if (how == "return") {
    goFunc(() => {
      while (true) gosched();
    });
    goFunc(() => sleep(hour));
    go<Chan<i32>>((channel) => channel.send(1), new Chan<i32>());
    gosched();
    print("main");
  } else if (how == "exit") {
    exit(7);
  } else if (how == "negative") {
    const group = new WaitGroup();
    group.add(2);
    group.add(-3);
  } else if (how == "unlock") {
    new Mutex().unlock();
  } else if (how == "unwrap") {
    Result.fail<Box>(new ErrorString("dial tcp: no luck")).unwrap();
  } else if (how == "value") {
    print(Result.fail<i32>(new ErrorString("no number")).value.toString());
  } else if (how == "index") {
    const list: i32[] = [1, 2];
    print(list[words.length].toString());
  } else if (how == "null") {
    const box = new Box("a");
    print(box.next!.text);
  } else if (how == "assert") {
    assert(words.length == 0, "there are words: ünïcödé");
  } else if (how == "ticker") {
    newTicker(0);
  } else if (how == "ticker's reset") {
    newTicker(hour).reset(-1);
  } else if (how == "random") {
    print(Math.random().toString());
    exit(0);
  } else if (how == "throw") {
    throw new Error("thrown");
  } else if (how == "divide") {
    print((1 / (words.length - 3)).toString());
  } else if (how == "unreachable") {
    unreachable();
  } else if (how == "memory") {
    print(load<u8>(0xfffffff0).toString());
  }
  if (how != "return") print("went on");
}

function inGoroutine(how: string): void {
  go<string>((how) => {
    sleep(millisecond);
    other(how);
  }, how);
  const channel = new Chan<i32>();
  channel.receive();
}

function recurse(how: string): void {
  if (how == "and wait") print(heavy(14_000, 1, 2, 3, 4, 5, 6, 7, 8).toString());
  else if (how == "and wait, with more behind the buffer") heavyWithBallast();
  else if (how == "with objects") print(refer(new Box("a"), 1).text);
  else if (how == "with objects and wait") print(referAndWait(new Box("a"), 1).text);
  else if (how == "for ever") print(endless(1).toString());
}

/** heavy has frames that need much room while they wait, and no objects. */
function heavy(depth: i32, a: i64, b: i64, c: i64, d: i64, e: f64, f: f64, g: f64, h: f64): f64 {
  if (depth == 0) {
    print("at the bottom");
    sleep(millisecond);
    return 0;
  }
  const below = heavy(depth - 1, b, c, d, a + 1, f, g, h, e + 1);
  return below + <f64>(a + b + c + d) + e + f + g + h;
}

/** The buffer for frames is made by the first wait, so what is allocated then lies behind it. */
function heavyWithBallast(): void {
  for (let i = 0; i < 3; i++) go<i32>((n) => heavy(100 + n, 1, 2, 3, 4, 5, 6, 7, 8), i);
  gosched();
  const ballast = new StaticArray<u8>(8 << 20);
  heavy(14_000, 1, 2, 3, 4, 5, 6, 7, 8);
  print("went on with " + ballast.length.toString());
}

function refer(box: Box, depth: i32): Box {
  const mine = new Box(box.text);
  const below = refer(mine, depth + 1);
  mine.next = below;
  return mine.text == box.text ? below : mine;
}

function referAndWait(box: Box, depth: i32): Box {
  const mine = new Box(box.text);
  if (depth % 50 == 0) gosched();
  const below = referAndWait(mine, depth + 1);
  mine.next = below;
  return mine.text == box.text ? below : mine;
}

function endless(n: i32): i32 {
  return endless(n + 1) ^ n;
}

/** bystander works beside a guest that dies. */
function bystander(): void {
  let sum = 0;
  for (let round = 0; round < 50; round++) sum += count(50, "b".repeat(round));
  print("bystander " + sum.toString());
}

function count(depth: i32, text: string): i32 {
  const mine = text + depth.toString();
  if (depth == 0) sleep(millisecond);
  const below = depth == 0 ? 0 : count(depth - 1, text);
  return below + (mine == text + depth.toString() ? 1 : 0);
}
