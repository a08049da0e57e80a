/**
 * The table of error texts in the guest is the one that its script makes.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { errnoTexts } from "../../scripts/errno.ts";
import { suite } from "../harness.ts";

const test = suite("error texts");

test("the generated table is the one of today", () => {
  const file = new URL("../../assembly/sys/errnotexts.ts", import.meta.url);
  assert.equal(readFileSync(file, "utf8"), errnoTexts());
});

test.run();
