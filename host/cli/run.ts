import { basename } from "node:path";
import { joinHostPort } from "../endpoint.ts";
import { Guest, type Signal } from "../guest.ts";
import { allow, type Denial, type Policy } from "../policy.ts";
import { quoted, say } from "./say.ts";

/** RunOptions as the command line gives them. */
export interface RunOptions {
  readonly allowListen?: readonly string[];
  readonly allowDial?: readonly string[];
  readonly allowNet?: readonly string[];
  readonly denyListen?: readonly string[];
  readonly denyDial?: readonly string[];
  readonly denyNet?: readonly string[];
  readonly allowUnix?: readonly string[];
  readonly denyUnix?: readonly string[];
  readonly allowRaw?: readonly string[];
  readonly denyRaw?: readonly string[];
  readonly allowInterfaces?: boolean;
  readonly socketFd?: readonly number[];
  readonly maxSockets?: number;
  readonly env?: readonly string[];
}

/** runCommand runs a module and ends this process with the guest's code. */
export async function runCommand(
  module: string,
  args: readonly string[],
  options: RunOptions,
): Promise<void> {
  let guest: Guest | undefined;
  handleSignals(() => guest);
  guest = await Guest.start(module, {
    args: [basename(module), ...args],
    env: environment(options.env ?? []),
    net: policy(options),
    sockets: options.socketFd ?? [],
    ...(options.maxSockets === undefined ? {} : { maxSockets: options.maxSockets }),
    onListening: ({ address, port, path }) =>
      say(`listening on ${path ?? joinHostPort(address, port)}`),
    onDenied: reporter(),
  });
  const { code } = await guest.exited;
  const { missedDenials: missed } = guest;
  if (missed > 0) say(`denied ${missed} times more, too fast to tell`);
  process.exit(code);
}

/**
 * handleSignals lets connections finish at the first signal, and not at the second. A guest that
 * has not started yet has none.
 */
function handleSignals(running: () => Guest | undefined): void {
  let before = false;
  const handle = (signal: Signal): void => {
    const guest = running();
    if (guest === undefined) process.exit(signal === "SIGINT" ? 130 : 143);
    if (before) {
      guest.stop(signal);
      return;
    }
    before = true;
    guest.drain(signal);
    const { connections: n } = guest;
    if (n === 0) return;
    const what = n === 1 ? "1 connection" : `${n} connections`;
    say(`waiting for ${what} to finish; again to stop now`);
  };
  process.on("SIGINT", handle);
  process.on("SIGTERM", handle);
}

/** The most denials that are told. */
const TOLD = 100;

/**
 * reporter answers a function that tells of each denial once, and of so many: a guest that tries again
 * and again would fill the screen, and the memory of what was told.
 */
function reporter(): (denial: Denial) => void {
  const seen = new Set<string>();
  return (denial) => {
    if (seen.size === TOLD) return;
    const { flag, forbidden } = denial;
    const way = forbidden ? `forbidden by ${flag}` : `allow with ${quoted(flag)}`;
    const line = `denied: ${wish(denial)} (${way})`;
    if (seen.has(line)) return;
    seen.add(line);
    say(line);
    if (seen.size === TOLD) say("what else is denied is not told");
  };
}

/** wish tells in words what a guest wanted. */
function wish({ verb, address, port, protocol }: Denial): string {
  if (verb === "unix") return `unix ${address}`;
  if (verb === "raw") return `raw protocol ${protocol}${address === "" ? "" : ` at ${address}`}`;
  return `${verb === "listen" ? "listen on" : verb} ${joinHostPort(address, port)}`;
}

function policy(options: RunOptions): Policy {
  let net = allow;
  const { allowListen, allowDial, allowNet, denyListen, denyDial, denyNet } = options;
  const { allowUnix, denyUnix, allowRaw, denyRaw, allowInterfaces } = options;
  if (allowListen) net = net.listen(...allowListen);
  if (allowDial) net = net.dial(...allowDial);
  if (allowNet) net = net.listen(...allowNet).dial(...allowNet);
  if (denyListen) net = net.denyListen(...denyListen);
  if (denyDial) net = net.denyDial(...denyDial);
  if (denyNet) net = net.denyListen(...denyNet).denyDial(...denyNet);
  if (allowUnix) net = net.unix(...allowUnix);
  if (denyUnix) net = net.denyUnix(...denyUnix);
  if (allowRaw) net = net.raw(...allowRaw);
  if (denyRaw) net = net.denyRaw(...denyRaw);
  if (allowInterfaces) net = net.interfaces();
  return net;
}

/**
 * environment reads NAME=VALUE, and NAME, which hands on this process's own variable if there is
 * one.
 */
function environment(words: readonly string[]): Record<string, string> {
  const env = new Map<string, string>();
  for (const word of words) {
    const at = word.indexOf("=");
    const name = at < 0 ? word : word.slice(0, at);
    const ours = Object.hasOwn(process.env, name) ? process.env[name] : undefined;
    const value = at < 0 ? ours : word.slice(at + 1);
    if (value !== undefined) env.set(name, value);
  }
  return Object.fromEntries(env);
}
