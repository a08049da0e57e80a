// The lines of a transcript.
import {
  AddrError,
  eof,
  errClosed,
  errDeadlineExceeded,
  Errno,
  NetError,
  OpError,
  SyscallError,
} from "wasi-net/assembly";
import { print } from "wasi-net/assembly/os";
import { panic } from "wasi-net/assembly/sys/panic";
import { swap } from "./control";
import { folder, token } from "./role";

/** scene is what both sides are at. */
export let scene: string = "";

/** Name is a text that differs from run to run, and what stands for it. */
class Name {
  constructor(
    readonly text: string,
    readonly by: string,
  ) {}
}

/** The longest first: one may be part of another. */
let names: Name[] = [];

/** begin starts a scene, on both sides. */
export function begin(name: string): void {
  scene = name;
  names = [];
  const other = swap(name);
  if (other != name) panic(name + ": the peer is at " + other);
}

/** alias lets a name stand for an address. What has no address of its own, such as "@", is worth to be seen. */
export function alias(text: string, by: string): void {
  if (text.length < 2) return;
  let at = 0;
  while (at < names.length && names[at].text.length >= text.length) at++;
  names.push(new Name(text, by));
  for (let i = names.length - 1; i > at; i--) {
    const one = names[i];
    names[i] = names[i - 1];
    names[i - 1] = one;
  }
}

/** note writes a line of the transcript. */
export function note(step: string, text: string): void {
  for (let i = 0; i < names.length; i++) text = text.replaceAll(names[i].text, names[i].by);
  text = text.replaceAll(folder, "DIR").replaceAll(token, "TOKEN");
  print(scene + ": " + step + ": " + text);
}

/** moved notes a read or write: how many bytes, which, and the error. */
export function moved(step: string, data: Uint8Array, n: i32, err: NetError | null): void {
  note(step, n.toString() + " " + hash(data, n) + " " + describe(err));
}

export function failed(step: string, err: NetError | null): void {
  note(step, describe(err));
}

/** holds notes whether something is as it should be. */
export function holds(step: string, yes: bool): void {
  note(step, yes ? "true" : "false");
}

/** describe is an error's text, what it counts as, and what it is made of. */
export function describe(err: NetError | null): string {
  if (err === null) return "ok";
  if (err === eof) return "EOF";
  const marks: string[] = [];
  if (err.timeout()) marks.push("timeout");
  if (err.temporary()) marks.push("temporary");
  if (err.is(errClosed)) marks.push("closed");
  if (err.is(errDeadlineExceeded)) marks.push("deadline");
  let e: NetError | null = err;
  while (e !== null) {
    if (e instanceof OpError) marks.push("Op");
    else if (e instanceof AddrError) marks.push("Addr");
    else if (e instanceof SyscallError) marks.push("Syscall");
    else if (e instanceof Errno) marks.push("Errno");
    e = e.unwrap();
  }
  return err.error() + " [" + marks.join(" ") + "]";
}

/** hash is FNV-1a of the first n bytes. */
function hash(data: Uint8Array, n: i32): string {
  let h: u32 = 0x811c9dc5;
  for (let i = 0; i < n; i++) h = (h ^ data[i]) * 0x01000193;
  return h.toString(16).padStart(8, "0");
}

/** pattern is some bytes, as many as asked for. */
export function pattern(n: i32): Uint8Array {
  const data = new Uint8Array(n);
  let state: u32 = <u32>n * 0x9e3779b9 + 1;
  for (let i = 0; i < n; i++) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    data[i] = <u8>state;
  }
  return data;
}
