/**
 * Times parsers on each of its arguments.
 *
 * usage: parse MILLISECONDS CASE...    a case is a parser's name, a space and a text, or "..." for
 * ever another address; prints a line with the nanoseconds of each
 */
import { parseIP, splitHostPort } from "wasi-net/assembly";
import { parseAddr, parsePrefix } from "wasi-net/assembly/netip";
import { args, print } from "wasi-net/assembly/os";
import { nanotime } from "wasi-net/assembly/sys/clock";
import { Duration, millisecond } from "wasi-net/assembly/time";

/** The number of calls between two looks at the clock. */
const BLOCK: i32 = 4096;

/** bits takes what the calls return, so that none of them can be left out. */
export let bits = 0;

/** texts is what the calls of a block read. */
const texts = new Array<string>(BLOCK);

export function main(): void {
  const words = args();
  const least = <Duration>I32.parseInt(words[1]) * millisecond;
  for (let i = 2; i < words.length; i++) {
    const space = words[i].indexOf(" ");
    const parser = words[i].substring(0, space);
    prepare(words[i].substring(space + 1));
    measure(parser, least / 4);
    print(measure(parser, least).toString());
  }
}

/** prepare fills texts with one text, or with as many addresses. */
function prepare(text: string): void {
  for (let i = 0; i < BLOCK; i++) {
    texts[i] = text == "..." ? "10.1." + (i >> 8).toString() + "." + (i & 255).toString() : text;
  }
}

/** measure returns the nanoseconds of one call. */
function measure(parser: string, least: Duration): f64 {
  const start = nanotime();
  let calls: i64 = 0;
  while (nanotime() - start < least) {
    if (parser == "parseAddr") addrs();
    else if (parser == "parsePrefix") prefixes();
    else if (parser == "parseIP") ips();
    else if (parser == "splitHostPort") splits();
    else splitTexts();
    calls += BLOCK;
  }
  return <f64>(nanotime() - start) / <f64>calls;
}

function addrs(): void {
  for (let i = 0; i < BLOCK; i++) bits += parseAddr(unchecked(texts[i])).unwrap().bitLen();
}

function prefixes(): void {
  for (let i = 0; i < BLOCK; i++) bits += parsePrefix(unchecked(texts[i])).unwrap().bits();
}

function ips(): void {
  for (let i = 0; i < BLOCK; i++) bits += parseIP(unchecked(texts[i]))!.length;
}

function splits(): void {
  for (let i = 0; i < BLOCK; i++) {
    if (splitHostPort(unchecked(texts[i])).err === null) bits++;
  }
}

/** splitTexts reads host and port too. */
function splitTexts(): void {
  for (let i = 0; i < BLOCK; i++) {
    const split = splitHostPort(unchecked(texts[i])).unwrap();
    bits += split.host.length + split.port.length;
  }
}
