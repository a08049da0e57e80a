// Programs that a missing root breaks. The test (tests/host/shadowstack.test.ts) has all garbage collected at every allocation,
// and what is freed overwritten.
import { print } from "wasi-net/assembly/os";
import {
  Chan,
  go,
  gosched,
  sleep,
  WaitGroup,
  withCancel,
  background,
} from "wasi-net/assembly/task";

let seed: u32 = 12345;
let checks: u32 = 0;

function random(below: i32): i32 {
  seed = seed * 1664525 + 1013904223;
  return <i32>((seed >> 8) % <u32>below);
}

function check(ok: bool, what: string): void {
  checks++;
  if (!ok) {
    print("FAILED: " + what);
    unreachable();
  }
}

/** Something that allocates and is garbage at once. */
function churn(): string {
  return "churn" + random(1000).toString();
}

class Box {
  text: string;
  next: Box | null = null;
  constructor(public id: i32) {
    this.text = "box" + id.toString();
  }
  verify(): Box {
    check(this.text == "box" + this.id.toString(), "box " + this.id.toString());
    return this;
  }
}

// --- Strings

function strings(): i32 {
  let text = "";
  for (let i = 0; i < 60; i++) {
    const piece = i.toString() + ",";
    text = i % 3 == 0 ? text + piece : piece.concat(text);
    if (i % 7 == 0) text = text.substring(0, text.length >> 1);
  }
  const parts = text.split(",");
  let joined = "";
  for (let i = 0; i < parts.length; i++)
    joined += `${parts[i]}-${churn().length}:${parts[i].padStart(4, "0")};`;
  check(joined.indexOf("undefined") < 0, "strings");
  return hash(joined.toUpperCase().replaceAll("-", "+"));
}

function hash(text: string): i32 {
  let h: u32 = 2166136261;
  for (let i = 0; i < text.length; i++) h = (h ^ <u32>text.charCodeAt(i)) * 16777619;
  return <i32>h;
}

// --- Operands

function three(a: Box, b: Box, c: Box): Box {
  churn();
  a.verify();
  b.verify();
  churn();
  return c.verify();
}

function same(box: Box): Box {
  return box;
}

function fresh(id: i32): Box {
  churn();
  return new Box(id);
}

function lengthOf(text: string): i32 {
  return text.length;
}

function operands(): i32 {
  let sum = 0;
  for (let i = 0; i < 40; i++) {
    let x = new Box(i);
    sum += three(x, (x = fresh(i + 1)), three(fresh(i + 2), same(x), same(fresh(i + 3)))).id;
    x.verify();
    sum += lengthOf(fresh(i).text + churn()) + same(fresh(i)).verify().id;
    let y = x;
    x = fresh(i);
    three(y, x, y);
    y = i & 1 ? x : fresh(7);
    const z = i & 2 ? y : x;
    three(z, y, x);
  }
  return sum;
}

// --- Parameters that are assigned, and that are not

function longest(a: Box, b: Box): Box {
  if (random(2)) a = fresh(a.id + b.id);
  churn();
  if (random(2)) b = a;
  churn();
  a.verify();
  return b.verify();
}

function deep(box: Box, depth: i32): Box {
  if (depth == 0) return new Box(box.id + 1);
  const mine = fresh(depth);
  const result = deep(depth & 1 ? box : mine, depth - 1);
  mine.verify();
  box.verify();
  return longest(result, mine);
}

function varargs(a: Box, b: Box = fresh(a.id + 1), c: Box = longest(a, b)): i32 {
  churn();
  return a.verify().id + b.verify().id + c.verify().id;
}

function parameters(): i32 {
  let sum = 0;
  for (let i = 0; i < 30; i++) {
    sum += deep(fresh(i), 12).id;
    sum += varargs(fresh(i)) + varargs(fresh(i), fresh(2)) + varargs(fresh(1), fresh(i), fresh(3));
  }
  return sum;
}

// --- Loops in which a local is the only holder

function loops(): i32 {
  let head: Box | null = null;
  for (let i = 0; i < 100; i++) {
    const box = fresh(i);
    if (i % 5 == 0) continue;
    box.next = head;
    head = box;
    if (i % 11 == 0) head = head.next;
    while (head !== null && random(4) == 0) head = head.next;
    churn();
  }
  let sum = 0;
  while (head !== null) {
    sum += head.verify().id;
    head = head.next;
  }
  let last: Box | null = null;
  for (let i = 0; i < 30; i++) {
    switch (random(4)) {
      case 0:
        last = fresh(i);
        break;
      case 1:
        last = last ? three(last, fresh(i), last) : null;
      case 2:
        churn();
        break;
      default:
        if (last !== null) last = deep(last, 2);
    }
    if (last) sum += last.verify().id;
  }
  return sum;
}

// --- Classes, virtual calls, interfaces

interface Named {
  name(): string;
}

abstract class Shape implements Named {
  tag: string;
  constructor(protected size: i32) {
    this.tag = "size" + size.toString();
  }
  abstract area(other: Shape): Box;
  name(): string {
    return this.tag + churn().substring(0, 1);
  }
  grow(by: Box): Shape {
    churn();
    this.size += by.verify().id;
    this.tag = "size" + this.size.toString();
    return this;
  }
}

class Square extends Shape {
  area(other: Shape): Box {
    const box = fresh(this.size * this.size);
    other.name();
    return box.verify();
  }
}

class Circle extends Shape {
  private center: Box;
  constructor(size: i32) {
    super(size + 1);
    this.center = fresh(size);
  }
  area(other: Shape): Box {
    return this.center.verify().id > 3
      ? other.grow(fresh(1)).area(this.mirror())
      : fresh(this.size * 3);
  }
  mirror(): Shape {
    return new Square(this.size);
  }
  name(): string {
    return super.name() + this.center.verify().text;
  }
}

function shapes(): i32 {
  const all: Shape[] = [];
  for (let i = 0; i < 30; i++) all.push(i & 1 ? new Square(i) : new Circle(i % 7));
  let text = "";
  for (let i = 0; i < all.length; i++) {
    const other = all[random(all.length)];
    text += all[i].area(other).text + (<Named>all[i]).name() + same(new Box(i)).text;
    if (random(3) == 0) all[i] = all[i].grow(fresh(2));
  }
  return hash(text);
}

// --- Arrays, maps, sets, typed arrays, functions

function collections(): i32 {
  const map = new Map<string, Box>();
  const set = new Set<string>();
  for (let i = 0; i < 80; i++) {
    const key = "key" + (i % 50).toString();
    map.set(key, fresh(i));
    set.add(key + churn().substring(0, 2));
    if (i % 9 == 0) map.delete("key" + random(50).toString());
  }
  let sum = set.size;
  const keys = map.keys();
  for (let i = 0; i < keys.length; i++) sum += map.get(keys[i]).verify().id;
  const boxes = map.values();
  boxes.sort((a, b) => a.verify().id - b.verify().id + churn().length * 0);
  const texts = boxes
    .filter((box) => box.verify().id % 2 == 0)
    .map<string>((box) => box.text + churn().charAt(0));
  const nested = [[fresh(1), fresh(2)], [fresh(3)], [same(fresh(4)), fresh(5), fresh(6)]];
  for (let i = 0; i < nested.length; i++)
    for (let j = 0; j < nested[i].length; j++) sum += nested[i][j].verify().id;
  const bytes = Uint8Array.wrap(String.UTF8.encode(texts.join("|")));
  const half = bytes.subarray(3, bytes.length >> 1).slice(1);
  sum += nested.reduce<i32>((total, row) => total + row.concat([fresh(9)]).length, 0);
  sum += hash(String.UTF8.decode(half.buffer.slice(2)));
  return sum + texts.length + boxes.reverse().length;
}

// --- Goroutines

class Job {
  constructor(
    readonly box: Box,
    readonly reply: Chan<Box>,
    readonly group: WaitGroup,
  ) {}
}

function work(job: Job): void {
  const mine = fresh(job.box.id);
  const kept = parked(job.box, mine, 6);
  mine.verify();
  job.reply.send(kept.verify());
  churn();
  job.group.done();
}

function parked(a: Box, b: Box, depth: i32): Box {
  const local = fresh(depth);
  if (depth == 0) {
    sleep(random(3) * 100000);
    return local.verify();
  }
  const below = depth & 1 ? parked(local, fresh(a.id), depth - 1) : parked(b, a, depth - 1);
  gosched();
  three(local, a, b);
  if (depth % 3 == 0) return longest(below, local);
  return below.verify();
}

function produce(out: Chan<string>): void {
  for (let i = 0; i < 20; i++) {
    out.send(`item ${i} of ${churn().charAt(0)}${fresh(i).text}`);
    if (random(2)) gosched();
  }
  out.close();
}

function goroutines(): i32 {
  let sum = 0;
  for (let round = 0; round < 4; round++) {
    const group = new WaitGroup();
    const reply = new Chan<Box>(round);
    for (let i = 0; i < 12; i++) {
      group.add(1);
      go<Job>(work, new Job(fresh(i), reply, group));
      if (i & 1) gosched();
    }
    const items = new Chan<string>(round & 1);
    go<Chan<string>>(produce, items);
    let text = "";
    for (let got = items.receiveOk(); got.ok; got = items.receiveOk())
      text += got.value + churn().charAt(2);
    for (let i = 0; i < 12; i++) sum += reply.receive().verify().id;
    group.wait();
    const context = withCancel(background());
    context.cancel();
    sum += text.length + context.err()!.error().length;
  }
  return sum;
}

export function main(): void {
  __collect();
  for (let round = 0; round < 2; round++) {
    print(`strings ${strings()}`);
    print(`operands ${operands()}`);
    print(`parameters ${parameters()}`);
    print(`loops ${loops()}`);
    print(`shapes ${shapes()}`);
    print(`collections ${collections()}`);
    print(`goroutines ${goroutines()}`);
  }
  print(`checks ${checks}`);
}
