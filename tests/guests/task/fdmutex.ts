// The poller's FdMutex: references, two locks, and the close.
import { check, equal, ok } from "../shared/check";
import { FdMutex } from "wasi-net/assembly/poll/fdmutex";
import { go, goFunc, gosched, WaitGroup } from "wasi-net/assembly/task";

let log: string = "";
let counter: i32 = 0;
let inside: i32 = 0;
let most: i32 = 0;
let fd: FdMutex = new FdMutex();
let group: WaitGroup = new WaitGroup();

function note(text: string): void {
  log += text + " ";
}

export function fdMutexes(): void {
  check("references are counted until the close", () => {
    fd = new FdMutex();
    equal(fd.incref(), true, "incref");
    equal(fd.decref(), false, "decref of an open one");
    equal(fd.rwlock(true), true, "read lock");
    equal(fd.rwlock(false), true, "write lock");
    equal(fd.rwunlock(true), false, "read unlock");
    equal(fd.rwunlock(false), false, "write unlock");
  });

  check("everything fails after the close", () => {
    fd = new FdMutex();
    equal(fd.increfAndClose(), true, "close");
    equal(fd.increfAndClose(), false, "second close");
    equal(fd.incref(), false, "incref");
    equal(fd.rwlock(true), false, "read lock");
    equal(fd.rwlock(false), false, "write lock");
    equal(fd.decref(), true, "the close's own reference is the last");
  });

  check("the last reference is told so, whichever it is", () => {
    fd = new FdMutex();
    fd.incref();
    fd.rwlock(true);
    fd.rwlock(false);
    fd.increfAndClose();
    equal(fd.decref(), false, "first");
    equal(fd.rwunlock(false), false, "second");
    equal(fd.decref(), false, "third");
    equal(fd.rwunlock(true), true, "last");
  });

  check("reading and writing do not exclude one another", () => {
    fd = new FdMutex();
    log = "";
    fd.rwlock(true);
    goFunc(() => {
      fd.rwlock(false);
      note("write");
      fd.rwunlock(false);
    });
    gosched();
    equal(log, "write ");
  });

  check("each direction is for one at a time, in the order they came", () => {
    for (let read = 0; read < 2; read++) {
      fd = new FdMutex();
      log = "";
      fd.rwlock(read == 1);
      for (let i = 0; i < 4; i++) go<i32>(takeTurn, i | (read << 8));
      gosched();
      equal(log, "", "before the unlock");
      fd.rwunlock(read == 1);
      for (let i = 0; i < 10; i++) gosched();
      equal(log, "+0 -0 +1 -1 +2 -2 +3 -3 ");
    }
  });

  check("the close sends those that wait for a lock away, and whoever holds it keeps it", () => {
    fd = new FdMutex();
    log = "";
    fd.rwlock(true);
    fd.rwlock(false);
    for (let i = 0; i < 6; i++) {
      go<i32>((n) => note(n.toString() + fd.rwlock((n & 1) != 0).toString()), i);
    }
    gosched();
    equal(fd.increfAndClose(), true, "close");
    gosched();
    equal(log, "1false 3false 5false 0false 2false 4false ");
    equal(fd.rwunlock(true), false, "read unlock");
    equal(fd.decref(), false, "decref of the close");
    equal(fd.rwunlock(false), true, "write unlock");
  });

  check("who was handed the lock before the close does not get it after", () => {
    fd = new FdMutex();
    log = "";
    fd.rwlock(true);
    goFunc(() => note(fd.rwlock(true).toString()));
    gosched();
    fd.rwunlock(true);
    fd.increfAndClose();
    const last = fd.decref();
    gosched();
    equal(log, "false ");
    ok(last, "the close was the last reference");
  });

  check("1,000 goroutines count, lock and close without losing a reference", () => {
    fd = new FdMutex();
    group = new WaitGroup();
    counter = 0;
    inside = 0;
    most = 0;
    for (let i = 0; i < 1000; i++) {
      group.add(1);
      go<i32>(useFd, i);
    }
    for (let i = 0; i < 20; i++) gosched();
    equal(fd.increfAndClose(), true, "close");
    if (fd.decref()) counter++;
    group.wait();
    equal(counter, 1, "last references");
    equal(most, 1, "most inside at once");
  });
}

function takeTurn(n: i32): void {
  const read = n >> 8 == 1;
  fd.rwlock(read);
  note("+" + (n & 255).toString());
  gosched();
  note("-" + (n & 255).toString());
  fd.rwunlock(read);
}

/** useFd tells by counter that its reference was the last of the closed fd. */
function useFd(n: i32): void {
  for (let i = 0; i < 10; i++) {
    if (n & 1) {
      if (!fd.incref()) break;
      gosched();
      if (fd.decref()) counter++;
    } else {
      if (!fd.rwlock(true)) break;
      most = max(most, ++inside);
      gosched();
      inside--;
      if (fd.rwunlock(true)) counter++;
    }
  }
  group.done();
}
