// What this machine, and who runs the guest, let it do.
import { listen, listenPacket } from "wasi-net/assembly";

export function canIPv6(): bool {
  const listened = listen("tcp6", "[::1]:0");
  if (listened.err !== null) return false;
  listened.value.close();
  return true;
}

export function canRaw(): bool {
  const listened = listenPacket("ip4:icmp", "127.0.0.1");
  if (listened.err !== null) return false;
  listened.value.close();
  return true;
}
