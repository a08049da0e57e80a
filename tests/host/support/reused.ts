import * as libc from "../../../host/os/linux/libc.ts";
import type { System } from "../../../host/system.ts";
import { overlay } from "../../faults/overlay.ts";

const F_DUPFD = 0;
const MSG_DONTWAIT = 0x40;

/**
 * decorate makes each number that is closed another's at once, as a busy process does. The argument
 * is the handle of the socket whose it becomes; or two, of which the second is read empty then.
 */
export function decorate(system: System, argument: string): System {
  const [other = -1, full] = argument.split(" ").map(Number);
  const block = new libc.Block(65_536);
  return overlay(system, {
    close(handle) {
      const result = system.close(handle);
      libc.fcntl(other, F_DUPFD, handle);
      while (full !== undefined && libc.recv(full, block.address, 65_536, MSG_DONTWAIT) > 0);
      return result;
    },
  });
}
