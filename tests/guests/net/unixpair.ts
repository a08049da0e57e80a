// What the checks of Unix sockets talk through.
import { Addr, dialUnix, listenUnix, UnixAddr, UnixConn } from "wasi-net/assembly";
import { inFolder } from "./check";

export function stream(name: string): UnixAddr {
  return new UnixAddr(inFolder(name), "unix");
}

export function gram(name: string): UnixAddr {
  return new UnixAddr(inFolder(name), "unixgram");
}

/** tell is an address as Go writes it down: what it is and whether there is one. */
export function tell(addr: Addr | null): string {
  return addr === null ? "none" : addr.network() + " '" + addr.toString() + "'";
}

/** UnixPair is a connection, both of its ends. */
export class UnixPair {
  readonly client: UnixConn;
  readonly server: UnixConn;

  constructor(name: string, network: string = "unix") {
    const at = new UnixAddr(inFolder(name), network);
    const ln = listenUnix(network, at).value;
    this.client = dialUnix(network, null, at).value;
    this.server = ln.acceptUnix().value;
    ln.close();
  }

  close(): void {
    this.client.close();
    this.server.close();
  }
}
