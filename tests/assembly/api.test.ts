/**
 * Every name of Go's API, as api.tsv lists them, is there under its name in the port. What a user
 * imports from `wasi-net/assembly` and `wasi-net/assembly/netip` is asked of the compiler itself.
 */
import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { suite } from "../harness.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const NETIP = "assembly/netip/index";
const NET = "assembly/index";
/** Values that take memory from the start on, and so stand where only those get them who use them. */
const VALUES = "assembly/ipvalues";

/** The areas that are complete, whole or, with a pattern, those of their names that match it. */
const AREAS: Record<string, RegExp> = {
  "IP, CIDR, MAC": /./,
  netip: /./,
  "Host/port and network strings": /./,
  Errors: /./,
  TCP: /./,
  UDP: /./,
  "IP raw": /./,
  Unix: /./,
  "Dialer, ListenConfig": /./,
  Interfaces: /./,
  "Listener, Conn, PacketConn": /./,
  "Buffers, Pipe, FileConn": /./,
};

/** Names that are somewhere else than in the index of their package, and why. */
const ELSEWHERE: Record<string, { readonly file: string; readonly why: string }> = {
  ...Object.fromEntries(
    ["bcast", "allsys", "allrouter", "zero"].map((name) => [
      `ipv4${name}`,
      { file: VALUES, why: "made at the start of every program that imports the file" },
    ]),
  ),
  ...Object.fromEntries(
    [
      ...["zero", "unspecified", "loopback", "interfacelocalallnodes"],
      ...["linklocalallnodes", "linklocalallrouters"],
    ].map((name) => [
      `ipv6${name}`,
      { file: VALUES, why: "made at the start of every program that imports the file" },
    ]),
  ),
};

/** Methods that are static here: the values of netip do not change, so that these return a new one. */
const STATIC = new Set(
  ["Addr", "AddrPort", "Prefix"].flatMap((type) => [
    `netip ${type}.unmarshalText`,
    `netip ${type}.unmarshalBinary`,
  ]),
);

/** Names that are not there yet, and why. */
const ABSENT: Record<string, string> = {};

/** What of asc's program this test looks at. */
interface Element {
  readonly name: string;
  readonly kind: number;
  readonly members?: Map<string, Element> | null;
  readonly instanceMembers?: Map<string, Element> | null;
  readonly basePrototype?: Element | null;
}
interface File extends Element {
  readonly exports: Map<string, Element> | null;
}

interface Row {
  readonly name: string;
  readonly area: string;
  readonly kind: string;
}

const files = await compiled();
const rows: Row[] = readFileSync(new URL("api.tsv", import.meta.url), "utf8")
  .split("\n")
  .slice(1)
  .filter((line) => line !== "")
  .map((line) => line.split("\t") as [string, string, string, string])
  .map(([area, kind, , name]) => ({ area, kind, name }))
  .filter(({ area, name }) => AREAS[area]?.test(name));

const test = suite("api");

for (const area of Object.keys(AREAS)) {
  test(area, () => {
    const asked = rows.filter((row) => row.area === area);
    assert.ok(asked.length > 3);
    const wrong = asked.filter((row) => !exists(row) !== keyOf(row) in ABSENT);
    assert.deepEqual(wrong.map(keyOf), []);
  });
}

test("nothing is listed without need", () => {
  const names = new Set(rows.map(keyOf));
  const listed = [...STATIC, ...Object.keys(ABSENT)].filter((name) => !names.has(name));
  assert.deepEqual(listed, []);
  for (const [name, { file }] of Object.entries(ELSEWHERE)) {
    assert.ok(files.get(file)?.exports?.has(name), name);
    assert.ok(!files.get(NET)?.exports?.has(name), name);
  }
});

test.run();

/** The name of a row with its package. */
function keyOf({ area, name }: Row): string {
  return `${area === "netip" ? "netip" : "net"} ${name}`;
}

function exists(row: Row): boolean {
  const [first, member] = row.name.split(".") as [string, string?];
  const index = row.area === "netip" ? NETIP : (ELSEWHERE[first]?.file ?? NET);
  const element = files.get(index)?.exports?.get(first);
  if (element === undefined || member === undefined) return element !== undefined;
  const wanted = STATIC.has(keyOf(row)) ? element.members : null;
  if (wanted) return wanted.has(member);
  for (let type: Element | null | undefined = element; type; type = type.basePrototype) {
    if (type.instanceMembers?.has(member)) return true;
  }
  return false;
}

/** The compiler's view of the packages' files. */
async function compiled(): Promise<Map<string, File>> {
  let found: Map<string, File> = new Map();
  const transform = {
    afterInitialize(program: { filesByName: Map<string, File> }) {
      found = program.filesByName;
    },
  };
  const entries = [NET, NETIP, VALUES].map((file) => `${file}.ts`);
  const { error, stderr } = await asc.main(
    [...entries, "--baseDir", ROOT, "--config", "none", "--noEmit", "--disableWarning", "235"],
    { transforms: [transform as never] },
  );
  if (error !== null) throw new Error(stderr.toString());
  return found;
}
