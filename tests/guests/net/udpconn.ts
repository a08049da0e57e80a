// What the checks of UDP talk through.
import { dialUDP, listenUDP, resolveUDPAddr, UDPAddr, UDPConn } from "wasi-net/assembly";

export function udpAddr(text: string): UDPAddr {
  return resolveUDPAddr("udp", text).value;
}

export function udpAt(address: string): UDPConn {
  return listenUDP("udp", udpAddr(address)).value;
}

export function dialled(to: UDPConn): UDPConn {
  return dialUDP("udp", null, <UDPAddr>to.localAddr()!).value;
}
