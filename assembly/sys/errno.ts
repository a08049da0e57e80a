/**
 * The host's error numbers, and Go's texts for them.
 */
import { decimal } from "../decimal";
import { NetError } from "../errors";
import { errnoTexts, errnoTextsEnd } from "./errnotexts";

/** The numbers that the port acts upon, by WASI's count. */
export namespace E {
  export const ACCES = 2;
  export const ADDRINUSE = 3;
  export const ADDRNOTAVAIL = 4;
  export const AFNOSUPPORT = 5;
  export const AGAIN = 6;
  export const ALREADY = 7;
  export const BADF = 8;
  export const CONNABORTED = 13;
  export const CONNRESET = 15;
  export const INPROGRESS = 26;
  export const INTR = 27;
  export const INVAL = 28;
  export const ISCONN = 30;
  export const MFILE = 33;
  export const NFILE = 41;
  export const NOPROTOOPT = 50;
  export const NOSYS = 52;
  export const NOTSOCK = 57;
  export const NOTSUP = 58;
  export const PROTONOSUPPORT = 66;
  export const TIMEDOUT = 73;
}

/** Errno is an error of the host: Go's `syscall.Errno`, with the number of docs/ABI.md. */
export class Errno extends NetError {
  constructor(readonly number: i32) {
    super();
  }

  error(): string {
    let start = errnoTexts;
    for (let i = 1; i < this.number && start < errnoTextsEnd; i++) start = lineEnd(start) + 1;
    if (this.number < 1 || start >= errnoTextsEnd) return "errno " + decimal(this.number);
    return String.UTF8.decodeUnsafe(start, lineEnd(start) - start);
  }

  timeout(): bool {
    return this.number == E.AGAIN || this.number == E.TIMEDOUT;
  }

  temporary(): bool {
    const number = this.number;
    return number == E.INTR || number == E.MFILE || number == E.NFILE || this.timeout();
  }

  matches(target: NetError): bool {
    return target instanceof Errno && changetype<Errno>(target).number == this.number;
  }
}

/** lineEnd is where the line ends that stands at an address. */
function lineEnd(at: usize): usize {
  while (load<u8>(at) != 0x0a) at++;
  return at;
}
