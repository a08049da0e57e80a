// Checks of Dialer and ListenConfig. The program tests/interop/dialer writes the same lines with Go's own net.
import { print } from "wasi-net/assembly/os";
import { controls } from "./control";
import { dials } from "./dials";
import { moments } from "./moment";
import { leftovers, races } from "./races";
import { sharesOfTime } from "./shares";

export function main(): void {
  controls();
  dials();
  races();
  sharesOfTime();
  moments();
  leftovers();
  print("end");
}
