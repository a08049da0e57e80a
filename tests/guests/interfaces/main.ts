// Prints all that net knows of interfaces, and the errors; tests/interop/interfaces prints the same with Go's own net.
// The argument, if there is one, is a table to use instead of the host's. More arguments are zones to look up.
import {
  Addr,
  Interface,
  interfaceAddrs,
  interfaceByIndex,
  interfaceByName,
  interfaces,
  NetError,
  OpError,
  Result,
} from "wasi-net/assembly";
import { indexToZone, zoneToIndex } from "wasi-net/assembly/interfacetable";
import { args, print, printError } from "wasi-net/assembly/os";
import { place } from "./table";

export function main(): void {
  const words = args();
  if (words.length > 1 && !place(words[1])) printError("cannot write the table");
  const all = interfaces();
  if (all.err === null) {
    for (let i = 0; i < all.value.length; i++) tell(all.value[i]);
  }
  print("interfaces: " + describe(all.err));
  print("addrs: " + list(interfaceAddrs()));
  print("index -1: " + found(interfaceByIndex(-1)));
  print("index 0: " + found(interfaceByIndex(0)));
  print("index 99999999: " + found(interfaceByIndex(99999999)));
  print("name: " + found(interfaceByName("")));
  print("name nosuch0: " + found(interfaceByName("nosuch0")));
  for (let i = 2; i < words.length; i++) {
    const index = zoneToIndex(words[i]);
    print("zone " + words[i] + ": " + index.toString() + " " + indexToZone(index));
  }
}

function tell(ifi: Interface): void {
  const name = ifi.name;
  const words = [ifi.index.toString(), name, ifi.mtu.toString(), ifi.flags.toString()];
  words.push('"' + ifi.hardwareAddr.toString() + '"');
  print(words.join(" "));
  print(name + " addrs: " + list(ifi.addrs()));
  print(name + " groups: " + list(ifi.multicastAddrs()));
  print(name + " by name: " + found(interfaceByName(name)));
  print(name + " by index: " + found(interfaceByIndex(ifi.index)));
}

function found(result: Result<Interface>): string {
  if (result.err !== null) return describe(result.err);
  return result.value.index.toString() + " " + result.value.name;
}

function list(result: Result<Addr[]>): string {
  if (result.err !== null) return describe(result.err);
  let text = "";
  for (let i = 0; i < result.value.length; i++) {
    const addr = result.value[i];
    text += (i > 0 ? " " : "") + addr.network() + " " + addr.toString();
  }
  return text;
}

function describe(err: NetError | null): string {
  if (err === null) return "nil";
  return (err.as<OpError>() === err ? "OpError " : "") + err.error();
}
