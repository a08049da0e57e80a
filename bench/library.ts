/** Readers of addresses in JavaScript: wasi-net's library, ipaddr.js, and what Node has. */
import { BlockList, isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { parseAddr, parseAddrs } from "../host/net/index.ts";

/** One way to read addresses. */
export interface Reader {
  readonly name: string;
  /** Reads all texts; what it answers keeps the work from being left out. */
  read(texts: readonly string[]): number;
}

const none = new BlockList();
none.addSubnet("198.51.100.0", 24);

/** The yardstick comes first. */
export const readers: readonly Reader[] = [
  { name: "ipaddr.js parse", read: (texts) => count(texts, (text) => ipaddr.parse(text)) },
  { name: "wasi-net/net parseAddrs", read: (texts) => parseAddrs(texts).length },
  { name: "wasi-net/net parseAddr", read: (texts) => count(texts, (text) => parseAddr(text)) },
  { name: "node:net isIP", read: (texts) => count(texts, (text) => isIP(text) !== 0) },
  {
    name: "node:net BlockList",
    read: (texts) => count(texts, (text) => !none.check(text, family(text))),
  },
];

/** Nanoseconds of one text. */
export function time(reader: Reader, texts: readonly string[], seconds: number): number {
  const start = process.hrtime.bigint();
  const end = start + BigInt(Math.round(seconds * 1e9));
  let read = 0;
  do read += reader.read(texts);
  while (process.hrtime.bigint() < end);
  return Number(process.hrtime.bigint() - start) / read;
}

/** How many texts a reader takes. */
function count(texts: readonly string[], read: (text: string) => unknown): number {
  let taken = 0;
  for (const text of texts) if (read(text)) taken++;
  return taken;
}

function family(text: string): "ipv4" | "ipv6" {
  return text.includes(":") ? "ipv6" : "ipv4";
}
