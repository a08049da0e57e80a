#!/usr/bin/env node
/**
 * wasi-net: the command line. A guest's thread takes 30 ms to start, so for `run` it is started
 * before anything else is even loaded.
 */
import { warmThread } from "../thread.ts";

if (process.argv[2] === "run") warmThread();

const { main } = await import("./program.ts");
await main(process.argv.slice(2));
