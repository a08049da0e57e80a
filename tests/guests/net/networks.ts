// Checks of what sockets of UDP, Unix and raw IP do, copies of sockets, and the rest of TCP's: networks all|plain FOLDER ADDRESSES, where plain is
// without what only some hosts can, with an empty folder, and the first three numbers of addresses that are this run's alone.
import { args } from "wasi-net/assembly/os";
import { runAll, setFolder } from "./check";
import { copies } from "./copies";
import { copying } from "./copying";
import { files } from "./files";
import { limits } from "./limits";
import { multicast } from "./multicast";
import { raw, rawNames } from "./rawip";
import { rights } from "./rights";
import { rawconns } from "./rawconn";
import { besides, buffers, lengths, tcp } from "./tcp";
import { udp } from "./udp";
import { unix } from "./unix";
import { zones } from "./zones";
import { udpWildcards } from "./udpplaces";
import { abstractNames, unlinking } from "./unixnames";

export function main(): void {
  const words = args();
  setFolder(words[2]);
  udp();
  unix();
  rawNames();
  rawconns();
  tcp();
  buffers();
  lengths();
  limits();
  if (words[1] != "plain") {
    udpWildcards();
    besides();
    multicast();
    copies();
    copying();
    zones();
    unlinking();
    abstractNames();
    raw(words[3]);
    files();
    rights();
  }
  runAll("");
}
