/**
 * Errors are values. Every error of the library is a `NetError`; a call that can fail hands one out, or null.
 */
import { panic } from "./sys/panic";
import { zero } from "./zero";

/** NetError is the base of every error: Go's `error`, and its `net.Error` where that applies. */
export abstract class NetError {
  /** error is Go's text, to the byte. */
  abstract error(): string;

  /** timeout tells whether the error is about time that ran out. */
  timeout(): bool {
    return false;
  }

  /** temporary tells whether the same call may succeed later. Go deprecates it, as it is ill-defined. */
  temporary(): bool {
    return false;
  }

  /** unwrap is the error that this one wraps, or null. */
  unwrap(): NetError | null {
    return null;
  }

  /** matches tells whether this very error, not one that it wraps, counts as target. For `is`; override it. */
  matches(target: NetError): bool {
    return this === target;
  }

  /** is tells whether this error or one that it wraps matches target: Go's `errors.Is`. */
  is(target: NetError): bool {
    let e: NetError | null = this;
    while (e !== null) {
      if (e.matches(target)) return true;
      e = e.unwrap();
    }
    return false;
  }

  /** as finds the first error of class T among this one and those that it wraps, or null: Go's `errors.As`. */
  as<T extends NetError>(): T | null {
    let e: NetError | null = this;
    while (e !== null) {
      if (e instanceof T) return changetype<T>(e);
      e = e.unwrap();
    }
    return null;
  }

  toString(): string {
    return this.error();
  }
}

/** ErrorString is an error that is its text and no more: what Go's `errors.New` makes. */
export class ErrorString extends NetError {
  constructor(private text: string) {
    super();
  }

  error(): string {
    return this.text;
  }
}

/** Result is what a call that yields a value returns: the value, or the error. */
export class Result<T> {
  private constructor(
    /** err is null where there is a value. */
    readonly err: NetError | null,
    private held: T,
  ) {}

  static ok<T>(value: T): Result<T> {
    if (isDefined(value._noError)) return changetype<Result<T>>(value);
    return new Result<T>(null, value);
  }

  static fail<T>(err: NetError): Result<T> {
    // Never read: `value` panics first.
    return new Result<T>(err, zero<T>());
  }

  /** value is the result; reading it where there is an error is a panic with the error's text. */
  get value(): T {
    const err = changetype<usize>(this.err);
    if (err != 0) panicWith(err);
    if (isDefined(this.held._noError)) return changetype<T>(this);
    return this.held;
  }

  /** unwrap is the value, or a panic: Go's `if err != nil { panic(err) }`. */
  unwrap(): T {
    return this.value;
  }
}

/**
 * OwnResult is the base of values that are read by the million. Such a value is its own Result,
 * with no error where a Result has one, so that there is one object to make and not two.
 */
export abstract class OwnResult {
  readonly _noError: usize = 0;
}

/** panicWith is given an address, so that who reads a value has no reference to keep for it. */
function panicWith(err: usize): void {
  panic(changetype<NetError>(err).error());
}
