// What the compiler's library does with references behind the collector's back: none may be lost, whenever it looks.
import { Chan, go, gosched, WaitGroup } from "wasi-net/assembly/task";
import { check, equal, fail, ok, Random } from "../shared/check";
import { Box, boxes, churn, intact, MANY, sumTo } from "./box";

/** Comparing allocates, so that the collector looks while the array is half sorted. */
function byText(a: Box, b: Box): i32 {
  const x = a.text.padStart(12, "0");
  const y = b.text.padStart(12, "0");
  return x < y ? -1 : x > y ? 1 : 0;
}

const random = new Random(3);

/** shuffled makes boxes in an order that is no order. */
function shuffled(count: i32): Box[] {
  const all = boxes(count);
  for (let i = 0; i < count; i++) {
    const j = random.below(count);
    const one = all[i];
    all[i] = all[j];
    all[j] = one;
  }
  return all;
}

function sorted(count: i32): void {
  const all = shuffled(count);
  all.sort(byText);
  churn();
  intact(all, sumTo(count), count.toString() + " boxes");
  for (let i = 1; i < count; i++) ok(byText(all[i - 1], all[i]) <= 0, "order");
}

/** longerAgain makes an array of two boxes of a longer one, and that as long as it was, in one of several ways. */
function longerAgain(count: i32, way: i32): void {
  const all: (Box | null)[] = [];
  for (let i = 0; i < count + 2; i++) all.push(new Box(i));
  if (way == 0) all.length = 2;
  else if (way == 1) all.splice(2, count);
  else for (let i = 0; i < count; i++) all.pop();
  churn();
  const last = way < 3 ? count + 2 : 4 * count;
  if (way == 2) all[last - 1] = null;
  else all.length = last;
  churn();
  equal(all.length, last);
  for (let i = 0; i < 2; i++) ok(all[i]!.whole, "the rest is damaged");
  for (let i = 2; i < last; i++) ok(all[i] === null, "it shows old boxes");
}

export function containers(): void {
  check("an array in which references move", () => {
    const all = boxes(MANY);
    let sum = sumTo(MANY);
    for (let i = 0; i < MANY / 4; i++) {
      all.push(all.shift());
      all.unshift(all.pop());
      const middle = all.splice(all.length / 3, 5);
      churn();
      all.reverse();
      for (let j = 0; j < middle.length; j++) all.push(middle[j]);
      if (!all[i].whole) fail("damaged");
    }
    churn();
    intact(all, sum, "moved");
    all.copyWithin(0, MANY / 2, MANY / 2 + 10);
    for (let i = 0; i < 10; i++) sum += all[MANY / 2 + i].id;
    all.splice(0, 0);
    churn();
    for (let i = 0; i < all.length; i++) ok(all[i].whole, "copied");
  });

  check("arrays made of arrays", () => {
    let all = boxes(MANY);
    for (let i = 0; i < 8; i++) {
      const half = all.length / 2;
      const rows = [all.slice(half), all.slice(0, half)];
      churn();
      all = rows.flat();
      churn();
      all = all.slice(7).concat(all.slice(0, 7));
      all = all.map<Box>((one) => one).filter((one) => one.whole);
    }
    churn();
    intact(all, sumTo(MANY), "put together");
  });

  check("an array that is filled and cut", () => {
    const all = new Array<Box | null>(MANY);
    for (let round = 0; round < 4; round++) {
      all.fill(new Box(round), 3, MANY - 3);
      churn();
      for (let i = 3; i < MANY - 3; i++) equal(all[i]!.id, round);
      all.length = MANY / 2;
      churn();
      for (let i = 0; i < MANY; i++) all[i] = i & 1 ? new Box(i) : null;
      churn();
      for (let i = 0; i < MANY; i++) ok(i & 1 ? all[i]!.whole : all[i] === null, "refilled");
    }
  });

  check("an array that is longer again has nothing there", () => {
    for (let way = 0; way < 4; way++) {
      for (let count = 1; count < MANY; count = count * 3 + 1) longerAgain(count, way);
    }
    const numbers: i32[] = [1, 2, 3, 4, 5];
    numbers.length = 1;
    numbers[3] = 6;
    equal(numbers.join(), "1,0,0,6");
    numbers.length = 5;
    equal(numbers.join(), "1,0,0,6,0");
  });

  check("two boxes, sorted", () => sorted(2));
  check("three boxes, sorted", () => sorted(3));
  check("boxes sorted by insertion", () => sorted(40));
  check("boxes sorted by merging", () => {
    for (let round = 0; round < 3; round++) sorted(MANY);
  });

  check("static arrays", () => {
    let all = StaticArray.fromArray<Box>(boxes(MANY));
    churn();
    for (let i = 0; i < 4; i++) {
      const rest = all.slice<StaticArray<Box>>(9);
      churn();
      all = rest.concat<StaticArray<Box>>(all.slice<StaticArray<Box>>(0, 9));
      all.reverse();
    }
    churn();
    const mixed = StaticArray.fromArray<Box>(shuffled(MANY));
    mixed.sort(byText);
    churn();
    const back = all.slice<Box[]>(0);
    churn();
    intact(back, sumTo(MANY), "in static arrays");
    intact(mixed.slice<Box[]>(0), sumTo(MANY), "sorted");
  });

  check("maps and sets that are built anew", () => {
    const map = new Map<string, Box>();
    const set = new Set<Box>();
    for (let i = 0; i < MANY; i++) {
      const box = new Box(i);
      map.set("key " + i.toString(), box);
      set.add(box);
      if (i % 3 == 0) map.delete("key " + (i / 2).toString());
      if (i % 50 == 0) churn();
    }
    churn();
    const keys = map.keys();
    churn();
    for (let i = 0; i < keys.length; i++) {
      const box = map.get(keys[i]);
      ok(box.whole && keys[i] == "key " + box.id.toString(), "the map");
    }
    map.clear();
    const values = set.values();
    set.clear();
    churn();
    intact(values, sumTo(MANY), "the set");
  });

  check("texts in pieces", () => {
    let text = "";
    for (let i = 0; i < MANY; i++) text += i.toString() + ",";
    const parts = text.split(",");
    churn();
    equal(parts.length, MANY + 1);
    equal(parts.join(","), text);
    equal(text.replaceAll(",", ";;").replaceAll(";;", ","), text);
    const single = "abc".repeat(40).split("");
    churn();
    equal(single.join(""), "abc".repeat(40));
    equal(String.UTF8.decode(String.UTF8.encode(text.toUpperCase())), text);
  });

  check("views of one buffer", () => {
    const views: Uint8Array[] = [];
    for (let i = 0; i < MANY; i++) {
      const bytes = new Uint8Array(40).fill(<u8>i);
      views.push(Uint8Array.wrap(bytes.subarray(8, 30).buffer, 4, 20).subarray(2, 12));
      if (i % 50 == 0) churn();
    }
    for (let i = 0; i < MANY; i++) {
      equal(views[i].length, 10);
      equal(views[i][9], <u8>i);
      equal(views[i].slice(3).filter((byte) => byte == 7).length, (i & 255) == 7 ? 7 : 0);
    }
  });

  check("functions in fields", () => {
    const table: ((box: Box) => i32)[] = [];
    for (let i = 0; i < MANY; i++) {
      table.push(i & 1 ? (box: Box) => box.id : (box: Box) => -box.id);
    }
    churn();
    for (let i = 0; i < MANY; i++) equal(table[i](new Box(i)), i & 1 ? i : -i);
  });

  check("a reference that only a local has while the marking ends", () => {
    let last = new Box(0);
    for (let i = 1; i < MANY; i++) {
      const hidden = last.next;
      last.next = null;
      churn();
      last = new Box(i);
      last.next = hidden === null ? new Box(i - 1) : hidden;
      ok(last.next!.whole, "hidden");
    }
  });

  check("references on their way between goroutines", () => {
    const group = new WaitGroup();
    for (let i = 0; i < 8; i++) {
      const line = new Line(new Chan<Box>(i & 3), new Chan<Box>(0), group);
      group.add(2);
      go<Line>(send, line);
      go<Line>(pass, line);
      go<Line>(receive, line);
    }
    group.wait();
    equal(received, 8 * sumTo(MANY / 4));
  });
}

let received = 0;

class Line {
  constructor(
    readonly first: Chan<Box>,
    readonly second: Chan<Box>,
    readonly group: WaitGroup,
  ) {}
}

function send(line: Line): void {
  for (let i = 0; i < MANY / 4; i++) {
    line.first.send(new Box(i));
    if (i % 10 == 0) churn();
  }
  line.first.close();
  line.group.done();
}

function pass(line: Line): void {
  for (let got = line.first.receiveOk(); got.ok; got = line.first.receiveOk()) {
    gosched();
    line.second.send(got.value);
  }
  line.second.close();
}

function receive(line: Line): void {
  for (let got = line.second.receiveOk(); got.ok; got = line.second.receiveOk()) {
    new Box(1);
    if (!got.value.whole) fail("a box was damaged on its way");
    received += got.value.id;
  }
  line.group.done();
}
