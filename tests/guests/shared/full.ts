// A listener that answers nobody.
import { Conn, dialTimeout } from "wasi-net/assembly";
import * as sys from "wasi-net/assembly/sys/socket";
import { millisecond } from "wasi-net/assembly/time";

const SOON = 30 * millisecond;
const LOOPBACK: u64 = 0x0100_007f;
const LOOPBACK6: u64 = 0x0100_0000_0000_0000;

/** Full listens on a loopback address and has as many connections that wait as it takes: further ones get no answer. */
export class Full {
  private readonly conns: Conn[] = [];

  constructor(
    readonly address: string,
    private readonly fd: i32,
  ) {
    while (true) {
      const dialed = dialTimeout("tcp", address, SOON);
      if (dialed.err !== null) break;
      this.conns.push(dialed.value);
    }
  }

  close(): void {
    for (let i = 0; i < this.conns.length; i++) this.conns[i].close();
    sys.close(this.fd);
  }
}

/** tryFull is a Full at a port of the loopback address, 0 for any; or null if that is in use. */
export function tryFull(v6: bool, port: i32): Full | null {
  const fd = sys.open(v6 ? sys.Family.inet6 : sys.Family.inet4, sys.SockType.stream);
  const at = v6
    ? new sys.SockAddr(sys.Family.inet6, port, 0, LOOPBACK6)
    : new sys.SockAddr(sys.Family.inet4, port, LOOPBACK);
  if (sys.bind(fd, at) != 0 || sys.listen(fd, 0) != 0) {
    sys.close(fd);
    return null;
  }
  const host = v6 ? "[::1]:" : "127.0.0.1:";
  return new Full(host + sys.localAddress(fd)!.port.toString(), fd);
}
