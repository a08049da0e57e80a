/** A reason to end the benchmark that the reader of the terminal can act on. */
export class BenchError extends Error {}

/** A command line that asks for something there is not; the process exits with 2. */
export class UsageError extends BenchError {}
