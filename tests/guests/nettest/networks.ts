// Connections of every network that the sub-tests run over.
import { Addr, Conn, IOResult, NetError, PacketConn } from "wasi-net/assembly";
import { dial, dialUnix, listen, listenPacket, pipe, UnixAddr } from "wasi-net/assembly";
import { NetConn } from "wasi-net/assembly/net";
import { Time } from "wasi-net/assembly/time";

const BUFFER: i32 = 128 << 10;

/** Pair is a connection, both of its ends. */
export class Pair {
  constructor(
    readonly c1: Conn,
    readonly c2: Conn,
    /** ends tells whether a reader is told when the other end is closed. */
    readonly ends: bool,
  ) {}
}

/** connect makes a connection of the network. */
export function connect(network: string): Pair {
  if (network == "pipe") return piped();
  if (network == "unixgram") return named(network);
  // An empty name is one that the system chooses.
  const unix = network.startsWith("unix");
  const address = unix ? "" : network.endsWith("6") ? "[::1]:0" : "127.0.0.1:0";
  return network.startsWith("udp") ? addressed(network, address) : accepted(network, address);
}

function piped(): Pair {
  const made = pipe();
  return new Pair(made.client, made.server, true);
}

function accepted(network: string, address: string): Pair {
  const ln = listen(network, address).unwrap();
  const c1 = dial(network, ln.addr().toString()).unwrap();
  const c2 = ln.accept().unwrap();
  ln.close();
  return new Pair(small(c1), small(c2), true);
}

/** small gives a connection small buffers, so that they are full soon. */
function small(conn: Conn): Conn {
  const each = <NetConn>conn;
  each.setReadBuffer(BUFFER);
  each.setWriteBuffer(BUFFER);
  return conn;
}

function addressed(network: string, address: string): Pair {
  const packets = listenPacket(network, address).unwrap();
  const c1 = dial(network, packets.localAddr()!.toString()).unwrap();
  return new Pair(c1, new Peer(packets, c1.localAddr()!), false);
}

/** Both ends need a name: that of the second is free, as it begins with the name of the first. */
function named(network: string): Pair {
  const packets = listenPacket(network, "").unwrap();
  const name = packets.localAddr()!.toString();
  const from = new UnixAddr(name + " peer", network);
  const c1 = dialUnix(network, from, new UnixAddr(name, network)).unwrap();
  return new Pair(c1, new Peer(packets, from), false);
}

/** Peer is a connection with one peer, over one that could have many. */
class Peer implements Conn {
  constructor(
    private readonly packets: PacketConn,
    private readonly peer: Addr,
  ) {}

  read(buffer: Uint8Array): IOResult {
    return this.packets.readFrom(buffer);
  }

  write(data: Uint8Array, start: i32 = 0, end: i32 = i32.MAX_VALUE): IOResult {
    return this.packets.writeTo(data, this.peer, start, end);
  }

  close(): NetError | null {
    return this.packets.close();
  }

  localAddr(): Addr | null {
    return this.packets.localAddr();
  }

  remoteAddr(): Addr | null {
    return this.peer;
  }

  setDeadline(t: Time): NetError | null {
    return this.packets.setDeadline(t);
  }

  setReadDeadline(t: Time): NetError | null {
    return this.packets.setReadDeadline(t);
  }

  setWriteDeadline(t: Time): NetError | null {
    return this.packets.setWriteDeadline(t);
  }
}
