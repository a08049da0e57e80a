/** The rows of the host's table of network interfaces, read. */
import { Result } from "./errors";
import { Flags, Interface } from "./interface";
import { interfaceTable, parseNumber } from "./interfacetable";
import { parseIP } from "./ip";
import { IPAddr } from "./ipaddr";
import { IPNet, parseCIDR } from "./ipnet";
import { HardwareAddr } from "./mac";
import { SyscallError } from "./os";
import { hexValue, unitAt } from "./parse";
import { E, Errno } from "./sys/errno";

/** Row is what the table says of one interface. */
export class Row {
  constructor(
    readonly ifi: Interface,
    readonly nets: IPNet[],
    readonly groups: IPAddr[],
  ) {}
}

/** readRows reads the table. Its errors are those of the calls that Go asks Linux with. */
export function readRows(): Result<Row[]> {
  const table = interfaceTable();
  if (table === null) return unreadable("netlinkrib", E.ACCES);
  const lines = table.split("\n");
  const rows: Row[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (lines[i].length == 0) continue;
    const row = parseRow(lines[i].split("\t"));
    if (row === null) return unreadable("parsenetlinkmessage", E.INVAL);
    rows.push(row);
  }
  return Result.ok<Row[]>(rows);
}

function unreadable(call: string, errno: i32): Result<Row[]> {
  return Result.fail<Row[]>(new SyscallError(call, new Errno(errno)));
}

function parseRow(fields: string[]): Row | null {
  if (fields.length != 7) return null;
  const index = parseNumber(fields[0], 0, fields[0].length);
  const mtu = parseNumber(fields[2], 0, fields[2].length);
  const flags = parseNumber(fields[3], 0, fields[3].length);
  const hardware = parseHardware(fields[4]);
  const nets = parseNets(words(fields[5]));
  const groups = parseGroups(words(fields[6]));
  if (index < 1 || mtu < 0 || flags < 0) return null;
  if (hardware === null || nets === null || groups === null) return null;
  const ifi = new Interface(index, mtu, fields[1], hardware, new Flags(<u32>flags));
  return new Row(ifi, nets, groups);
}

function words(field: string): string[] {
  return field.length > 0 ? field.split(" ") : [];
}

/** parseHardware reads bytes as two digits each, with colons between; unlike `parseMAC` any number of them. */
function parseHardware(text: string): HardwareAddr | null {
  const n = (text.length + 1) / 3;
  if (text.length > 0 && n * 3 != text.length + 1) return null;
  const bytes = new StaticArray<u8>(n);
  for (let i = 0, at = 0; i < n; i++, at += 3) {
    const high = hexValue(unitAt(text, at));
    const low = hexValue(unitAt(text, at + 1));
    if ((high | low) > 15 || (i > 0 && unitAt(text, at - 1) != 0x3a)) return null;
    bytes[i] = <u8>((high << 4) | low);
  }
  return new HardwareAddr(bytes);
}

function parseNets(texts: string[]): IPNet[] | null {
  const nets: IPNet[] = [];
  for (let i = 0; i < texts.length; i++) {
    const parsed = parseCIDR(texts[i]);
    if (parsed.err !== null) return null;
    nets.push(new IPNet(parsed.value.ip, parsed.value.net.mask));
  }
  return nets;
}

function parseGroups(texts: string[]): IPAddr[] | null {
  const groups: IPAddr[] = [];
  for (let i = 0; i < texts.length; i++) {
    const ip = parseIP(texts[i]);
    if (ip === null) return null;
    groups.push(new IPAddr(ip));
  }
  return groups;
}
