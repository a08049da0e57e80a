// What the checks of UDP talk through.
import { dialUDP, listenUDP, resolveUDPAddr, UDPAddr, UDPConn } from "wasi-net/assembly";

/** An address of this machine that nobody listens on, and that no system gives to who asks for a free port. */
export const DEAD = "127.0.0.1:1";

export function udpAddr(text: string): UDPAddr {
  return resolveUDPAddr("udp", text).value;
}

export function udpAt(address: string): UDPConn {
  return listenUDP("udp", udpAddr(address)).value;
}

export function dialled(to: UDPConn): UDPConn {
  return dialUDP("udp", null, <UDPAddr>to.localAddr()!).value;
}
