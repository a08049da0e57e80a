/** What net says of this machine's interfaces, on every host that can show them, and what Go says of the same. */

import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { allow } from "../../host/index.ts";
import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { ANYWHERE, type Host, MODES } from "./support/hosts.ts";
import { needs } from "./support/machine.ts";

const test = suite("interfaces");
const wasm = await buildGuest("tests/guests/interfaces/main.ts");
const interop = fileURLToPath(new URL("../interop", import.meta.url));

async function told(host: Host, net = ANYWHERE): Promise<string> {
  let text = "";
  await using guest = await host.start(wasm, {
    net,
    stdout: (bytes) => {
      text += Buffer.from(bytes).toString();
    },
  });
  const { code } = await guest.exited;
  assert.equal(code, 0);
  return text;
}

test.table("the loopback is there", MODES, async (host) => {
  const text = await told(host);
  assert.match(text, /^\d+ lo \d+ up\|loopback(\|.*)? ""$/m);
  assert.match(text, /^lo addrs: ip\+net 127\.0\.0\.1\/8/m);
});

test.table("not without the policy's leave", MODES, async (host) => {
  const text = await told(host, allow.listen().dial());
  assert.match(text, /^interfaces: OpError route ip\+net: netlinkrib: permission denied$/m);
});

test.table(
  "as Go",
  MODES,
  async (host) => {
    const env = { ...process.env, CGO_ENABLED: "0" };
    const run = promisify(execFile);
    const { stdout } = await run("go", ["run", "./interfaces"], {
      cwd: interop,
      env,
      timeout: 55_000,
    });
    assert.equal(await told(host), stdout);
  },
  { timeout: 60_000, skip: needs("go") },
);

test.run();
