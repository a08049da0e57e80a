/**
 * npm run vectors -- FILE.jsonl …: runs vector files, prints every mismatch and "N passed, N
 * failed".
 */
import { command } from "./command.ts";

process.exitCode = await command(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
});
