// Switching stacks: what lives in frames is the same after a wait, at whatever depth it was.
import { check, equal, Weak } from "../shared/check";
import { go, gosched, WaitGroup } from "wasi-net/assembly/task";
import { Box, pause } from "./pause";

let broken: i32 = 0;
let group: WaitGroup = new WaitGroup();

/** descend keeps a value of every type across the wait at the bottom, in each of its frames. */
function descend(depth: i32, a: i64, b: f32, c: f64, text: string, box: Box): i64 {
  const i = depth * 7 + 1;
  const l = a * 31 + depth;
  const f = b * <f32>0.5 + <f32>depth;
  const d = c * 0.5 + <f64>depth;
  const u = <u8>depth;
  const s = text.substring(0, 8) + depth.toString();
  const o = new Box(depth, s + "!");
  const list: i32[] = [depth, i];
  let sum: i64 = 0;
  if (depth == 0) pause();
  else sum = descend(depth - 1, l, f, d, s, o);
  if (i != depth * 7 + 1 || l != a * 31 + depth || u != <u8>depth) broken++;
  if (f != b * <f32>0.5 + <f32>depth || d != c * 0.5 + <f64>depth) broken++;
  if (s != text.substring(0, 8) + depth.toString() || o.value != depth) broken++;
  if (o.text != s + "!" || list.length != 2 || list[1] != i || box.text.length == 0) broken++;
  return sum + depth;
}

function dive(depth: i32): void {
  const box = new Box(depth, "top");
  const sum = descend(depth, depth, 1.25, -2.5, "top" + depth.toString(), box);
  if (sum != (depth * (depth + 1)) / 2 || box.value != depth || box.text != "top") broken++;
}

export function frames(): void {
  check("a wait below 1 to 200 frames leaves every local as it was", () => {
    broken = 0;
    for (let depth = 1; depth <= 200; depth++) dive(depth);
    equal(broken, 0, "broken frames");
  });

  check("waits at alternating depths", () => {
    broken = 0;
    for (let depth = 0; depth <= 100; depth++) {
      dive(depth);
      dive(200 - 2 * depth);
      dive(depth & 1);
    }
    equal(broken, 0, "broken frames");
  });

  check("one goroutine after the other, each at a depth of its own", () => {
    broken = 0;
    group = new WaitGroup();
    for (let depth = 0; depth < 100; depth++) {
      group.add(1);
      go<i32>((depth) => {
        for (let i = 0; i < 4; i++) dive((depth * (i + 1)) % 60);
        group.done();
      }, depth);
    }
    group.wait();
    equal(broken, 0, "broken frames");
  });

  check("waits on the way down and on the way up", () => {
    equal(everyFrame(100, "x"), 100 * 101);
  });

  check("a wait in each of many loops", () => {
    let sum: i64 = 0;
    for (let i: i64 = 0; i < 10; i++) {
      let j = 10;
      while (j-- > 0) {
        const before = sum;
        if (i % 3 == 0) gosched();
        else if (j & 1) pause();
        sum = before + i * j;
      }
    }
    equal(sum, 45 * 45);
  });

  check("what a frame holds lives while it waits, and no longer than its call", () => {
    go<i32>(returning, 4);
    gosched();
    __collect();
    equal(held.collected, false, "collected during the wait");
    gosched();
    gosched();
    __collect();
    equal(held.collected, true, "collected after the call");
    gosched();
  });

  check("a frame of very many locals", () => {
    equal(wide(3), wideWithout(3));
  });
}

let held: Weak = new Weak(changetype<usize>(group));

function returning(depth: i32): void {
  holding(depth);
  for (let i = 0; i < 3; i++) gosched();
}

function holding(depth: i32): void {
  const box = new Box(depth, "held");
  if (depth == 0) {
    held = new Weak(changetype<usize>(box));
    gosched();
  } else {
    holding(depth - 1);
  }
  if (box.text != "held") broken++;
}

function everyFrame(depth: i32, text: string): i64 {
  if (depth == 0) return 0;
  const mine = text + depth.toString();
  gosched();
  const below = everyFrame(depth - 1, text);
  gosched();
  return below + (mine == text + depth.toString() ? 2 * depth : 0);
}

function wide(n: f64): f64 {
  const a = n + 1,
    b = n * a,
    c = a - b,
    d = b * c,
    e = c + d,
    f = d - e,
    g = e * 2,
    h = f + g;
  const i = <i64>a,
    j = <i64>b * 3,
    k = i - j,
    l = k * k,
    m = l + 1,
    o = m - i,
    p = o * 2,
    q = p - j;
  const r = <f32>a,
    s = r * 2,
    t = s + r,
    u = t - s,
    v = <i32>i,
    w = v + 1,
    x = w * w,
    y = x - v;
  gosched();
  const floats = a + b + c + d + e + f + g + h + <f64>(r + s + t + u);
  return floats + <f64>(i + j + k + l + m + o + p + q) + <f64>(v + w + x + y);
}

function wideWithout(n: f64): f64 {
  const a = n + 1,
    b = n * a,
    c = a - b,
    d = b * c,
    e = c + d,
    f = d - e,
    g = e * 2,
    h = f + g;
  const i = <i64>a,
    j = <i64>b * 3,
    k = i - j,
    l = k * k,
    m = l + 1,
    o = m - i,
    p = o * 2,
    q = p - j;
  const r = <f32>a,
    s = r * 2,
    t = s + r,
    u = t - s,
    v = <i32>i,
    w = v + 1,
    x = w * w,
    y = x - v;
  const floats = a + b + c + d + e + f + g + h + <f64>(r + s + t + u);
  return floats + <f64>(i + j + k + l + m + o + p + q) + <f64>(v + w + x + y);
}
