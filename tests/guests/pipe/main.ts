// What works without a socket, in one program. Its first argument says which part to check.
import { args } from "wasi-net/assembly/os";
import { buffers } from "./buffers";
import { deadlines } from "./deadlines";
import { pipes } from "./pipe";

export function main(): void {
  const part = args()[1];
  if (part == "pipe") pipes();
  else if (part == "deadlines") deadlines();
  else if (part == "buffers") buffers();
}
