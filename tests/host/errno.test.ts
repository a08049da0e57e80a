/** What an embedder is told of an errno: a name and a text, not WASI's number, which nobody knows. */
import { constants } from "node:os";
import * as assert from "uvu/assert";
import { errorText } from "../../host/errno.ts";
import { WasiNetError } from "../../host/index.ts";
import { interfacesText } from "../../host/interfaces.ts";
import { openSystem } from "../../host/os/index.ts";
import { fromLinux } from "../../host/os/linux/errno.ts";
import { overlay } from "../faults/overlay.ts";
import { suite } from "../harness.ts";
import { Rig } from "./support/rig.ts";

const test = suite("errno");

const EMFILE = 33;

test("a name is of the number that the host answers for Linux's", () => {
  const { EOPNOTSUPP: _same, ...known } = constants.errno as Readonly<Record<string, number>>;
  let seen = 0;
  for (const [name, linux] of Object.entries(known)) {
    const errno = fromLinux(linux);
    if (name === "EWOULDBLOCK" || (errno === fromLinux(constants.errno.EIO) && name !== "EIO")) {
      continue;
    }
    assert.is(errorText(errno).split(",")[0], name);
    seen++;
  }
  assert.ok(seen > 50, `${seen}`);
});

test.table(
  "the text of",
  [
    { name: "an error of WASI", errno: 57, text: "ENOTSOCK, socket operation on non-socket" },
    { name: "the first", errno: 1, text: "E2BIG, argument list too long" },
    { name: "one beyond WASI's", errno: 81, text: "EHOSTDOWN, host is down" },
    { name: "one that Node has no text for", errno: 72, text: "ESTALE" },
    { name: "none", errno: 82, text: "errno 82" },
  ],
  ({ errno, text }) => assert.is(errorText(errno), text),
);

test("interfaces that cannot be read", async () => {
  const system = overlay(await openSystem(), { interfaces: () => -EMFILE });
  throws(() => interfacesText(system), "no network interfaces: EMFILE, too many open files");
});

test("a poller that cannot be had", async () => {
  const code =
    "export const decorate = (system) => Object.assign(Object.create(system), { poller: () => -33 });";
  const decoration = { module: `data:text/javascript,${encodeURIComponent(code)}`, argument: "" };
  const opened = await Rig.open({ decoration }).catch((error: Error) => error);
  throws(() => {
    throw opened;
  }, "no poller: EMFILE, too many open files");
});

function throws(call: () => unknown, message: string): void {
  assert.throws(call, (error: WasiNetError) => {
    assert.instance(error, WasiNetError);
    assert.equal([error.code, error.message], ["WASI_NET_INTERNAL", message]);
    return true;
  });
}

test.run();
