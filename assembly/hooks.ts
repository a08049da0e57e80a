/**
 * Control functions: what a program does with a new socket before it is bound or connected.
 */
import { Addr } from "./addr";
import { NetError } from "./errors";
import { NetFD } from "./fd";
import { ipVersion } from "./parse";
import { RawConn } from "./rawconn";
import * as sys from "./sys/socket";
import { Context } from "./task/context";

/**
 * Control is a function of the program's own. network is the socket's, with the version of IP that was chosen ("tcp4"), address
 * where it is about to be bound or connected to. An error ends the dial or listen. There are no closures in the language: what the
 * function needs must be in variables of its file.
 */
export type Control = (network: string, address: string, c: RawConn) => NetError | null;

/** ControlContext is a Control that also gets the context of the dial. */
export type ControlContext = (
  context: Context,
  network: string,
  address: string,
  c: RawConn,
) => NetError | null;

/** Hooks has the control functions of a Dialer or ListenConfig. */
export class Hooks {
  constructor(
    private readonly control: Control | null,
    private readonly controlContext: ControlContext | null,
  ) {}

  /** run calls the one that there is; the one with a context comes first. */
  run(context: Context, fd: NetFD, place: Addr | null): NetError | null {
    const address = place !== null ? place.toString() : "";
    const withContext = this.controlContext;
    if (withContext !== null) {
      return withContext(context, controlNetwork(fd), address, new RawConn(fd));
    }
    const plain = this.control;
    return plain !== null ? plain(controlNetwork(fd), address, new RawConn(fd)) : null;
  }
}

/** hooksOf is null when there is no control function. */
export function hooksOf(
  control: Control | null,
  controlContext: ControlContext | null,
): Hooks | null {
  return control !== null || controlContext !== null ? new Hooks(control, controlContext) : null;
}

function controlNetwork(fd: NetFD): string {
  if (fd.family == sys.Family.unix || ipVersion(fd.net) != 0) return fd.net;
  return fd.net + (fd.family == sys.Family.inet4 ? "4" : "6");
}
