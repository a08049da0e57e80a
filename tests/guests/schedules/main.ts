// Programs that must be right in whatever order their goroutines run. Built with the scheduler of chance; the argument is the seed.
import { args } from "wasi-net/assembly/os";
import { Random } from "../shared/check";
import { connections } from "./conn";
import { listeners } from "./listener";
import { tasks } from "./tasks";

export function main(): void {
  const random = new Random(I32.parseInt(args()[1]));
  tasks(random);
  connections(random);
  listeners(random);
}
