/**
 * npm run build:net, its second half: the module of `wasi-net/net` as text in dist/net/module.js, so
 * that the library is code alone, and nobody has to copy, find or serve a file for it.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const binary = readFileSync(new URL("../build/net.wasm", import.meta.url));
const out = new URL("../dist/net/", import.meta.url);
mkdirSync(out, { recursive: true });
writeFileSync(new URL("module.js", out), `export const base64 = "${binary.toString("base64")}";\n`);
writeFileSync(new URL("module.d.ts", out), "export declare const base64: string;\n");
