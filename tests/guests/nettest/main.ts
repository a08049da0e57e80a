// golang.org/x/net/nettest for the port. The arguments are a network, the number of rounds, and the sub-tests to run.
// Lines: "run NAME", then "ok NAME" or "FAIL NAME: round, and why".
import { args, exit, print } from "wasi-net/assembly/os";
import { nanotime } from "wasi-net/assembly/sys/clock";
import { Timer } from "wasi-net/assembly/task/timer";
import { second } from "wasi-net/assembly/time";
import { concurrentMethods } from "./concurrent";
import { basicIO, pingPong } from "./exchange";
import { connect } from "./networks";
import { pastTimeout, readTimeout, writeTimeout } from "./past";
import { closeTimeout, futureTimeout, presentTimeout } from "./pending";
import { racyRead, racyWrite } from "./racy";
import { T } from "./subtest";

const subtests = new Map<string, (t: T) => void>();
subtests.set("BasicIO", basicIO);
subtests.set("PingPong", pingPong);
subtests.set("RacyRead", racyRead);
subtests.set("RacyWrite", racyWrite);
subtests.set("ReadTimeout", readTimeout);
subtests.set("WriteTimeout", writeTimeout);
subtests.set("PastTimeout", pastTimeout);
subtests.set("PresentTimeout", presentTimeout);
subtests.set("FutureTimeout", futureTimeout);
subtests.set("CloseTimeout", closeTimeout);
subtests.set("ConcurrentMethods", concurrentMethods);

/** Watch ends the program when a round hangs, and says which. */
class Watch extends Timer {
  name: string = "";
  round: i32 = 0;

  fire(): void {
    report("FAIL", this.name, this.round, "hangs");
    exit(1);
  }
}

export function main(): void {
  const words = args();
  const rounds = <i32>parseInt(words[2]);
  for (let i = 3; i < words.length; i++) run(words[1], words[i], rounds);
}

function run(network: string, name: string, rounds: i32): void {
  print("run " + name);
  const body = subtests.get(name);
  const watch = new Watch();
  watch.name = name;
  for (let round = 1; round <= rounds; round++) {
    watch.round = round;
    watch.set(nanotime() + 10 * second);
    const t = new T(connect(network), round);
    body(t);
    t.end();
    watch.stop();
    if (t.why == "") continue;
    report("FAIL", name, round, t.why);
    return;
  }
  print("ok " + name);
}

function report(word: string, name: string, round: i32, why: string): void {
  print(word + " " + name + ": round " + round.toString() + ": " + why);
}
