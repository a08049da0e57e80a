// What needs no sockets, in a program that the compiler builds by itself, with a runtime of its own.
import { joinHostPort, parseIP, splitHostPort } from "../../../assembly/index";
import { Addr, parseAddr, parsePrefix } from "../../../assembly/netip";

/** wrong reads and writes so many addresses, and is how many of them were not what they should be. */
export function wrong(count: i32): i32 {
  const kept: Addr[] = [];
  const lan = parsePrefix("10.0.0.0/8").value;
  let found = 0;
  for (let i = 0; i < count; i++) {
    const text =
      "10." + (i >> 16).toString() + "." + ((i >> 8) & 255).toString() + "." + (i & 255).toString();
    const addr = parseAddr(text).value;
    if (i % 100 == 0) kept.push(addr);
    if (addr.toString() != text || !lan.contains(addr)) found++;
    const split = splitHostPort(joinHostPort(text, i.toString())).value;
    if (split.host != text || split.port != i.toString()) found++;
    if (parseIP(split.host)!.toString() != text) found++;
    if (parseAddr(text + "%eth0").err === null) found++;
    if (parseAddr("fe80::1%" + text).value.zone() != text) found++;
  }
  for (let i = 0; i < kept.length; i++) if (kept[i]._lo != kept[0]._lo + <u64>(i * 100)) found++;
  return found;
}
