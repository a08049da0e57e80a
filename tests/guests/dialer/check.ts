// What the checks are made of. They run one after the other; each writes one line, and tests/interop/dialer the same one.
import {
  background,
  CancelContext,
  canceled,
  Chan,
  deadlineExceeded,
  go,
  gosched,
  withCancel,
} from "wasi-net/assembly/task";
import {
  Conn,
  Dialer,
  listen,
  Listener,
  NetError,
  Resolver,
  Result,
  splitHostPort,
} from "wasi-net/assembly";
import { print } from "wasi-net/assembly/os";
import { Context } from "wasi-net/assembly/task";
import { Full, tryFull } from "../shared/full";
import { canIPv6, canRaw } from "../shared/machine";

/** T is one check under way. */
export class T {
  private lines: string[] = [];
  /** port stands in lines as P. */
  port: string = "";

  constructor(readonly name: string) {}

  log(line: string): void {
    this.lines.push(this.port.length > 0 ? line.split(":" + this.port).join(":P") : line);
  }

  /** ok notes whether something holds. */
  ok(what: string, holds: bool): void {
    this.log(what + ": " + (holds ? "yes" : "no"));
  }

  /** failed notes an error, and what it counts as. */
  failed(what: string, err: NetError | null): void {
    this.log(what + ": " + describe(err));
  }

  /** dialed notes where a connection leads, or its error, and closes it. */
  dialed(what: string, result: Result<Conn>): void {
    if (result.err !== null) {
      this.failed(what, result.err);
      return;
    }
    this.log(what + ": to " + result.value.remoteAddr()!.toString());
    result.value.close();
  }

  report(): void {
    print(this.name + "\t" + this.lines.join("\t"));
  }
}

function describe(err: NetError | null): string {
  if (err === null) return "nil";
  let marks = "";
  if (err.timeout()) marks += " timeout";
  if (err.is(deadlineExceeded)) marks += " context";
  if (err.is(canceled)) marks += " canceled";
  return marks.length > 0 ? err.error() + " [" + marks.substring(1) + "]" : err.error();
}

/** check runs a check, if the machine has what it needs. */
export function check(name: string, fn: (t: T) => void): void {
  if (name.startsWith("ip6:") && !canIPv6()) return;
  if (name.startsWith("raw:") && !canRaw()) return;
  const t = new T(name);
  fn(t);
  t.report();
}

/** settle lets every goroutine run until it waits. */
export function settle(): void {
  for (let i = 0; i < 4; i++) gosched();
}

export function portOf(address: string): string {
  return splitHostPort(address).value.port;
}

/** Fixed answers the same addresses for every name. */
export class Fixed extends Resolver {
  asked: i32 = 0;

  constructor(readonly addresses: string[]) {
    super();
  }

  lookupHost(_context: Context, _host: string): Result<string[]> {
    this.asked++;
    return Result.ok<string[]>(this.addresses);
  }
}

/** Ends is the two loopback addresses with one port: ::1 answers nobody, 127.0.0.1 listens. */
export class Ends {
  ln: Listener = listen("tcp", "127.0.0.1:0").unwrap();
  full: Full = this.fill();

  private fill(): Full {
    while (true) {
      const full = tryFull(true, <i32>parseInt(this.port));
      if (full !== null) return full;
      this.ln.close();
      this.ln = listen("tcp", "127.0.0.1:0").unwrap();
    }
  }

  get port(): string {
    return portOf(this.ln.addr().toString());
  }

  close(): void {
    this.ln.close();
    this.full.close();
  }
}

/** Attempt is a dial by a goroutine of its own. */
export class Attempt {
  result: Result<Conn> | null = null;
  readonly context: CancelContext = withCancel(background());
  private readonly end: Chan<bool> = new Chan<bool>();

  constructor(
    readonly dialer: Dialer,
    readonly address: string,
  ) {
    go<Attempt>(attempt, this);
    settle();
  }

  dial(): void {
    this.result = this.dialer.dialContext(this.context, "tcp", this.address);
    this.end.close();
  }

  wait(): Result<Conn> {
    this.end.receiveOk();
    return this.result!;
  }
}

function attempt(one: Attempt): void {
  one.dial();
}
