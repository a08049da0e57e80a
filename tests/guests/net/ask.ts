// One call and its error: ask listen|dial NETWORK ADDRESS. A listener stays until it is told to end.
import { dial, listen } from "wasi-net/assembly";
import { args, print } from "wasi-net/assembly/os";

export function main(): void {
  const words = args();
  if (words[1] == "dial") {
    const dialed = dial(words[2], words[3]);
    print(dialed.err !== null ? dialed.err!.error() : "connected");
    return;
  }
  const listened = listen(words[2], words[3]);
  print(listened.err !== null ? listened.err!.error() : "listening");
  if (listened.err === null) listened.value.accept();
}
