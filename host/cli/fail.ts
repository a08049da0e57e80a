/** fail ends the command with one line and code 2: the user's mistake, or the module's. */
export function fail(message: string): never {
  process.stderr.write(`wasi-net: ${message}\n`);
  process.exit(2);
}
