/**
 * Where a guest was when it died, from the frames that the engine notes in what is thrown:
 *
 *     ~lib/wasi-net/assembly/sys/panic/panic       the guest gives up
 *     app/pick                                     ┐ the trace
 *     app/main                                     ┘
 *     ~lib/wasi-net/assembly/task/switch/resume    the scheduler, the same for all
 */

const GIVES_UP = /\/assembly\/sys\/panic\//;
const SCHEDULER = /\/assembly\/task\/switch\/resume$/;
const UNNAMED = /^(?:.*\.)?wasm-function\[\d+\]$/;

/** A guest may have names as long as itself: more units than these are not written. */
const ROOM = 16_384;

/**
 * trace is the functions of the guest that were running, the innermost first, each on a line: Go's trace of a goroutine. It is ""
 * where the module has no names (wasi-net build --debug keeps them), and where the guest only asked for its end.
 */
export function trace(thrown: unknown, trapped: boolean): string {
  const names = thrown instanceof Error ? framesOf(thrown) : [];
  const last = names.findLastIndex((name) => GIVES_UP.test(name));
  if (!trapped && last < 0) return "";
  const end = names.findIndex((name) => SCHEDULER.test(name));
  const running = names.slice(last + 1, end < 0 ? undefined : end);
  return running.length === 0 ? "" : `\ngoroutine [running]:\n${running.join("\n")}\n`;
}

/** The names of the functions of wasm in an error's frames. Written out by the engine they could be longer than any string. */
function framesOf(error: Error): string[] {
  const names: string[] = [];
  if (Object.isFrozen(Error)) return names;
  const prepare = Error.prepareStackTrace;
  Error.prepareStackTrace = (_, sites) => {
    let room = ROOM;
    for (const site of sites) {
      if (!site.getFileName()?.startsWith("wasm://")) continue;
      const name = site.getFunctionName() ?? "";
      room -= name.length;
      if (room < 0) break;
      if (name !== "" && !UNNAMED.test(name)) names.push(name);
    }
    return "";
  };
  try {
    void error.stack;
  } finally {
    Error.prepareStackTrace = prepare;
  }
  return names;
}
