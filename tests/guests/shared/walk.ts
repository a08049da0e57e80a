// Every error that a public call of the library returns comes through here: tests/walker.ts puts calls of these two functions there.
import { NetError } from "wasi-net/assembly";
import { panic } from "wasi-net/assembly/sys/panic";
import { misshapen } from "./shape";

let count: i32 = 0;

/** walked is how many errors were looked at. */
export function walked(): i32 {
  return count;
}

export function walkedError<E>(err: E, call: string): E {
  if (err !== null) walk(changetype<NetError>(err), call);
  return err;
}

export function walkedResult<R>(result: R, call: string): R {
  const err = result.err;
  if (err !== null) walk(err, call);
  return result;
}

function walk(err: NetError, call: string): void {
  count++;
  const wrong = misshapen(call, err);
  if (wrong.length > 0) panic("an error of " + call + " " + wrong + ": " + err.error());
}
