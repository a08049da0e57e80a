// A wait during which everything happens that could hurt a frame.
import { go, gosched } from "wasi-net/assembly/task";

export class Box {
  constructor(
    public value: i32,
    public text: string,
  ) {}
}

/** pause waits, and lets the collector and the allocator have their way meanwhile. */
export function pause(): void {
  go<i32>(disturb, 20);
  gosched();
}

function disturb(count: i32): void {
  __collect();
  for (let i = 0; i < count; i++) new Box(-1, "x".repeat(i));
}
