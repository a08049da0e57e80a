// Mutex and WaitGroup.
import { check, equal } from "../shared/check";
import { go, goFunc, gosched, Mutex, sleep, WaitGroup } from "wasi-net/assembly/task";
import { microsecond } from "wasi-net/assembly/time";

let log: string = "";
let counter: i32 = 0;
let inside: i32 = 0;
let most: i32 = 0;
let mutex: Mutex = new Mutex();
let group: WaitGroup = new WaitGroup();

export function locks(): void {
  mutexes();
  groups();
}

function note(text: string): void {
  log += text + " ";
}

function mutexes(): void {
  check("a mutex excludes across waits", () => {
    mutex = new Mutex();
    group = new WaitGroup();
    counter = 0;
    most = 0;
    for (let i = 0; i < 100; i++) {
      group.add(1);
      go<i32>(increment, i);
    }
    group.wait();
    equal(counter, 1000, "counter");
    equal(most, 1, "most inside at once");
  });

  check("those that wait for a mutex get it in the order they came", () => {
    mutex = new Mutex();
    log = "";
    mutex.lock();
    for (let i = 0; i < 5; i++) {
      go<i32>((n) => {
        mutex.lock();
        note(n.toString());
        mutex.unlock();
      }, i);
    }
    gosched();
    mutex.unlock();
    // The lock has been handed over: who comes now comes last.
    equal(mutex.tryLock(), false, "tryLock after the hand-over");
    mutex.lock();
    note("main");
    mutex.unlock();
    equal(log, "0 1 2 3 4 main ");
  });

  check("tryLock takes a free lock only", () => {
    const mutex = new Mutex();
    equal(mutex.tryLock(), true);
    equal(mutex.tryLock(), false);
    mutex.unlock();
    equal(mutex.tryLock(), true);
    mutex.unlock();
    mutex.lock();
    equal(mutex.tryLock(), false);
  });

  check("another goroutine may unlock", () => {
    mutex = new Mutex();
    mutex.lock();
    goFunc(() => mutex.unlock());
    mutex.lock();
    equal(mutex.tryLock(), false);
  });
}

function increment(n: i32): void {
  for (let i = 0; i < 10; i++) {
    mutex.lock();
    most = max(most, ++inside);
    const read = counter;
    if (n & 1) gosched();
    else sleep(microsecond);
    counter = read + 1;
    inside--;
    mutex.unlock();
  }
  group.done();
}

function groups(): void {
  check("wait returns at once when there is nothing to wait for", () => {
    log = "";
    goFunc(() => note("other"));
    new WaitGroup().wait();
    note("main");
    gosched();
    equal(log, "main other ");
  });

  check("wait returns after the last done, not before", () => {
    group = new WaitGroup();
    log = "";
    group.add(3);
    for (let i = 0; i < 3; i++) {
      go<i32>((n) => {
        for (let k = 0; k < n; k++) gosched();
        note(n.toString());
        group.done();
      }, i);
    }
    group.wait();
    equal(log, "0 1 2 ");
  });

  check("all that wait are woken, in the order they came", () => {
    group = new WaitGroup();
    log = "";
    group.add(1);
    for (let i = 0; i < 4; i++) {
      go<i32>((n) => {
        group.wait();
        note(n.toString());
      }, i);
    }
    gosched();
    equal(log, "");
    group.done();
    gosched();
    equal(log, "0 1 2 3 ");
  });

  check("add takes any number, also a negative one", () => {
    group = new WaitGroup();
    log = "";
    group.add(10);
    goFunc(() => {
      group.add(-4);
      note("some");
      gosched();
      group.add(-6);
    });
    group.wait();
    note("all");
    equal(log, "some all ");
  });

  check("a group may be used again", () => {
    group = new WaitGroup();
    for (let round = 0; round < 3; round++) {
      counter = 0;
      group.add(5);
      for (let i = 0; i < 5; i++) {
        goFunc(() => {
          gosched();
          counter++;
          group.done();
        });
      }
      group.wait();
      equal(counter, 5);
    }
  });
}
