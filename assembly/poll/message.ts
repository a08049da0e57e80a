/**
 * Packets, with whom they are from or go to; and messages, which have control data too, and which a stream can carry as well.
 */
import { eof, IOResult } from "../io";
import { E, Errno } from "../sys/errno";
import { panic } from "../sys/panic";
import * as sys from "../sys/message";
import { SockAddr } from "../sys/sockaddr";
import { send } from "../sys/socket";
import { Mode, PollError } from "../task/netpoll";
import { tookTurn } from "../task/scheduler";
import { closed, errNetClosing, errorOf, FD } from "./fd";

/** Received is what a read of a packet did: whom it is from, null for one without a name, and whether it was longer than the buffer. */
export class Received extends IOResult {
  from: SockAddr | null = null;
  cut: bool = false;
  /** oobn bytes of control data came with it, and whether there were more. */
  oobn: i32 = 0;
  oobCut: bool = false;
}

/**
 * readFrom reads one packet, also an empty one or with an empty buffer, and tells in `into` whom it is from. With oob it is Go's
 * ReadMsg, which takes control data too, and whose n is −1 with an error of a read that was tried.
 */
export function readFrom(fd: FD, buffer: Uint8Array, oob: Uint8Array | null, into: Received): void {
  into.n = 0;
  into.err = null;
  into.from = null;
  if (!fd.mutex.rwlock(true)) {
    into.err = errNetClosing;
    return;
  }
  readFromLoop(fd, buffer, oob, into);
  fd.readUnlock();
}

function readFromLoop(fd: FD, buffer: Uint8Array, oob: Uint8Array | null, into: Received): void {
  const pd = fd.pd;
  const sysfd = fd.sysfd;
  const at = buffer.dataStart;
  let code = pd.check(Mode.read);
  if (code == PollError.none) {
    if (oob !== null) into.n = -1;
    code = pd.waitKnown(Mode.read);
  }
  while (code == PollError.none) {
    let got: i32;
    if (oob === null) got = sys.receiveFrom(sysfd, at, buffer.length);
    else got = sys.receiveMessage(sysfd, at, buffer.length, oob.dataStart, oob.length);
    if (got >= 0) {
      into.n = got;
      into.from = sys.receivedFrom();
      into.cut = sys.wasCut();
      if (oob !== null) {
        into.oobn = sys.controlSize();
        into.oobCut = sys.wasControlCut();
      }
      if (got == 0 && fd.zeroIsEOF) into.err = eof;
      tookTurn();
      return;
    }
    if (got == -E.INTR) continue;
    if (got != -E.AGAIN) {
      into.err = new Errno(-got);
      return;
    }
    code = pd.wait(Mode.read);
  }
  into.err = errorOf(code);
}

/**
 * writeTo sends one packet, data from start up to end, to an address, or, for null, to whom the socket is connected with. With oob
 * it is Go's WriteMsg, and control data goes with it.
 */
export function writeTo(
  fd: FD,
  data: Uint8Array,
  start: i32,
  end: i32,
  oob: Uint8Array | null,
  to: SockAddr | null,
): IOResult {
  const stop = min(end, data.length);
  if (start < 0 || start > stop) panic("slice bounds out of range");
  if (!fd.mutex.rwlock(false)) return closed();
  const result = fd.writeResult();
  writeToLoop(fd, data.dataStart + start, stop - start, oob, to, result);
  fd.writeUnlock();
  return result;
}

function writeToLoop(
  fd: FD,
  at: usize,
  size: i32,
  oob: Uint8Array | null,
  to: SockAddr | null,
  result: IOResult,
): void {
  const pd = fd.pd;
  const sysfd = fd.sysfd;
  let code = pd.check(Mode.write);
  while (code == PollError.none) {
    let put: i32;
    if (oob !== null) put = sys.sendMessage(sysfd, at, size, to, oob);
    else put = to !== null ? sys.sendTo(sysfd, at, size, to) : send(sysfd, at, size);
    if (put >= 0) {
      result.n = put;
      tookTurn();
      return;
    }
    if (put == -E.INTR) continue;
    if (put != -E.AGAIN) {
      result.err = new Errno(-put);
      return;
    }
    code = pd.wait(Mode.write);
  }
  result.err = errorOf(code);
}
