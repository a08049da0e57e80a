// Checks of what sockets do, all of them at once, or those whose name begins with the first argument.
import { args } from "wasi-net/assembly/os";
import { runAll } from "./check";
import { closing } from "./closing";
import { deadlines, writeDeadlines } from "./deadlines";
import { dials, slowDials } from "./dials";
import { halfClose, resets } from "./halfclose";
import { options, refusedOptions } from "./options";
import { places, wildcards } from "./places";
import { stress, transfer } from "./transfer";

export function main(): void {
  halfClose();
  resets();
  deadlines();
  writeDeadlines();
  closing();
  transfer();
  stress();
  dials();
  slowDials();
  places();
  wildcards();
  options();
  refusedOptions();
  const words = args();
  runAll(words.length > 1 ? words[1] : "");
}
