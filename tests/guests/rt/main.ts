// Checks of the runtime (assembly/rt) in one program. Its first argument says which of them to run.
import { args } from "wasi-net/assembly/os";
import { containers } from "./containers";
import { exhaust, hole, pinTwice, tooLarge, unpinNone } from "./exhaust";
import { growth } from "./growth";
import { kept } from "./kept";
import { sizes } from "./sizes";

export function main(): void {
  const part = args()[1];
  if (part == "containers") containers();
  else if (part == "exhaust") exhaust();
  else if (part == "growth") growth();
  else if (part == "hole") hole();
  else if (part == "kept") kept();
  else if (part == "pin-twice") pinTwice();
  else if (part == "sizes") sizes();
  else if (part == "too-large") tooLarge();
  else if (part == "unpin-none") unpinNone();
}
