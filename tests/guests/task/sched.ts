// Goroutines and the run queue: what go starts, in which order, and that nobody starves.
import { check, equal, ok } from "../shared/check";
import { dial, listen, Listener } from "wasi-net/assembly";
import { nanotime } from "wasi-net/assembly/sys/clock";
import { Chan, go, goFunc, gosched, sleep } from "wasi-net/assembly/task";
import { tookTurn } from "wasi-net/assembly/task/scheduler";
import { millisecond, second } from "wasi-net/assembly/time";

let log: string = "";
let count: i32 = 0;
let flag: bool = false;

class Box {
  constructor(public value: i32) {}
}

export function goroutines(): void {
  starting();
  fairness();
}

function starting(): void {
  check("go passes an object", () => {
    log = "";
    go<Box>((box) => note(box.value.toString()), new Box(7));
    go<string>((text) => note(text), "text");
    go<Box | null>((box) => note(box === null ? "null" : "object"), null);
    gosched();
    equal(log, "7 text null ");
  });

  check("go passes integers of every width", () => {
    log = "";
    go<i32>((n) => note(n.toString()), i32.MIN_VALUE);
    go<u32>((n) => note(n.toString()), u32.MAX_VALUE);
    go<i16>((n) => note(n.toString()), -5);
    go<u8>((n) => note(n.toString()), 255);
    go<i8>((n) => note(n.toString()), -128);
    go<bool>((n) => note(n.toString()), true);
    gosched();
    equal(log, "-2147483648 4294967295 -5 255 -128 true ");
  });

  check("the argument lives as long as its goroutine", () => {
    log = "";
    startWithTemporary();
    __collect();
    churn();
    gosched();
    __collect();
    churn();
    gosched();
    equal(log, "41 41 ");
  });

  check("goroutines run in the order of go, after the one that starts them", () => {
    log = "";
    for (let i = 0; i < 5; i++) go<i32>((n) => note(n.toString()), i);
    goFunc(() => note("f"));
    note("main");
    gosched();
    equal(log, "main 0 1 2 3 4 f ");
  });

  check("gosched goes to the end of the queue", () => {
    log = "";
    for (let i = 0; i < 3; i++) go<i32>(threeTimes, i);
    for (let i = 0; i < 4; i++) gosched();
    equal(log, "0 1 2 0 1 2 0 1 2 ");
  });

  check("a goroutine that is started by another comes after those that are ready", () => {
    log = "";
    goFunc(() => {
      goFunc(() => note("inner"));
      note("outer");
    });
    goFunc(() => note("second"));
    gosched();
    gosched();
    equal(log, "outer second inner ");
  });

  check("the order holds for more goroutines than one turn runs", () => {
    count = 0;
    for (let i = 0; i < 1000; i++) {
      go<i32>((n) => {
        equal(count++, n, "goroutine");
        gosched();
        equal(count++, n + 1000, "second time");
      }, i);
    }
    while (count < 2000) gosched();
  });
}

function startWithTemporary(): void {
  go<Box>(twice, new Box(41));
}

function twice(box: Box): void {
  note(box.value.toString());
  gosched();
  note(box.value.toString());
}

function churn(): void {
  for (let i = 0; i < 1000; i++) new Box(-i);
}

function threeTimes(n: i32): void {
  for (let i = 0; i < 3; i++) {
    note(n.toString());
    gosched();
  }
}

function note(text: string): void {
  log += text + " ";
}

function fairness(): void {
  check("two that only give way progress alike", () => {
    const rounds = new StaticArray<i32>(2);
    flag = false;
    go<StaticArray<i32>>((mine) => spin(mine, 0), rounds);
    go<StaticArray<i32>>((mine) => spin(mine, 1), rounds);
    for (let i = 0; i < 1000; i++) gosched();
    flag = true;
    gosched();
    ok(rounds[0] >= 999 && abs(rounds[0] - rounds[1]) <= 1, rounds.toString());
  });

  check("tookTurn lets the others run after a slice", () => {
    flag = false;
    goFunc(() => {
      flag = true;
    });
    let calls = 0;
    while (!flag && calls < 100_000) {
      tookTurn();
      calls++;
    }
    ok(flag, "the other never ran");
    ok(calls > 1 && calls <= 128, "after " + calls.toString() + " calls");
  });

  check("one that gives way all the time does not starve timers", () => {
    flag = false;
    goFunc(() => {
      sleep(2 * millisecond);
      flag = true;
    });
    const limit = nanotime() + 5 * second;
    while (!flag && nanotime() < limit) gosched();
    ok(flag, "the sleeper never woke");
  });

  check("many that give way all the time do not starve timers", () => {
    flag = false;
    for (let i = 0; i < 200; i++) {
      goFunc(() => {
        while (!flag) gosched();
      });
    }
    const limit = nanotime() + 5 * second;
    goFunc(() => {
      sleep(2 * millisecond);
      flag = true;
    });
    while (!flag && nanotime() < limit) gosched();
    ok(flag, "the sleeper never woke");
    flag = true;
    gosched();
  });

  check("one that gives way all the time does not starve the poller", () => {
    flag = false;
    const ln = listen("tcp", "127.0.0.1:0").unwrap();
    go<Listener>(echo, ln);
    goFunc(() => {
      while (!flag) gosched();
    });
    const conn = dial("tcp", ln.addr().toString()).unwrap();
    const buffer = new Uint8Array(8);
    for (let round = 1; round <= 20; round++) {
      buffer.fill(round);
      equal(conn.write(buffer).n, 8, "written");
      equal(conn.read(buffer).n, 8, "read");
      equal(buffer[7], round, "echo");
    }
    conn.close();
    ln.close();
    flag = true;
    gosched();
  });

  check("two that hand a value to and fro do not starve a sleeper", () => {
    flag = false;
    const ping = new Chan<i32>();
    go<Chan<i32>>((channel) => {
      while (channel.receiveOk().ok) {}
    }, ping);
    goFunc(() => {
      sleep(2 * millisecond);
      flag = true;
    });
    const limit = nanotime() + 5 * second;
    while (!flag && nanotime() < limit) ping.send(1);
    ping.close();
    ok(flag, "the sleeper never woke");
  });
}

function echo(ln: Listener): void {
  const conn = ln.accept().unwrap();
  const buffer = new Uint8Array(8);
  let got = conn.read(buffer);
  while (got.err === null) {
    conn.write(buffer.subarray(0, got.n));
    got = conn.read(buffer);
  }
  conn.close();
}

function spin(rounds: StaticArray<i32>, mine: i32): void {
  while (!flag) {
    rounds[mine]++;
    gosched();
  }
}
