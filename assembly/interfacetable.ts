/**
 * What the host tells of its network interfaces: a file that it writes before the program starts, with a row for each, by index.
 *
 *     index ⇥ name ⇥ mtu ⇥ flags ⇥ hardware address ⇥ address/bits address/bits … ⇥ group group … ↵
 */
import { decimal } from "./decimal";
import { dtoi, readEnd, unitAt } from "./parse";
import { readFile } from "./sys/file";

const PATH = "/run/wasi-net/interfaces";
const TAB: u32 = 0x09;
const LF: u32 = 0x0a;

let looked: bool = false;
let table: string | null = null;

/** interfaceTable is the file's text, which does not change while the program runs; null where the host tells nothing. */
export function interfaceTable(): string | null {
  if (!looked) {
    looked = true;
    table = readFile(PATH);
  }
  return table;
}

/**
 * zoneToIndex is the index of the interface that the zone of an IPv6 address names. A name that is not in the table stands for the
 * number that its first digits are, the largest one for all beyond; without digits for 0, which is no interface.
 */
export function zoneToIndex(zone: string): i32 {
  if (zone.length > 0 && find(0, zone)) return foundIndex;
  const index = dtoi(zone, 0, zone.length);
  return index < 0 && readEnd > 0 ? 0xffffff : max(index, 0);
}

/** indexToZone is the zone that stands for an interface: its name, or its index where it is not in the table; for 0 it is "". */
export function indexToZone(index: i32): string {
  if (index == 0) return "";
  return find(index, "") ? foundName : decimal(index);
}

let foundIndex: i32 = 0;
let foundName: string = "";

/** find looks for the row of an index or, where that is 0, of a name. It is all that a server needs of the table, and small. */
function find(index: i32, name: string): bool {
  const text = interfaceTable();
  if (text === null) return false;
  for (let at = 0, n = text.length; at < n; ) {
    const end = endOf(text, at, n, LF);
    const first = endOf(text, at, end, TAB);
    const second = endOf(text, first + 1, end, TAB);
    foundIndex = parseNumber(text, at, first);
    foundName = text.substring(first + 1, second);
    if (index != 0 ? foundIndex == index : foundName == name) return true;
    at = end + 1;
  }
  return false;
}

/** endOf is where a unit first stands in text from start on, or end. */
function endOf(text: string, start: i32, end: i32, unit: u32): i32 {
  let at = start;
  while (at < end && unitAt(text, at) != unit) at++;
  return min(at, end);
}

/** parseNumber is a number of decimal digits and nothing else, below 2³¹; otherwise −1. */
export function parseNumber(text: string, start: i32, end: i32): i32 {
  let value: i64 = start < end ? 0 : -1;
  for (let at = start; at < end; at++) {
    const digit = unitAt(text, at) - 48;
    value = value * 10 + digit;
    if (digit > 9 || value > i32.MAX_VALUE) return -1;
  }
  return <i32>value;
}
