// Nine goroutines, each of which writes a line twice; and timers that are due at once.
import { print } from "wasi-net/assembly/os";
import { nanotime } from "wasi-net/assembly/sys/clock";
import { go, gosched, WaitGroup } from "wasi-net/assembly/task";
import { Timer } from "wasi-net/assembly/task/timer";

let left: WaitGroup = new WaitGroup();

class Line extends Timer {
  constructor(readonly text: string) {
    super();
  }

  fire(): void {
    print(this.text);
    left.done();
  }
}

export function main(): void {
  left.add(18);
  for (let i = 1; i < 10; i++) go<i32>(write, i);
  const soon = nanotime() + 1000;
  for (let i = 1; i < 10; i++) new Line("timer " + i.toString()).set(soon + i);
  left.wait();
}

function write(number: i32): void {
  print("goroutine " + number.toString());
  left.done();
}
