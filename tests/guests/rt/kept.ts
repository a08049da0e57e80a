// What is kept, for how long, and what is not.
import { splitHostPort } from "wasi-net/assembly";
import { heapSize } from "wasi-net/assembly/rt/collector";
import { check, equal, ok, Weak } from "../shared/check";
import { Box, churn } from "./box";

let global: Box | null = null;

/** Made by functions of their own, so that no local refers to them later. */
function hold(): Weak {
  global = new Box(1);
  return new Weak(changetype<usize>(global!));
}

function pinned(): Weak {
  return new Weak(__pin(changetype<usize>(new Box(2))));
}

function isWhole(at: usize): bool {
  return changetype<Box>(at).whole;
}

let address: usize = 0;

export function kept(): void {
  check("a global keeps an object until it refers to another", () => {
    const weak = hold();
    __collect();
    ok(!weak.collected, "it is gone");
    ok(isWhole(weak.where), "it is damaged");
    global = null;
    __collect();
    ok(weak.collected, "it is kept");
  });

  check("a pinned object is kept until it is unpinned", () => {
    const weak = pinned();
    __collect();
    churn();
    __collect();
    ok(!weak.collected, "it is gone");
    address = weak.where;
    ok(isWhole(address), "it is damaged");
    __unpin(address);
    __collect();
    ok(weak.collected, "it is kept");
  });

  check("null can be pinned", () => {
    ok(__pin(0) == 0, "an address");
    __unpin(0);
  });

  check("many pins, undone in another order", () => {
    const before = live();
    const list: usize[] = [];
    for (let i = 0; i < 60; i++) list.push(pinned().where);
    for (let i = 0; i < 60; i++) {
      const at = list[(i * 7) % 60];
      __collect();
      ok(isWhole(at), "damaged");
      __unpin(at);
    }
    list.length = 0;
    ok(live() <= before + 1024, "some are kept");
  });

  check("what was split keeps its text, and its parts from when they are read", () => {
    // The parts are read at each moment of the collector's work.
    for (let i = 1; i < 100; i++) {
      const split = splitHostPort("[" + words(i) + "]:" + words(i + 1)).value;
      for (let k = 0; k < i; k++) new Box(k);
      equal(split.host.length + split.port.length, words(i).length + words(i + 1).length);
      for (let k = 0; k < 50; k++) new Box(k);
      equal(split.host, words(i), "host");
      equal(split.port, words(i + 1), "port");
    }
  });

  check("the heap is as large as what is reached", () => {
    const empty = live();
    const buffer = new ArrayBuffer(100_000);
    const one = live();
    ok(one - empty >= 100_000 && one - empty < 101_000, (one - empty).toString());
    ok(changetype<usize>(buffer) != 0, "");
  });
}

/** words is a text that no literal is. */
function words(n: i32): string {
  return "w" + n.toString() + "-" + (n * 1234567).toString();
}

function live(): usize {
  __collect();
  return heapSize();
}
