// Orders that a guest gives the System of tests/faults/ordered.ts, and the checks of what comes of them.
import * as sys from "wasi-net/assembly/sys/socket";
import { canRaw } from "../shared/machine";
import { T } from "./check";

/** The level of the orders, and the calls that can fail. */
const ORDERS: i32 = 999;
export namespace Call {
  export const socket = 1;
  export const bind = 2;
  export const listen = 3;
  export const accept = 4;
  export const connect = 5;
  export const recv = 6;
  export const send = 7;
  export const shutdown = 8;
  export const setsockopt = 9;
  export const recvFrom = 10;
  export const sendTo = 11;
  export const getsockopt = 12;
  export const duplicate = 13;
  export const recvMessage = 14;
  export const sendMessage = 15;
  export const claim = 16;
  /** No call: what SO_ERROR tells. */
  export const pending = 17;
}

/** More errors, by the count of docs/ABI.md. */
export namespace Also {
  export const CONNREFUSED = 14;
  export const HOSTUNREACH = 23;
  export const MSGSIZE = 35;
  export const NETUNREACH = 40;
  export const NOBUFS = 42;
  export const NOENT = 44;
  export const NOMEM = 48;
  export const NOSPC = 51;
  export const NOTCONN = 53;
  export const PERM = 63;
  export const PIPE = 64;
  export const PROTO = 65;
  export const PROTOTYPE = 67;
  export const SOCKTNOSUPPORT = 77;
  export const PFNOSUPPORT = 78;
  export const SHUTDOWN = 79;
  export const TOOMANYREFS = 80;
  export const HOSTDOWN = 81;
}

/** control is a socket for the orders. */
let control: i32 = 0;

/** takeOrders opens it. */
export function takeOrders(): void {
  control = sys.open(sys.Family.inet4, sys.SockType.stream);
}

/** fail has a call fail so many times, after some that do not. */
export function fail(call: i32, errno: i32, times: i32 = 1, after: i32 = 0): void {
  sys.setOption(control, ORDERS, call, errno | (times << 8) | (after << 16));
}

/** failing has a call fail with one error after the other, and makes it each time. */
export function failing(t: T, call: i32, errnos: i32[], make: (t: T) => void): void {
  for (let i = 0; i < errnos.length; i++) {
    fail(call, errnos[i]);
    make(t);
  }
}

export function openSockets(): i32 {
  return sys.option(control, ORDERS, 0);
}

/** check runs a check by itself, as the orders are for whoever comes first, and sees that it leaves nothing open. */
export function check(name: string, fn: (t: T) => void): void {
  if (name.startsWith("raw:") && !canRaw()) return;
  const before = openSockets();
  const t = new T(name, fn);
  fn(t);
  const left = openSockets() - before;
  if (left != 0) t.log("left open: " + left.toString());
  t.report();
}
