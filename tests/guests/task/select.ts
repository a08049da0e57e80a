// Select: which case is served, how often, and that the others stop waiting.
import { check, equal, fail, ok, Weak } from "../shared/check";
import { AnyCase, Case, Chan, go, goFunc, gosched, Select, sleep } from "wasi-net/assembly/task";
import { millisecond } from "wasi-net/assembly/time";

let log: string = "";

class Box {
  constructor(public value: i32) {}
}

export function selects(): void {
  choosing();
  waiting();
  closing();
  losing();
}

function note(text: string): void {
  log += text + " ";
}

function filled(value: i32): Chan<i32> {
  const channel = new Chan<i32>(1);
  channel.send(value);
  return channel;
}

function choosing(): void {
  check("the only ready case is served", () => {
    const select = new Select();
    select.receive(new Chan<i32>());
    const two = select.receive(filled(2));
    select.send(new Chan<i32>(), 3);
    const served = select.wait();
    ok(served === two, "another was served");
    equal(two.value, 2);
    equal(two.ok, true);
  });

  check("each of many ready cases has its chance", () => {
    for (let ready = 2; ready <= 4; ready++) {
      const select = new Select();
      const channel = new Chan<i32>(1);
      const cases: AnyCase[] = [];
      // Ready ones on one channel of their own each, with one between them that is never ready.
      for (let i = 0; i < ready; i++) {
        cases.push(select.receive(endless()));
        select.receive(channel);
      }
      const counts = new StaticArray<i32>(ready);
      for (let round = 0; round < 10_000; round++) {
        const at = cases.indexOf(select.wait());
        if (at < 0) fail("one that is not ready was served");
        else counts[at]++;
      }
      for (let i = 0; i < ready; i++) {
        const share = counts[i] * ready;
        // Within a factor of two of an equal share, with ready ones side by side or not.
        ok(share > 5_000 && share < 20_000, ready.toString() + " ready: " + counts.join());
      }
    }
  });

  check("those beside it that are not ready do not change a case's chance", () => {
    const select = new Select();
    const never = new Chan<i32>();
    select.receive(endless());
    for (let i = 0; i < 8; i++) select.receive(never);
    const last = select.receive(endless());
    let count = 0;
    for (let round = 0; round < 2000; round++) if (select.wait() === last) count++;
    ok(count > 600 && count < 1400, count.toString() + " of 2000");
  });

  check("a send and a receive that are ready have the same chance", () => {
    const select = new Select();
    const into = new Chan<i32>(100);
    const sending = select.send(into, 1);
    const receiving = select.receive(endless());
    let sent = 0;
    for (let round = 0; round < 1000; round++) {
      const served = select.wait();
      if (served === sending) sent++;
      else ok(served === receiving, "neither");
      while (into.length > 0) into.receive();
    }
    ok(sent > 200 && sent < 800, sent.toString() + " of 1000 were sends");
  });

  check("attempt is a select with a default", () => {
    const select = new Select();
    const channel = new Chan<i32>(1);
    const one = select.receive(channel);
    ok(select.attempt() === null, "served from nothing");
    channel.send(4);
    ok(select.attempt() === one, "not served");
    equal(one.value, 4);
    ok(select.attempt() === null, "served again");
    ok(new Select().attempt() === null, "served without cases");
  });

  check("attempt sends only where somebody takes it", () => {
    const channel = new Chan<i32>();
    const select = new Select();
    const one = select.send(channel, 5);
    ok(select.attempt() === null, "sent to nobody");
    log = "";
    go<Chan<i32>>((channel) => note(channel.receive().toString()), channel);
    gosched();
    ok(select.attempt() === one, "not sent");
    gosched();
    equal(log, "5 ");
  });

  check("attempt does not give way", () => {
    log = "";
    goFunc(() => note("other"));
    new Select().attempt();
    const select = new Select();
    select.receive(filled(1));
    select.attempt();
    equal(log, "");
    gosched();
  });
}

/** endless is a channel that is always ready: closed. */
function endless(): Chan<i32> {
  const channel = new Chan<i32>();
  channel.close();
  return channel;
}

function waiting(): void {
  check("a select that waits is served by a sender", () => {
    const first = new Chan<i32>();
    const second = new Chan<string>();
    const select = new Select();
    select.receive(first);
    const one = select.receive(second);
    go<Chan<string>>((channel) => channel.send("late"), second);
    ok(select.wait() === one, "another was served");
    equal(one.value, "late");
    equal(one.ok, true);
  });

  check("a select that waits is served by a receiver", () => {
    log = "";
    const channel = new Chan<i32>();
    const select = new Select();
    const one = select.send(channel, 6);
    go<Chan<i32>>((channel) => note(channel.receive().toString()), channel);
    ok(select.wait() === one, "another was served");
    equal(one.ok, true);
    gosched();
    equal(log, "6 ");
  });

  check("the same channel may stand in a select several times", () => {
    const channel = new Chan<i32>();
    const select = new Select();
    const a = select.receive(channel);
    const b = select.receive(channel);
    go<Chan<i32>>((channel) => channel.send(1), channel);
    const served = select.wait();
    ok(served === a || served === b, "neither was served");
    const other = new Select();
    other.send(channel, 2);
    ok(other.attempt() === null, "one of the two still waits");
  });

  check("two selects that could serve one another and themselves do the first", () => {
    log = "";
    const channel = new Chan<i32>();
    go<Chan<i32>>(sendOrReceive, channel);
    go<Chan<i32>>(sendOrReceive, channel);
    gosched();
    gosched();
    ok(log == "sent received " || log == "received sent ", log);
  });

  check("one select in a loop, with a timer that ends it", () => {
    const jobs = new Chan<i32>(3);
    const done = new Chan<bool>();
    const select = new Select();
    const job = select.receive(jobs);
    const stop = select.receive(done);
    go<Chan<i32>>((jobs) => {
      for (let i = 1; i <= 100; i++) jobs.send(i);
    }, jobs);
    go<Chan<bool>>((done) => {
      sleep(2 * millisecond);
      done.close();
    }, done);
    let sum = 0;
    while (select.wait() === job) sum += job.value;
    equal(stop.ok, false, "stop");
    // Both may be ready at once: what was not served is still there.
    while (jobs.length > 0) sum += jobs.receive();
    equal(sum, 5050);
  });

  check("a send case sends what its value is at the time", () => {
    log = "";
    const channel = new Chan<i32>();
    go<Chan<i32>>((channel) => {
      for (let i = 0; i < 3; i++) note(channel.receive().toString());
    }, channel);
    const select = new Select();
    const one = select.send(channel, 1);
    for (let i = 1; i <= 3; i++) {
      one.value = i * 10;
      select.wait();
    }
    gosched();
    equal(log, "10 20 30 ");
  });
}

function sendOrReceive(channel: Chan<i32>): void {
  const select = new Select();
  const sending = select.send(channel, 1);
  select.receive(channel);
  note(select.wait() === sending ? "sent" : "received");
}

function closing(): void {
  check("a closed channel is ready, with zero and not ok", () => {
    const select = new Select();
    const one = select.receive(endless());
    ok(select.wait() === one, "not served");
    equal(one.value, 0);
    equal(one.ok, false);
  });

  check("a close wakes a select that waits", () => {
    const channel = new Chan<i32>();
    const select = new Select();
    const one = select.receive(channel);
    go<Chan<i32>>((channel) => channel.close(), channel);
    ok(select.wait() === one, "not served");
    equal(one.ok, false);
  });

  check("a case that is used again has the zero value after the close", () => {
    const channel = new Chan<i32>(1);
    const select = new Select();
    const one = select.receive(channel);
    channel.send(8);
    select.wait();
    equal(one.value, 8);
    channel.close();
    select.wait();
    equal(one.value, 0);
    equal(one.ok, false);
  });
}

function losing(): void {
  check("a case that lost does not take a later value", () => {
    const fires = new Chan<i32>();
    const loses = new Chan<i32>();
    const select = new Select();
    select.receive(loses);
    select.receive(fires);
    go<Chan<i32>>((channel) => channel.send(1), fires);
    select.wait();
    const probe = new Select();
    probe.send(loses, 2);
    ok(probe.attempt() === null, "it still waits");
    log = "";
    go<Chan<i32>>((channel) => note(channel.receive().toString()), loses);
    gosched();
    loses.send(3);
    gosched();
    equal(log, "3 ");
  });

  check("a case that lost does not send later", () => {
    const fires = new Chan<i32>();
    const loses = new Chan<i32>();
    const select = new Select();
    select.send(loses, 1);
    select.receive(fires);
    go<Chan<i32>>((channel) => channel.send(1), fires);
    select.wait();
    const probe = new Select();
    probe.receive(loses);
    ok(probe.attempt() === null, "it still sends");
  });

  check("a channel forgets the selects that it never served", () => {
    const never = new Chan<i32>();
    const weak = oneRound(never);
    gosched();
    __collect();
    ok(weak.collected, "the case is still there");
    equal(never.length, 0);
  });

  check("100,000 rounds beside a channel that never fires need no memory", () => {
    const never = new Chan<Box>();
    const fires = new Chan<i32>();
    go<Chan<i32>>((channel) => {
      for (let i = 0; i < 120_000; i++) channel.send(i);
      channel.close();
    }, fires);
    for (let i = 0; i < 20_000; i++) round(never, fires);
    const before = memory.size();
    for (let i = 0; i < 100_000; i++) round(never, fires);
    ok(memory.size() == before, "grew by " + (memory.size() - before).toString() + " pages");
    ok(!fires.receiveOk().ok, "the sender has more");
  });
}

function round(never: Chan<Box>, fires: Chan<i32>): void {
  const select = new Select();
  const box = select.receive(never);
  const number = select.receive(fires);
  if (select.wait() !== number) fail("what never fires was served");
  if (box.ok) fail("what never fires is ok");
}

function oneRound(never: Chan<i32>): Weak {
  const fires = new Chan<i32>();
  const select = new Select();
  const one: Case<i32> = select.receive(never);
  select.receive(fires);
  go<Chan<i32>>((channel) => channel.send(1), fires);
  select.wait();
  return new Weak(changetype<usize>(one));
}
