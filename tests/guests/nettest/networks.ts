// Connections of every network that the sub-tests run over.
import { Conn, dial, listen, pipe } from "wasi-net/assembly";
import { panic } from "wasi-net/assembly/sys/panic";

/** Pair is a connection, both of its ends. */
export class Pair {
  constructor(
    readonly c1: Conn,
    readonly c2: Conn,
    /** ends tells whether the network has an end of stream: packets have none. */
    readonly ends: bool,
  ) {}
}

/** connect makes a connection of the network. */
export function connect(network: string): Pair {
  if (network == "pipe") return piped();
  if (network == "tcp" || network == "tcp4") return accepted(network, "127.0.0.1:0");
  if (network == "tcp6") return accepted(network, "[::1]:0");
  panic("no such network: " + network);
  return piped();
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
  return new Pair(c1, c2, true);
}
