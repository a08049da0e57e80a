/** Runs a test file, with libraries.ts having the first word on what is loaded. */
import * as module from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { load } from "./libraries.ts";

/** Newer releases of Node have hooks that run in the thread itself, and ask these first. */
const { registerHooks } = module as { registerHooks?: (hooks: { load: typeof load }) => void };
if (registerHooks !== undefined) registerHooks({ load });
else module.register("./libraries.ts", import.meta.url);

await import(pathToFileURL(resolve(process.argv[2]!)).href);
