// One of two programs that talk to each other over a network, step by step, and write down what each call answers: that of
// tests/interop/peer, scene by scene and function by function, where the arguments are explained.
import { args, print } from "wasi-net/assembly/os";
import { awaitPeer, goToPeer } from "./control";
import { pings } from "./ip";
import { packets } from "./packets";
import { network, play } from "./role";
import { streams } from "./stream";

export function main(): void {
  const words = args();
  play(words[1] == "listen", words[2], words[3], words[4]);
  if (words[1] == "listen") awaitPeer();
  else goToPeer(words[5]);
  if (network.startsWith("udp") || network == "unixgram") packets();
  else if (network.startsWith("ip")) pings();
  else streams();
  print("end");
}
