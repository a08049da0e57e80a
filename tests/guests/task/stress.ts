// Very many goroutines, and a collector that runs whenever it hurts. The second argument is a seed.
import { check, equal, ok, Random } from "../shared/check";
import { Chan, go, gosched, sleep } from "wasi-net/assembly/task";
import { alive } from "wasi-net/assembly/task/goroutine";
import { args } from "wasi-net/assembly/os";
import { microsecond } from "wasi-net/assembly/time";

let random: Random = new Random(0);
let broken: i32 = 0;
let finished: i32 = 0;
let gate: Chan<bool> = new Chan<bool>();

class Box {
  next: Box | null = null;

  constructor(
    public value: i32,
    public text: string,
  ) {}
}

export function stress(): void {
  const words = args();
  random = new Random(words.length > 2 ? I32.parseInt(words[2]) : 1);

  // The first, while memory is small.
  check("goroutines that waited deep once do not keep the room for it", () => {
    gate = new Chan<bool>();
    finished = 0;
    let before = 0;
    for (let i = 0; i < 600; i++) {
      if (i == 100) before = memory.size();
      go<i32>(shallow, 300);
      gosched();
      gosched();
      if (i % 20 == 19) __collect();
    }
    // Each had some 17 KiB: 130 pages.
    const grown = memory.size() - before;
    ok(grown < 64, "grew by " + grown.toString() + " pages");
    gate.close();
    gosched();
    equal(finished, 600, "finished");
  });

  check("5,000 goroutines, parked deep with objects, outlive collections at any time", () => {
    broken = 0;
    finished = 0;
    gate = new Chan<bool>();
    for (let i = 0; i < 5000; i++) go<i32>(parkDeep, i);
    gosched();
    __collect();
    churn(1000);
    __collect();
    gate.close();
    while (finished < 5000) gosched();
    equal(broken, 0, "broken frames");
  });

  check("goroutines that wait at random places, with collections at random times", () => {
    broken = 0;
    finished = 0;
    for (let i = 0; i < 1000; i++) go<i32>(wander, i);
    while (finished < 1000) {
      if (random.below(50) == 0) __collect();
      gosched();
    }
    equal(broken, 0, "broken frames");
  });

  check("100,000 goroutines at once", () => {
    finished = 0;
    gate = new Chan<bool>();
    for (let i = 0; i < 100_000; i++) {
      go<i32>((n) => {
        const text = n.toString();
        gate.receiveOk();
        if (text != n.toString()) broken++;
        finished++;
      }, i);
    }
    gosched();
    equal(finished, 0, "finished before");
    gate.close();
    gosched();
    equal(finished, 100_000, "finished");
    equal(broken, 0, "broken");
  });

  check("goroutines that have ended leave no memory behind", () => {
    const others = alive;
    for (let i = 0; i < 2; i++) generation();
    const before = memory.size();
    for (let i = 0; i < 8; i++) generation();
    ok(memory.size() == before, "grew by " + (memory.size() - before).toString() + " pages");
    equal(alive, others, "alive");
  });
}

/** shallow has waited deep once, and waits on. */
function shallow(depth: i32): void {
  deep(depth, depth, "deep");
  gate.receiveOk();
  finished++;
}

function deep(depth: i32, number: i64, text: string): i64 {
  if (depth == 0) gosched();
  const below = depth == 0 ? 0 : deep(depth - 1, number * 3, text);
  return below + number + text.length;
}

function churn(count: i32): void {
  for (let i = 0; i < count; i++) new Box(-1, i.toString());
}

function parkDeep(id: i32): void {
  const box = new Box(id, "goroutine " + id.toString());
  hold(1 + (id % 40), id, box);
  if (box.value != id || box.text != "goroutine " + id.toString()) broken++;
  finished++;
}

/** hold has in each frame objects that nothing else refers to. */
function hold(depth: i32, id: i32, outer: Box): void {
  const box = new Box(id ^ depth, outer.text + "/" + depth.toString());
  box.next = new Box(depth, id.toString());
  const list: string[] = [depth.toString(), box.text];
  if (depth <= 1) gate.receiveOk();
  else hold(depth - 1, id, depth % 8 == 0 ? new Box(id, "fresh") : outer);
  if (random.below(20_000) == 0) __collect();
  if (box.value != (id ^ depth) || box.text != list[1] || list[0] != depth.toString()) broken++;
  const next = box.next;
  if (next === null || next.value != depth || next.text != id.toString()) broken++;
  if (!box.text.endsWith("/" + depth.toString())) broken++;
}

function wander(id: i32): void {
  for (let i = 0; i < 3; i++) {
    const depth = random.below(30);
    if (roam(depth, id, "at " + id.toString()) != (depth * (depth + 1)) / 2) broken++;
  }
  finished++;
}

function roam(depth: i32, id: i32, text: string): i32 {
  const mine = text + depth.toString();
  const box = new Box(id + depth, mine);
  wait();
  const below = depth == 0 ? 0 : roam(depth - 1, id, text);
  wait();
  if (box.value != id + depth || box.text != text + depth.toString() || mine != box.text) broken++;
  return below + depth;
}

function wait(): void {
  const what = random.below(2000);
  if (what == 0) __collect();
  else if (what < 200) gosched();
  else if (what < 240) sleep(1 + random.below(200) * microsecond);
  else if (what < 600) churn(3);
}

/** generation starts goroutines that park at different depths, ends them, and collects. */
function generation(): void {
  gate = new Chan<bool>();
  finished = 0;
  for (let i = 0; i < 800; i++) go<i32>(parkDeep, i);
  gosched();
  gate.close();
  while (finished < 800) gosched();
  __collect();
}
