// Ends in the way that its first argument says, some calls deep. Asked whether to go on, the optimizer leaves the calls as they are.
import { ErrorString, Result } from "wasi-net/assembly/errors";
import { args, exit } from "wasi-net/assembly/os";
import { Chan, go, sleep } from "wasi-net/assembly/task";
import { millisecond } from "wasi-net/assembly/time";

export function main(): void {
  const way = args()[1];
  if (way == "goroutine") {
    go<string>(worker, "unwrap");
    new Chan<i32>().receive();
  }
  descend(way, 2);
}

function worker(way: string): void {
  descend(way, 1);
}

function descend(way: string, depth: i32): i32 {
  if (depth > 0) {
    sleep(millisecond);
    return descend(way, depth - 1) + 1;
  }
  return end(way);
}

function end(way: string): i32 {
  if (way == "unwrap") Result.fail<i32>(new ErrorString("no luck")).unwrap();
  if (way == "divide") return 1 / (args().length - 2);
  if (way == "recurse") return end(way) + 1;
  if (way == "deadlock") return new Chan<i32>().receive();
  if (way == "exit") exit(2);
  return 0;
}
