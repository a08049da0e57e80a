// A message with control data, on hosts that have none: messages FOLDER, an empty one.
import { args } from "wasi-net/assembly/os";
import { unixRights } from "wasi-net/assembly/syscall";
import { bytes, check, runAll, setFolder, T, textOf } from "./check";
import { UnixPair } from "./unixpair";

export function main(): void {
  setFolder(args()[1]);
  check("without control data", (t: T) => {
    const pair = new UnixPair("without", "unix");
    for (let i = 0; i < 2; i++) {
      const oob = unixRights([1]);
      const put = pair.client.writeMsgUnix(bytes("abc"), oob, null);
      t.op("write", put.n, put.err, pair.client);
      t.log(put.oobn.toString());
      t.failed("empty", pair.client.writeMsgUnix(bytes("def"), new Uint8Array(0), null).err);
      const buffer = new Uint8Array(10);
      const got = pair.server.readMsgUnix(buffer, new Uint8Array(100));
      t.log(textOf(buffer, got.n) + " " + got.oobn.toString() + " flags " + got.flags.toString(16));
    }
    pair.close();
  });
  runAll("");
}
