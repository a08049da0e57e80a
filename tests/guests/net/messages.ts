// The checks of control data alone, for hosts on which other checks cannot be: messages FOLDER.
import { args } from "wasi-net/assembly/os";
import { runAll, setFolder } from "./check";
import { rights } from "./rights";

export function main(): void {
  setFolder(args()[1]);
  rights();
  runAll("");
}
