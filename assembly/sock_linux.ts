/**
 * How many connections may wait to be accepted.
 */
import { readFile } from "./sys/file";
import { dtoi } from "./parse";

/** What Go takes when the machine does not say. */
const SOMAXCONN: i32 = 128;

let backlog: i32 = 0;

/** maxListenerBacklog is the machine's limit, read once. */
export function maxListenerBacklog(): i32 {
  if (backlog == 0) backlog = readBacklog();
  return backlog;
}

function readBacklog(): i32 {
  const text = readFile("/proc/sys/net/core/somaxconn");
  if (text === null) return SOMAXCONN;
  const limit = dtoi(text, 0, text.length);
  return limit > 0 ? limit : SOMAXCONN;
}
