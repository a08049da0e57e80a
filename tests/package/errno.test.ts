/**
 * The table of error texts in the guest is the one that its script makes; and its names of errors mean what they mean in Linux.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { fromLinux } from "../../host/os/linux/errno.ts";
import { errnoTexts } from "../../scripts/errno.ts";
import { suite } from "../harness.ts";

const test = suite("error texts");

test("the generated table is the one of today", () => {
  const file = new URL("../../assembly/sys/errnotexts.ts", import.meta.url);
  assert.equal(readFileSync(file, "utf8"), errnoTexts());
});

test("a name is of the number that the host answers for Linux's", () => {
  const text = readFileSync(new URL("../../assembly/errnos.ts", import.meta.url), "utf8");
  const rows = [...text.matchAll(/^export const (E\w+) = new Errno\((\d+)\);$/gm)];
  assert.equal(rows.length, text.match(/^export/gm)?.length);
  for (const [, name, number] of rows) {
    const linux = (constants.errno as Readonly<Record<string, number>>)[name!];
    assert.ok(linux !== undefined, name);
    assert.equal(Number(number), fromLinux(linux), name);
  }
});

test.run();
