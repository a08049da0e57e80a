import { CONTROL, program } from "./wat.ts";

/** attach is the export by which a guest attaches, taking every feature. */
const attach = `
  (data (i32.const ${CONTROL}) "\\01")
  (func (export "wasi_net_attach") (param i32 i32) (result i32)
    (i32.store (i32.const ${CONTROL + 4}) (local.get 1))
    (i32.const ${CONTROL}))`;

/** bind opens a non-blocking listener on 127.0.0.1 with a port of the system's and keeps its fd. */
const bind = `
  (global $listener (mut i32) (i32.const 0))
  (data (i32.const 1024) "\\08\\04\\00\\00\\04\\00\\00\\00\\7f\\00\\00\\01")
  (func $bind
    (drop (call $sock_open (i32.const 1) (i32.const 2) (i32.const 1000)))
    (global.set $listener (i32.load (i32.const 1000)))
    (drop (call $fd_fdstat_set_flags (global.get $listener) (i32.const 4)))
    (if (call $sock_bind (global.get $listener) (i32.const 1024) (i32.const 0))
      (then (call $proc_exit (i32.const 3))))
    (if (call $sock_listen (global.get $listener) (i32.const 128))
      (then (call $proc_exit (i32.const 4)))))`;

export const sockets: readonly string[] = [
  "sock_open",
  "sock_bind",
  "sock_listen",
  "sock_accept",
  "sock_recv",
  "sock_send",
  "sock_setsockopt",
  "fd_fdstat_set_flags",
  "fd_close",
  "fd_write",
  "poll_oneoff",
  "proc_exit",
];

/** echo is an attached echo server: driven when that is offered, else waiting by itself. */
export const echo: Uint8Array = program(
  sockets,
  `${attach} ${bind}
  (func $accept
    (loop $again
      (if (call $sock_accept (global.get $listener) (i32.const 4) (i32.const 1000))
        (then (return)))
      (call $serve (i32.load (i32.const 1000)))
      (br $again)))
  (func $serve (param $fd i32) (local $errno i32)
    (block $gone
      (loop $again
        (i32.store (i32.const 1400) (i32.const 16384))
        (i32.store (i32.const 1404) (i32.const 16384))
        (local.set $errno (call $sock_recv (local.get $fd) (i32.const 1400) (i32.const 1)
          (i32.const 0) (i32.const 1408) (i32.const 1412)))
        (if (i32.eq (local.get $errno) (i32.const 6)) (then (return)))
        (br_if $gone (local.get $errno))
        (br_if $gone (i32.eqz (i32.load (i32.const 1408))))
        (i32.store (i32.const 1404) (i32.load (i32.const 1408)))
        (br_if $again (i32.eqz (call $sock_send (local.get $fd) (i32.const 1400) (i32.const 1)
          (i32.const 0) (i32.const 1408))))))
    (drop (call $fd_close (local.get $fd))))
  (func $tick (export "wasi_net_tick") (result i64) (local $i i32) (local $fd i32)
    (if (call $poll_oneoff (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 1100))
      (then (unreachable)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (i32.load (i32.const 1100))))
        (local.set $fd (i32.load (i32.add (i32.const 8192) (i32.shl (local.get $i) (i32.const 3)))))
        (if (i32.eq (local.get $fd) (global.get $listener))
          (then (call $accept)) (else (call $serve (local.get $fd))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (i64.const -1))
  (func (export "_start")
    (call $bind)
    (i32.store (i32.const ${CONTROL + 16}) (i32.const 8192))
    (i32.store (i32.const ${CONTROL + 20}) (i32.const 64))
    (call $accept)
    (if (i32.load (i32.const ${CONTROL + 4})) (then (return)))
    (i64.store (i32.const ${CONTROL + 8}) (i64.const -1))
    (loop $forever (drop (call $tick)) (br $forever)))`,
);

/** plain is a guest that does not attach and serves one blocking connection after the other. */
export const plain: Uint8Array = program(
  sockets,
  `${bind}
  (func (export "_start") (local $fd i32)
    (call $bind)
    (drop (call $fd_fdstat_set_flags (global.get $listener) (i32.const 0)))
    (loop $accept
      (if (call $sock_accept (global.get $listener) (i32.const 0) (i32.const 1000))
        (then (call $proc_exit (i32.const 5))))
      (local.set $fd (i32.load (i32.const 1000)))
      (block $gone
        (loop $again
          (i32.store (i32.const 1400) (i32.const 16384))
          (i32.store (i32.const 1404) (i32.const 16384))
          (br_if $gone (call $sock_recv (local.get $fd) (i32.const 1400) (i32.const 1)
            (i32.const 0) (i32.const 1408) (i32.const 1412)))
          (br_if $gone (i32.eqz (i32.load (i32.const 1408))))
          (i32.store (i32.const 1404) (i32.load (i32.const 1408)))
          (br_if $again (i32.eqz (call $sock_send (local.get $fd) (i32.const 1400) (i32.const 1)
            (i32.const 0) (i32.const 1408))))))
      (drop (call $fd_close (local.get $fd)))
      (br $accept)))`,
);

/** listener is a guest that listens, waits when it accepts, and then runs the code given. */
export function listener(code: string): Uint8Array {
  return program(
    sockets,
    `${bind} (func (export "_start")
      (call $bind)
      (drop (call $fd_fdstat_set_flags (global.get $listener) (i32.const 0)))
      ${code})`,
  );
}

/** flood is a guest that asks so many times for what it must not, and ends. */
export function flood(times: number): Uint8Array {
  return program(
    sockets,
    `${bind} (func (export "_start") (local $left i32)
      (drop (call $sock_open (i32.const 1) (i32.const 2) (i32.const 1000)))
      (drop (call $sock_bind (i32.load (i32.const 1000)) (i32.const 1024) (i32.const 0)))
      (local.set $left (i32.const ${times}))
      (loop $again
        (drop (call $sock_listen (i32.load (i32.const 1000)) (i32.const 128)))
        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
        (br_if $again (local.get $left))))`,
  );
}

/** spinner listens and never waits. */
export const spinner: Uint8Array = program(
  sockets,
  `${bind} (func (export "_start") (call $bind) (loop $forever (br $forever)))`,
);

/** lingerer fills one connection that lingers for 25 s, prints a line and never waits again. */
export const lingerer: Uint8Array = program(
  sockets,
  `${bind} (data (i32.const 300) "full\\0a") (data (i32.const 500) "\\01\\00\\00\\00\\19")
  (func (export "_start") (local $fd i32)
    (call $bind)
    (drop (call $sock_setsockopt (global.get $listener) (i32.const 0) (i32.const 9)
      (i32.const 500) (i32.const 8)))
    (drop (call $fd_fdstat_set_flags (global.get $listener) (i32.const 0)))
    (drop (call $sock_accept (global.get $listener) (i32.const 4) (i32.const 1000)))
    (local.set $fd (i32.load (i32.const 1000)))
    (i32.store (i32.const 1404) (i32.const 65536))
    (loop $again
      (br_if $again (i32.eqz (call $sock_send (local.get $fd) (i32.const 1400) (i32.const 1)
        (i32.const 0) (i32.const 1408)))))
    ${print(1, 5)}
    (loop $forever (br $forever)))`,
);

/** simple is a guest whose _start is the code given. */
export function simple(code: string, functions = ""): Uint8Array {
  return program(["proc_exit", "fd_write"], `${functions} (func (export "_start") ${code})`);
}

/** attached is a guest that attaches, with _start and, when it is driven, tick. */
export function attached(start: string, tick = "(i64.const -1)"): Uint8Array {
  return program(
    ["proc_exit", "fd_write"],
    `${attach} (func (export "_start") ${start})
     (func (export "wasi_net_tick") (result i64) ${tick})`,
  );
}

/** print is code that writes a text of at most 50 bytes, which lies at 300, to a stream. */
export function print(stream: 1 | 2, length: number): string {
  return `(i32.store (i32.const 400) (i32.const 300))
    (i32.store (i32.const 404) (i32.const ${length}))
    (drop (call $fd_write (i32.const ${stream}) (i32.const 400) (i32.const 1) (i32.const 408)))`;
}

/**
 * binds is a program that listens on a unix socket, or ends with bind's errno. It sends a byte to each
 * client in turn, and reads until there is one to read or the end.
 */
export function binds(path: string): Uint8Array {
  return program(
    sockets,
    `(data (i32.const 1024) "\\08\\04\\00\\00\\80\\00\\00\\00\\03\\00${path}")
     (data (i32.const 1400) "\\00\\08\\00\\00\\01\\00\\00\\00")
     (func (export "_start") (local $fd i32) (local $conn i32) (local $errno i32)
       (drop (call $sock_open (i32.const 3) (i32.const 2) (i32.const 1000)))
       (local.set $fd (i32.load (i32.const 1000)))
       (local.set $errno (call $sock_bind (local.get $fd) (i32.const 1024) (i32.const 0)))
       (if (local.get $errno) (then (call $proc_exit (local.get $errno))))
       (drop (call $sock_listen (local.get $fd) (i32.const 5)))
       (loop $next
         (drop (call $sock_accept (local.get $fd) (i32.const 0) (i32.const 1000)))
         (local.set $conn (i32.load (i32.const 1000)))
         (drop (call $sock_send (local.get $conn) (i32.const 1400) (i32.const 1) (i32.const 0)
           (i32.const 1004)))
         (drop (call $sock_recv (local.get $conn) (i32.const 1400) (i32.const 1) (i32.const 0)
           (i32.const 1004) (i32.const 1008)))
         (drop (call $fd_close (local.get $conn)))
         (br $next)))`,
  );
}
