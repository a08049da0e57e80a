// Channels, select, locks and contexts between many goroutines. No check counts on who runs when.
import { check, equal, ok, Random } from "../shared/check";
import { FdMutex } from "wasi-net/assembly/poll/fdmutex";
import {
  background,
  CancelContext,
  Chan,
  Context,
  go,
  goFunc,
  gosched,
  Mutex,
  Select,
  sleep,
  WaitGroup,
  withCancel,
} from "wasi-net/assembly/task";
import { nanotime } from "wasi-net/assembly/sys/clock";
import { microsecond } from "wasi-net/assembly/time";

let random: Random = new Random(0);
let group: WaitGroup = new WaitGroup();
let wrong: i32 = 0;

export function tasks(seeded: Random): void {
  random = seeded;
  channels();
  selects();
  locks();
  contexts();
  sleepers();
}

/** dither lets others run, or not. */
export function dither(): void {
  for (let i = random.below(3); i > 0; i--) gosched();
}

const PRODUCERS = 8;
const EACH = 40;
let values: Chan<i32> = new Chan<i32>();
let seen: StaticArray<i32> = new StaticArray<i32>(PRODUCERS * EACH);

function channels(): void {
  check("channels of every capacity lose and double nothing, and keep a sender's order", () => {
    for (let capacity = 0; capacity < 10; capacity += 3) {
      values = new Chan<i32>(capacity);
      seen = new StaticArray<i32>(PRODUCERS * EACH);
      wrong = 0;
      const producers = new WaitGroup();
      group = new WaitGroup();
      producers.add(PRODUCERS);
      group.add(5);
      for (let i = 0; i < PRODUCERS; i++) go<Producer>(produce, new Producer(i, producers));
      for (let i = 0; i < 5; i++) goFunc(consume);
      producers.wait();
      values.close();
      group.wait();
      for (let i = 0; i < seen.length; i++) equal(seen[i], 1, "times that a value came");
      equal(wrong, 0, "values out of order");
    }
  });
}

class Producer {
  constructor(
    readonly number: i32,
    readonly done: WaitGroup,
  ) {}
}

function produce(producer: Producer): void {
  for (let i = 0; i < EACH; i++) {
    values.send(producer.number * EACH + i);
    dither();
  }
  producer.done.done();
}

function consume(): void {
  const latest = new StaticArray<i32>(PRODUCERS).fill(-1);
  while (true) {
    const got = values.receiveOk();
    if (!got.ok) break;
    const value = got.value;
    seen[value]++;
    if (latest[value / EACH] >= value) wrong++;
    latest[value / EACH] = value;
    dither();
  }
  group.done();
}

const TOKENS = 6;
let left: Chan<i32> = new Chan<i32>();
let right: Chan<i32> = new Chan<i32>();
let stop: Chan<bool> = new Chan<bool>();
let moves: i32 = 0;

function selects(): void {
  check("selects that move tokens to and fro keep all of them", () => {
    left = new Chan<i32>(TOKENS);
    right = new Chan<i32>(TOKENS);
    stop = new Chan<bool>();
    moves = 0;
    group = new WaitGroup();
    group.add(5);
    for (let i = 0; i < 5; i++) goFunc(moveTokens);
    for (let i = 0; i < TOKENS; i++) left.send(i);
    while (moves < 300) gosched();
    stop.close();
    group.wait();
    let found = 0;
    while (left.length > 0) found |= 1 << left.receive();
    while (right.length > 0) found |= 1 << right.receive();
    equal(found, (1 << TOKENS) - 1, "tokens found");
  });

  check("selects without a buffer meet one another, and a close ends them all", () => {
    left = new Chan<i32>();
    right = new Chan<i32>();
    stop = new Chan<bool>();
    moves = 0;
    group = new WaitGroup();
    group.add(6);
    for (let i = 0; i < 6; i++) goFunc(exchangeBoth);
    while (moves < 200) gosched();
    stop.close();
    group.wait();
    // Each meeting was counted by both sides: who sent and who received.
    equal(moves & 1, 0, "a side without the other");
  });
}

function moveTokens(): void {
  const select = new Select();
  const a = select.receive(left);
  const b = select.receive(right);
  const end = select.receive(stop);
  while (true) {
    const served = select.wait();
    if (served === end) break;
    const value = served === a ? a.value : b.value;
    dither();
    // There is room for all tokens on either side.
    if (served === a) right.send(value);
    else left.send(value);
    moves++;
  }
  group.done();
}

function exchangeBoth(): void {
  const select = new Select();
  select.send(left, 1);
  select.receive(left);
  select.send(right, 2);
  select.receive(right);
  const end = select.receive(stop);
  while (select.wait() !== end) {
    moves++;
    dither();
  }
  group.done();
}

let mutex: Mutex = new Mutex();
let inside: i32 = 0;
let fd: FdMutex = new FdMutex();
let reading: i32 = 0;
let writing: i32 = 0;
let held: i32 = 0;
let ends: i32 = 0;
let isClosed: bool = false;

function locks(): void {
  check("a mutex lets one in at a time", () => {
    mutex = new Mutex();
    group = new WaitGroup();
    inside = 0;
    wrong = 0;
    group.add(10);
    for (let i = 0; i < 10; i++) goFunc(enterMutex);
    group.wait();
    equal(wrong, 0, "times that it was not so");
  });

  check("a group is waited for to its last member", () => {
    const members = new WaitGroup();
    inside = 20;
    members.add(20);
    for (let i = 0; i < 20; i++) go<WaitGroup>(leave, members);
    members.wait();
    equal(inside, 0, "members left");
  });

  check("an FdMutex: one reader and one writer at a time, and one last reference", () => {
    for (let round = 0; round < 5; round++) {
      fd = new FdMutex();
      group = new WaitGroup();
      reading = 0;
      writing = 0;
      held = 0;
      ends = 0;
      wrong = 0;
      isClosed = false;
      group.add(15);
      for (let i = 0; i < 12; i++) go<i32>(useFd, i);
      for (let i = 0; i < 3; i++) goFunc(closeFd);
      group.wait();
      equal(wrong, 0, "rules broken");
      equal(ends, 1, "last references");
      ok(!fd.incref() && !fd.rwlock(true) && !fd.rwlock(false), "usable after the close");
    }
  });
}

function enterMutex(): void {
  for (let i = 0; i < 10; i++) {
    mutex.lock();
    if (++inside != 1) wrong++;
    dither();
    inside--;
    mutex.unlock();
    dither();
  }
  group.done();
}

function leave(members: WaitGroup): void {
  dither();
  inside--;
  members.done();
}

/** last takes note of what giving back a reference answered. */
function last(isLast: bool): void {
  held--;
  if (!isLast) return;
  ends++;
  if (held != 0 || !isClosed) wrong++;
}

function useFd(number: i32): void {
  const kind = number % 3;
  while (true) {
    if (kind == 0) {
      if (!fd.incref()) break;
      held++;
      dither();
      last(fd.decref());
    } else {
      const read = kind == 1;
      if (!fd.rwlock(read)) break;
      held++;
      if ((read ? ++reading : ++writing) != 1) wrong++;
      dither();
      if (read) reading--;
      else writing--;
      last(fd.rwunlock(read));
    }
    dither();
  }
  group.done();
}

function closeFd(): void {
  for (let i = random.below(20); i > 0; i--) gosched();
  if (fd.increfAndClose()) {
    if (isClosed) wrong++;
    isClosed = true;
    held++;
    dither();
    last(fd.decref());
  }
  group.done();
}

let tree: CancelContext[] = [];
let parents: i32[] = [];
let woken: StaticArray<i32> = new StaticArray<i32>(0);

function contexts(): void {
  check("cancelling ends what derives, and nothing else", () => {
    tree = [withCancel(background())];
    parents = [-1];
    const size = 20;
    woken = new StaticArray<i32>(size);
    for (let i = 1; i < size; i++) {
      parents.push(random.below(i));
      tree.push(withCancel(tree[parents[i]]));
    }
    group = new WaitGroup();
    group.add(size);
    for (let i = 0; i < size; i++) go<i32>(awaitEnd, i);
    const over = new StaticArray<bool>(size);
    for (let k = 0; k < 4; k++) {
      const at = 1 + random.below(size - 1);
      tree[at].cancel();
      over[at] = true;
      // A child's index is above its parent's.
      for (let i = 1; i < size; i++) if (over[parents[i]]) over[i] = true;
      for (let i = 0; i < size; i++) {
        equal(tree[i].err() !== null, over[i], "ended");
        if (!over[i]) equal(woken[i], 0, "woken without an end");
      }
      dither();
    }
    tree[0].cancel();
    group.wait();
    for (let i = 0; i < size; i++) equal(woken[i], 1, "times woken");
  });
}

function awaitEnd(at: i32): void {
  const context: Context = tree[at];
  context.done()!.receiveOk();
  if (context.err() !== null) woken[at]++;
  group.done();
}

let early: i32 = 0;

function sleepers(): void {
  check("nobody wakes early, whoever else is due", () => {
    early = 0;
    group = new WaitGroup();
    group.add(50);
    for (let i = 0; i < 50; i++) go<i32>(nap, random.below(3000));
    group.wait();
    equal(early, 0, "sleepers that woke early");
  });
}

function nap(length: i32): void {
  const start = nanotime();
  sleep(length * microsecond);
  if (nanotime() - start < length * microsecond) early++;
  group.done();
}
