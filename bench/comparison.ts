import { compare, type Setting } from "./compare.ts";
import { type Load, prepareGenerator } from "./load.ts";
import { machine } from "./machine.ts";
import { bufferFor, type OptionName, type Options } from "./options.ts";
import { pinning } from "./pin.ts";
import { absolute, meaning, ratioTable } from "./ratiotable.ts";
import { bytes, writeJson } from "./report.ts";
import { type Program, prepareServers } from "./servers.ts";

/** What is compared: servers running a program under a load, by their cost for one unit. */
export interface Comparison {
  readonly program: Program;
  readonly mode: Load["mode"];
  readonly unit: string;
}

/** The options that every comparison takes. */
export const comparisonOptions: readonly OptionName[] = [
  ...(["seconds", "warmup", "rounds", "connections", "sizes"] as const),
  ...(["buffer", "servers", "with", "json"] as const),
];

/** Measures every size with every number of connections. False when a server failed. */
export async function runComparison(
  { program, mode, unit }: Comparison,
  options: Options,
): Promise<boolean> {
  const pins = pinning();
  const { specs, notes } = prepareServers(program, options);
  const generator = prepareGenerator(pins);
  const setting: Setting = { specs, generator, pinning: pins, options };
  const about = [machine(), [pins.note, generator.note, ...notes].join("; ")];
  console.log([...about, meaning(unit, specs)].join("\n"));

  const rows = [];
  for (const size of options.sizes) {
    for (const connections of options.connections) {
      const buffer = bufferFor(size, options);
      const results = await compare(setting, { mode, connections, size }, buffer);
      console.log(`\n${bytes(size)}, ${connections} connections${absolute(results, unit)}`);
      console.log(ratioTable(results, unit));
      rows.push({ size, connections, buffer, results });
    }
  }
  writeJson(options.json, { about, options, rows });
  return rows.every((row) => row.results.every((result) => result.failure === undefined));
}
