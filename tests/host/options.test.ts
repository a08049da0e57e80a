/** What plain JavaScript may hand in: TypeScript would not let any of these rows through. */

import { PassThrough } from "node:stream";
import { runInNewContext } from "node:vm";
import * as assert from "uvu/assert";
import type { GuestOptions } from "../../host/guest.ts";
import { allow, type Code, Guest, Policy, WasiNetError } from "../../host/index.ts";
import type { Rules } from "../../host/policy.ts";
import { suite } from "../harness.ts";
import { simple } from "./support/programs.ts";

const test = suite("options");

const wasm = simple("");

interface Row {
  readonly name: string;
  readonly given: unknown;
  readonly says: string;
  readonly code?: Code;
}

const A_POLICY = 'options.net: want a policy, such as allow.listen(":8080"), got';
const AN_OUTPUT = 'want "inherit", a Writable stream or a function, got';
const THE_OPTIONS =
  "want one of args, env, net, sockets, maxSockets, mode, signal, stdout, stderr, onListening, onDenied";

const options: readonly Row[] = [
  { name: "null", given: null, says: "options: want an object, got null" },
  { name: "a string", given: "all", says: 'options: want an object, got "all"' },
  { name: "a list", given: [], says: "options: want an object, got []" },
  {
    name: "an option that there is not",
    given: { allow: ":80" },
    says: `property of options: ${THE_OPTIONS}, got "allow"`,
  },
  { name: "net is a string", given: { net: "all" }, says: `${A_POLICY} "all"` },
  { name: "net is a number", given: { net: 5 }, says: `${A_POLICY} 5` },
  { name: "net is null", given: { net: null }, says: `${A_POLICY} null` },
  {
    name: "net is an object",
    given: { net: { listen: [":80"] } },
    says: `${A_POLICY} { listen: [Array] }`,
  },
  {
    name: "net is a method",
    given: { net: allow.listen },
    says: `${A_POLICY} [Function: listen]`,
  },
  {
    name: "args is a string",
    given: { args: "--fast" },
    says: 'options.args: want an array of strings, got "--fast"',
  },
  {
    name: "an argument is a number",
    given: { args: ["guest", 5] },
    says: "options.args[1]: want a string without NUL, got 5",
  },
  {
    name: "an argument is a hole",
    given: { args: new Array(1) },
    says: "options.args[0]: want a string without NUL, got undefined",
  },
  {
    name: "an argument has a NUL",
    given: { args: ["guest\0--fast"] },
    says: 'options.args[0]: want a string without NUL, got "guest\\u0000--fast"',
  },
  {
    name: "env is a list",
    given: { env: ["A=b"] },
    says: "options.env: want an object of strings, by their names, got [ 'A=b' ]",
  },
  {
    name: "a variable is a number",
    given: { env: { DEBUG: 1 } },
    says: "options.env.DEBUG: want a string without NUL, got 1",
  },
  {
    name: "a variable is undefined",
    given: { env: { DEBUG: undefined } },
    says: "options.env.DEBUG: want a string without NUL, got undefined",
  },
  {
    name: "a variable's name has a =",
    given: { env: { "A=B": "c" } },
    says: 'options.env: want names without "=" and NUL, got "A=B"',
  },
  {
    name: "a variable has no name",
    given: { env: { "": "c" } },
    says: 'options.env: want names without "=" and NUL, got ""',
  },
  {
    name: "sockets is a number",
    given: { sockets: 3 },
    says: "options.sockets: want an array of numbers, got 3",
    code: "WASI_NET_BAD_SOCKET",
  },
  {
    name: "a socket is a string",
    given: { sockets: [3, "4"] },
    says: 'options.sockets[1]: want the number of an open socket, got "4"',
    code: "WASI_NET_BAD_SOCKET",
  },
  ...[-1, 1.5, Number.NaN, 2 ** 31].map((number) => ({
    name: `a socket is ${number}`,
    given: { sockets: [number] },
    says: `options.sockets[0]: want the number of an open socket, got ${number}`,
    code: "WASI_NET_BAD_SOCKET" as const,
  })),
  ...[0, -1, 1.5, Number.NaN, 2 ** 18 + 1].map((number) => ({
    name: `maxSockets is ${number}`,
    given: { maxSockets: number },
    says: `options.maxSockets: want a whole number from 1 to 262144, got ${number}`,
    code: "WASI_NET_BAD_LIMIT" as const,
  })),
  {
    name: "maxSockets is a string",
    given: { maxSockets: "7" },
    says: 'options.maxSockets: want a whole number from 1 to 262144, got "7"',
    code: "WASI_NET_BAD_LIMIT",
  },
  {
    name: "a mode that there is not",
    given: { mode: "parallel" },
    says: 'options.mode: want "dedicated" or "cooperative", got "parallel"',
    code: "WASI_NET_BAD_MODE",
  },
  {
    name: "signal is its controller",
    given: { signal: new AbortController() },
    says: "options.signal: want an AbortSignal, got AbortController {}",
  },
  {
    name: "signal is a number",
    given: { signal: 60_000 },
    says: "options.signal: want an AbortSignal, got 60000",
  },
  {
    name: "stdout is a file's name",
    given: { stdout: "out.txt" },
    says: `options.stdout: ${AN_OUTPUT} "out.txt"`,
  },
  { name: "stderr is a number", given: { stderr: 2 }, says: `options.stderr: ${AN_OUTPUT} 2` },
  {
    name: "onListening is no function",
    given: { onListening: true },
    says: "options.onListening: want a function, got true",
  },
  {
    name: "onDenied is no function",
    given: { onDenied: "log" },
    says: 'options.onDenied: want a function, got "log"',
  },
  {
    name: "much of anything",
    given: { args: "x".repeat(1_000_000) },
    says: `options.args: want an array of strings, got "${"x".repeat(79)}…`,
  },
];

test.table("no options are:", options, async ({ given, says, code }) => {
  await fails(() => Guest.start(wasm, given as GuestOptions), says, code);
});

const modules: readonly Omit<Row, "says">[] = [
  { name: "undefined", given: undefined },
  { name: "the number of a file", given: 0 },
  { name: "a promise", given: Promise.resolve(wasm) },
  { name: "an ArrayBuffer", given: new ArrayBuffer(8) },
  { name: "a list of numbers", given: [0, 97, 115, 109] },
];

test.table("no module is:", modules, async ({ given }) => {
  const says =
    "the module: want its bytes (a Uint8Array), a WebAssembly.Module, a file's path or its URL, got ";
  await fails(() => Guest.start(given as Uint8Array), says, undefined, true);
});

const rules: readonly (Row & { readonly make: (given: never) => unknown })[] = [
  {
    name: "a port",
    make: (port: string) => allow.listen(port),
    given: 8080,
    says: "rules.allow.listen[0]: want a string, got 8080",
  },
  {
    name: "a list",
    make: (list: string) => allow.dial(":80", list),
    given: [":443"],
    says: "rules.allow.dial[1]: want a string, got [ ':443' ]",
  },
  {
    name: "a path of undefined",
    make: (path: string) => allow.unix(path),
    given: undefined,
    says: "rules.allow.unix[0]: want a string, got undefined",
  },
  {
    name: "a protocol's number",
    make: (protocol: string) => allow.denyRaw(protocol),
    given: 1,
    says: "rules.deny.raw[0]: want a string, got 1",
  },
  {
    name: "no object",
    make: (given: Rules) => new Policy(given),
    given: "all",
    says: 'rules: want an object, got "all"',
  },
  {
    name: "a string for a list",
    make: (listen: string) =>
      new Policy({ ...allow.rules, allow: { ...allow.rules.allow, listen } as never }),
    given: ":80",
    says: 'rules.allow.listen: want an array of strings, got ":80"',
  },
  {
    name: "a verb that there is not",
    make: (allow: never) => new Policy({ ...(new Policy().rules as Rules), allow }),
    given: { ...allow.rules.allow, lisen: [":80"] },
    says: 'property of rules.allow: want one of listen, dial, unix, raw, got "lisen"',
  },
  {
    name: "rules without what is denied",
    make: (given: Rules) => new Policy(given),
    given: { allow: allow.rules.allow, interfaces: false },
    says: "rules.deny: want an object, got undefined",
  },
  {
    name: "interfaces by name",
    make: (interfaces: never) => new Policy({ ...allow.rules, interfaces }),
    given: "eth0",
    says: 'rules.interfaces: want true or false, got "eth0"',
  },
];

test.table("no rules are:", rules, async ({ make, given, says }) => {
  await fails(() => make(given as never), says, "WASI_NET_BAD_RULE");
});

test("no signal to end by is one that there is not, and the guest goes on", async () => {
  const guest = await Guest.start(simple("(loop $l (br $l))"));
  for (const end of ["stop", "drain"] as const) {
    const says = 'signal: want "SIGINT" or "SIGTERM", got "SIGKILL"';
    await fails(() => guest[end]("SIGKILL" as "SIGTERM"), says);
  }
  assert.equal(await guest.stop("SIGINT"), { code: 130, signal: "SIGINT" });
});

const good: readonly { readonly name: string; readonly given: unknown }[] = [
  { name: "nothing", given: undefined },
  {
    name: "options that are undefined",
    given: { args: undefined, env: undefined, net: undefined, mode: undefined, signal: undefined },
  },
  { name: "what inherits its options", given: Object.create({ args: ["guest"] }) },
  { name: "what has no prototype", given: { env: Object.assign(Object.create(null), { A: "" }) } },
  {
    name: "proxies, as reactive libraries make them",
    given: {
      args: new Proxy(["guest"], {}),
      env: new Proxy({ A: "" }, {}),
      sockets: new Proxy([], {}),
    },
  },
  { name: "the whole environment", given: { env: process.env } },
  { name: "a stream", given: { stdout: new PassThrough(), stderr: process.stderr } },
];

test.table("options are:", good, async ({ given }) => {
  const guest = await Guest.start(wasm, given as GuestOptions);
  assert.equal(await guest.exited, { code: 0 });
});

test("bytes of another realm are bytes", async () => {
  const bytes = runInNewContext("Uint8Array.from(bytes)", { bytes: [...wasm] }) as Uint8Array;
  assert.not.instance(bytes, Uint8Array);
  assert.equal(await (await Guest.start(bytes)).exited, { code: 0 });
});

/** fails holds that a call throws or rejects with a WasiNetError that says so, or begins so. */
async function fails(
  call: () => unknown,
  says: string,
  code: Code = "WASI_NET_BAD_ARGUMENT",
  begins = false,
): Promise<void> {
  try {
    await call();
  } catch (error) {
    assert.instance(error, WasiNetError);
    const { message, code: given } = error as WasiNetError;
    assert.equal([begins ? message.slice(0, says.length) : message, given], [says, code]);
    return;
  }
  assert.unreachable();
}

test.run();
