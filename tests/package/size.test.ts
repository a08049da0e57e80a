/**
 * What a user's module weighs. The limit is a promise (docs/ARCHITECTURE.md), not a measurement.
 */
import assert from "node:assert/strict";
import { buildPlain } from "../build.ts";
import { suite } from "../harness.ts";

const test = suite("size");

test(
  "the echo server's module is below 40 KB",
  async () => {
    const { length } = await buildPlain("examples/echo.ts");
    assert.ok(length < 40 * 1024, `${length} bytes`);
  },
  { timeout: 120_000 },
);

test.run();
