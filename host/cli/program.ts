import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { WasiNetError } from "../errors.ts";
import { isLimit, LIMITS } from "../limit.ts";
import { RawRule } from "../rawrule.ts";
import { Rule } from "../rule.ts";
import { UnixRule } from "../unixrule.ts";
import { buildCommand } from "./build.ts";
import { fail } from "./fail.ts";
import { type RunOptions, runCommand } from "./run.ts";

/** main runs the command line and sets the process's exit code. Usage errors are code 2. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(spellOut(argv), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has printed its help or complaint; a thread may have been started for nothing.
    process.exit(error.exitCode === 0 ? 0 : 2);
  }
}

function program(): Command {
  return new Command("wasi-net")
    .description("Runs WebAssembly servers in a sandbox with real sockets, and builds them.")
    .version(version())
    .enablePositionalOptions()
    .showHelpAfterError("(wasi-net --help tells more)")
    .exitOverride()
    .addCommand(run())
    .addCommand(build());
}

/**
 * Options of run end at the module: what follows is the guest's, so no argument of a guest can
 * become a grant.
 */
function run(): Command {
  return new Command("run")
    .summary("run a module")
    .description("Runs a module. Without a grant it may neither listen nor dial.")
    .usage("[options] module.wasm [guest arguments]")
    .argument("<module>", "the WebAssembly module")
    .argument("[arguments...]", "arguments of the guest")
    .addOption(
      rules("--allow-listen [addresses]", "let the guest listen; on all without addresses"),
    )
    .addOption(rules("--allow-dial [addresses]", "let the guest connect; to all without addresses"))
    .addOption(rules("--allow-net [addresses]", "both of the above"))
    .addOption(unix("--allow-unix [path]", "let the guest use a unix socket, or all in a folder"))
    .addOption(raw("--allow-raw [protocols]", "let the guest open raw sockets"))
    .addOption(rules("--deny-listen [addresses]", "forbid to listen, whatever is allowed"))
    .addOption(rules("--deny-dial [addresses]", "forbid to connect, whatever is allowed"))
    .addOption(rules("--deny-net [addresses]", "both of the above"))
    .addOption(unix("--deny-unix [path]", "forbid unix sockets, whatever is allowed"))
    .addOption(raw("--deny-raw [protocols]", "forbid raw sockets, whatever is allowed"))
    .option("--allow-interfaces", "show the guest this machine's network interfaces")
    .addOption(sockets("--socket-fd <number>", "give the guest an open socket of this process"))
    .addOption(limit("--max-sockets <number>", "how many sockets the guest may have open at once"))
    .addOption(
      list("--env <NAME[=VALUE]>", "set a variable for the guest, or hand on ours", readVariable),
    )
    .passThroughOptions()
    .configureHelp({ optionTerm: (option) => option.flags.replace(" [", "[=") })
    .showHelpAfterError("(wasi-net run --help tells more)")
    .exitOverride()
    .addHelpText("after", EXAMPLES)
    .action((module: string, args: string[], options: RunOptions) =>
      guarded(() => runCommand(module, args, options)),
    );
}

function build(): Command {
  return new Command("build")
    .summary("compile a program to a module")
    .description("Compiles an AssemblyScript program, whose main() it starts, to a module.")
    .usage("[options] program.ts")
    .argument("<program>", "the program's source")
    .option("-o, --out <file>", "where the module goes; by default here, named like the program")
    .option("--debug", "keep names, so that a panic says where, and make a source map")
    .addOption(
      new Option("--level <level>", "what the host must offer: 0 is WASI preview1 and no more")
        .choices(["0", "1"])
        .default("1"),
    )
    .showHelpAfterError("(wasi-net build --help tells more)")
    .exitOverride()
    .action((entry: string, options: { out?: string; debug?: boolean; level: "0" | "1" }) =>
      guarded(() => buildCommand(entry, options)),
    );
}

/** guarded turns the errors that a user can do something about into one line. */
async function guarded(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (error instanceof WasiNetError) fail(error.message);
    throw error;
  }
}

/** rules is an option whose value is a list of addresses. */
function rules(flags: string, description: string): Option {
  return list(flags, description, readRules);
}

/** raw is an option whose value is a list of protocols. */
function raw(flags: string, description: string): Option {
  return list(flags, description, readRaw);
}

/** unix is an option whose value is one path: a comma may be part of it. */
function unix(flags: string, description: string): Option {
  return list(flags, description, readUnix);
}

/** sockets is an option whose value is a number of an open file. */
function sockets(flags: string, description: string): Option {
  return list(flags, description, (value) => {
    if (!/^\d{1,9}$/.test(value)) throw new Error(`"${value}" is no number of a file`);
    return [Number(value)];
  });
}

/** limit is an option whose value is a number of sockets; given again, the last one counts. */
function limit(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string) =>
    complaining(() => {
      const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
      if (!isLimit(number)) throw new Error(`Want ${LIMITS}`);
      return number;
    }),
  );
}

/** list is an option that may be given again, whose values are all kept as they are read. */
function list<T>(
  flags: string,
  description: string,
  read: (value: string) => readonly T[],
): Option {
  return new Option(flags, description).argParser((value: string, before: readonly T[] = []) =>
    complaining(() => [...before, ...read(value)]),
  );
}

/** complaining makes a usage error of what a value is no value for. */
function complaining<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function readRules(value: string): readonly string[] {
  return value.split(",").map((text) => new Rule(text).text);
}

function readRaw(value: string): readonly string[] {
  return value.split(",").map((text) => new RawRule(text).text);
}

function readUnix(value: string): readonly string[] {
  return [new UnixRule(value).text];
}

/**
 * spellOut gives a grant without a value the value `*`. Commander would take the next argument for
 * the value: of `--allow-net server.wasm`, the module. Only what stands before the module is
 * touched. A rule that stands where the module should was meant as the value.
 */
function spellOut(argv: readonly string[]): string[] {
  const words = [...argv];
  for (let i = 1; i < words.length && words[i]!.startsWith("-"); i++) {
    const word = words[i]!;
    const verb = /^--(?:allow|deny)-(listen|dial|net|unix|raw)$/.exec(word)?.[1];
    if (verb !== undefined) {
      const next = words[i + 1] ?? "-";
      if (!next.startsWith("-") && isRule(verb, next) && !isFile(next)) {
        fail(`${next} is no file; for a rule write ${word}=${next}`);
      }
      words[i] += "=*";
    }
    if (["--env", "--socket-fd", "--max-sockets"].includes(words[i]!)) i++;
  }
  return words;
}

/** isRule tells whether a word is what a grant takes. */
function isRule(verb: string, word: string): boolean {
  const read = verb === "unix" ? readUnix : verb === "raw" ? readRaw : readRules;
  try {
    return read(word).length > 0;
  } catch {
    return false;
  }
}

/** isFile tells whether a file is to be seen at a path; what is too long for one or locked away is none. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function readVariable(value: string): readonly string[] {
  if (value === "" || value.startsWith("=")) throw new Error("A variable has a name");
  return [value];
}

function version(): string {
  const require = createRequire(import.meta.url);
  return (require("wasi-net/package.json") as { version: string }).version;
}

const EXAMPLES = `
Addresses are ADDRESS[:PORT[-PORT]], separated by commas: 127.0.0.1:8080, [::1]:8080, :8080 (any
address), 10.0.0.0/8:443, 127.0.0.1 (any port), localhost:8000-8100. Port 0 is one the system picks.
Paths of unix sockets are files, or folders with all that is in them; @NAME and @NAME* are abstract
names, @ is all of them. Symlinks are followed before a path is judged. Protocols of raw sockets are
numbers or names, with or without an address: icmp, 58, icmp:10.0.0.0/8.
What is denied stays denied, whatever is allowed.

Examples:
  wasi-net run --allow-listen=:8080 server.wasm
  wasi-net run --allow-unix=/run/app --allow-raw=icmp server.wasm
  wasi-net run --allow-listen=:8080 --allow-dial=10.0.0.0/8:5432 --env=DEBUG=1 server.wasm --fast

The exit code is the guest's own; 2 after a panic; 130 or 143 after SIGINT or SIGTERM. The first
signal lets connections finish, the second does not.`;
