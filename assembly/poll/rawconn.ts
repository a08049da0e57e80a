/**
 * Calls of the user's own on a socket, which wait as the others do.
 */
import { NetError } from "../errors";
import { Mode, PollError } from "../task/netpoll";
import { errNetClosing, errorOf, FD } from "./fd";

/** rawControl calls f with the fd's number. */
export function rawControl(fd: FD, f: (fd: i32) => void): NetError | null {
  if (!fd.mutex.incref()) return errNetClosing;
  f(fd.sysfd);
  return fd.done(0);
}

/** rawRead calls f until it answers true, and waits in between. */
export function rawRead(fd: FD, f: (fd: i32) => bool): NetError | null {
  if (!fd.mutex.rwlock(true)) return errNetClosing;
  const code = rawLoop(fd, Mode.read, f);
  fd.readUnlock();
  return code == PollError.none ? null : errorOf(code);
}

/** rawWrite calls f until it answers true, and waits in between. */
export function rawWrite(fd: FD, f: (fd: i32) => bool): NetError | null {
  if (!fd.mutex.rwlock(false)) return errNetClosing;
  const code = rawLoop(fd, Mode.write, f);
  fd.writeUnlock();
  return code == PollError.none ? null : errorOf(code);
}

function rawLoop(fd: FD, mode: i32, f: (fd: i32) => bool): i32 {
  let code = fd.pd.check(mode);
  while (code == PollError.none && !f(fd.sysfd)) code = fd.pd.wait(mode);
  return code;
}
