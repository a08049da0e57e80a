// The goroutine runtime's tests in one program, as each build takes seconds. Its first argument says which of them to run.
import { args } from "wasi-net/assembly/os";
import { waits } from "./calls";
import { channels } from "./chan";
import { contexts } from "./context";
import { ends } from "./ends";
import { fdMutexes } from "./fdmutex";
import { frames } from "./frames";
import { goroutines } from "./sched";
import { selects } from "./select";
import { stress } from "./stress";
import { locks } from "./sync";
import { ticks } from "./tick";
import { timers } from "./timer";

export function main(): void {
  const part = args()[1];
  if (part == "calls") waits();
  else if (part == "chan") channels();
  else if (part == "context") contexts();
  else if (part == "ends") ends();
  else if (part == "fdmutex") fdMutexes();
  else if (part == "frames") frames();
  else if (part == "sched") goroutines();
  else if (part == "select") selects();
  else if (part == "stress") stress();
  else if (part == "sync") locks();
  else if (part == "tick") ticks();
  else if (part == "timer") timers();
}
