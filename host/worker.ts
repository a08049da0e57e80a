/**
 * The thread of a guest in dedicated mode. It gets one plan, runs one guest and ends. Nothing reads
 * messages while the guest runs: commands come through the shared memory, and messages go out from
 * the guest's own calls.
 */
import { parentPort } from "node:worker_threads";
import { loadBase } from "./base.ts";
import type { FromThread, ToThread } from "./dedicated.ts";
import { EINTR } from "./errno.ts";
import { WasiNetError } from "./errors.ts";
import { Instance } from "./instance.ts";
import { openSystem } from "./os/index.ts";
import { Shared } from "./shared.ts";
import { inherit } from "./stdio.ts";

const port = parentPort!;

/** The most bytes of output in one message: of what may be on the way, a small part. */
const PIECE = 1 << 16;

port.once("message", async (message: ToThread) => {
  try {
    await run(message);
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const code = error instanceof WasiNetError ? error.code : "WASI_NET_INTERNAL";
    send({ type: "failed", code, message: error.message });
  }
});

// What can be loaded before the plan has come is not waited for then.
void loadBase();
openSystem().catch(() => undefined); // The plan's own try reports it.

async function run({ plan, buffer, inherited }: ToThread): Promise<void> {
  const shared = new Shared(buffer);
  const instance = await Instance.create(
    plan,
    shared,
    {
      listening(address) {
        if (shared.makeWay(0)) send({ type: "listening", address });
      },
      denied(denial) {
        if (shared.tells()) send({ type: "denied", denial });
      },
      write(fd, bytes) {
        if (inherited[fd - 1]) return inherit(fd, bytes);
        for (let at = 0; at < bytes.length; at += PIECE) {
          const piece = bytes.slice(at, at + PIECE);
          if (!shared.makeWay(piece.length)) return EINTR;
          send({ type: "output", fd, bytes: piece });
        }
        return 0;
      },
    },
    true,
  );
  send({ type: "started" });
  instance.start();
  instance.close(true);
  const { reason, code } = instance.exit!;
  send({ type: "ended", end: { reason, code } });
}

function send(message: FromThread): void {
  port.postMessage(message);
}
