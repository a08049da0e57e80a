import { Conn, dial, listen, pipe } from "wasi-net/assembly";
import { copy } from "wasi-net/assembly/io";
import { go } from "wasi-net/assembly/task";
import { bytes, check, inFolder, Op, startDrain, T } from "./check";

/** copies: what comes from one connection and goes on to another, as a proxy does it. */
export function copies(): void {
  check("copy: from one connection to another", (t: T) => {
    relays(t, "tcp", "tcp");
    relays(t, "unix", "tcp");
    relays(t, "tcp", "unix");
    relays(t, "unixpacket", "tcp");
  });

  check("copy: from what is no socket", (t: T) => {
    const ends = pipe();
    const down = new Ends("tcp", "pipe");
    const copying = startCopy(down.dialled, ends.server);
    ends.client.write(bytes("a"));
    ends.client.write(bytes("b"));
    ends.client.close();
    copying.wait();
    down.dialled.close();
    const buffer = new Uint8Array(9);
    t.log(copying.n.toString() + " " + (down.accepted.read(buffer).n > 0 ? "came" : "nothing"));
    down.accepted.close();
  });
}

function relays(t: T, from: string, to: string): void {
  const name = from + " to " + to;
  t.log(name + ": " + relay(from, to, 1, 128) + ", " + relay(from, to, 256, 4096));
  t.log("nothing: " + relay(from, to, 0, 1));
}

/** relay writes count times so many bytes to the one, has them copied to the other, and tells how many arrive. */
function relay(from: string, to: string, count: i32, size: i32): string {
  const up = new Ends(from, "up");
  const down = new Ends(to, "down");
  const copying = startCopy(down.dialled, up.accepted);
  const arriving = startDrain(down.accepted);
  const data = new Uint8Array(size);
  for (let i = 0; i < count; i++) up.dialled.write(data);
  up.dialled.close();
  copying.wait();
  down.dialled.close();
  arriving.wait();
  up.accepted.close();
  down.accepted.close();
  const failed = copying.err !== null ? copying.err!.error() : "nil";
  return copying.n.toString() + " " + failed + " " + arriving.n.toString();
}

let ends: i32 = 0;

/** Ends is both ends of a connection. */
class Ends {
  readonly dialled: Conn;
  readonly accepted: Conn;

  constructor(network: string, name: string) {
    const place = network == "tcp" ? "127.0.0.1:0" : inFolder("copy-" + name + (++ends).toString());
    const ln = listen(network, place).unwrap();
    this.dialled = dial(network, ln.addr().toString()).unwrap();
    this.accepted = ln.accept().unwrap();
    ln.close();
  }
}

class Copying extends Op {
  constructor(
    to: Conn,
    readonly from: Conn,
  ) {
    super(to, null, new Uint8Array(0));
  }
}

function startCopy(to: Conn, from: Conn): Copying {
  const one = new Copying(to, from);
  go<Copying>(copyAll, one);
  return one;
}

function copyAll(one: Copying): void {
  const copied = copy<Conn, Conn>(one.conn!, one.from);
  one.finish(<i32>copied.n, copied.err);
}
