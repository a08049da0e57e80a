/**
 * Checks that a guest makes of itself. Each prints one line, `ok NAME` or `FAIL NAME: WHY`, which
 * tests/assembly/support/checks.ts turns into one test.
 */
import { print } from "wasi-net/assembly/os";
import { wasReached } from "wasi-net/assembly/rt/block";

let why: string = "";

/** check runs one check. Its name must be a literal: the tests are named before the guest runs. */
export function check(name: string, body: () => void): void {
  why = "";
  body();
  print(why == "" ? "ok " + name : "FAIL " + name + ": " + why.replaceAll("\n", " / "));
}

/** fail notes that the check has failed. The first reason counts; the check goes on. */
export function fail(reason: string): void {
  if (why == "") why = reason;
}

/** ok fails the check unless the condition holds. */
export function ok(condition: bool, what: string): void {
  if (!condition) fail(what);
}

/** equal fails the check unless both are equal: strings by their text, other objects by identity. */
export function equal<T>(got: T, want: T, what: string = "got"): void {
  if (got != want) fail(what + " " + show<T>(got) + ", want " + show<T>(want));
}

function show<T>(value: T): string {
  if (isString<T>()) {
    return changetype<usize>(value) == 0 ? "null" : '"' + changetype<string>(value) + '"';
  } else if (isReference<T>()) {
    return changetype<usize>(value) == 0 ? "null" : "object " + changetype<usize>(value).toString();
  } else {
    return value.toString();
  }
}

/** Random is a small generator of numbers that are the same in every run with the same seed. */
export class Random {
  constructor(private state: u32) {
    this.state = (state + 1) * 0x9e3779b9;
  }

  /** below answers a number from 0 to limit - 1. */
  below(limit: i32): i32 {
    this.state ^= this.state << 13;
    this.state ^= this.state >> 17;
    this.state ^= this.state << 5;
    return <i32>(this.state % <u32>limit);
  }
}

/**
 * Weak knows a small object without keeping it alive. Nothing may be allocated between a collection and
 * the question.
 */
export class Weak {
  constructor(readonly where: usize) {}

  get collected(): bool {
    return !wasReached(this.where);
  }
}
