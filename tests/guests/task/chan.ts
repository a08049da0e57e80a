// Channels: handing over, buffering, closing, values of every type.
import { check, equal, fail, ok, Weak } from "../shared/check";
import { Chan, go, gosched, Received, WaitGroup } from "wasi-net/assembly/task";

let log: string = "";
let total: i64 = 0;

class Box {
  constructor(public value: i32) {}
}

class Ends<T> {
  constructor(
    readonly channel: Chan<T>,
    readonly value: T,
  ) {}
}

export function channels(): void {
  handingOver();
  buffering();
  closing();
  types();
  memory_();
}

function note(text: string): void {
  log += text + " ";
}

function handingOver(): void {
  check("an unbuffered send waits for its receiver", () => {
    log = "";
    const channel = new Chan<i32>();
    go<Chan<i32>>((channel) => {
      note("sending");
      channel.send(1);
      note("sent");
    }, channel);
    gosched();
    gosched();
    note("receiving");
    note(channel.receive().toString());
    gosched();
    equal(log, "sending receiving 1 sent ");
  });

  check("an unbuffered receive waits for its sender", () => {
    log = "";
    const channel = new Chan<i32>();
    go<Chan<i32>>((channel) => note(channel.receive().toString()), channel);
    gosched();
    note("sending");
    channel.send(2);
    note("sent");
    gosched();
    equal(log, "sending sent 2 ");
  });

  check("receivers are served in the order they came", () => {
    log = "";
    const channel = new Chan<i32>();
    for (let i = 0; i < 4; i++) {
      go<Ends<i32>>((ends) => {
        note(ends.value.toString() + "=" + ends.channel.receive().toString());
      }, new Ends<i32>(channel, i));
    }
    gosched();
    for (let i = 0; i < 4; i++) channel.send(i);
    gosched();
    equal(log, "0=0 1=1 2=2 3=3 ");
  });

  check("senders are served in the order they came", () => {
    log = "";
    const channel = new Chan<i32>();
    for (let i = 0; i < 4; i++) {
      go<Ends<i32>>((ends) => ends.channel.send(ends.value), new Ends<i32>(channel, i));
    }
    gosched();
    for (let i = 0; i < 4; i++) note(channel.receive().toString());
    equal(log, "0 1 2 3 ");
  });

  check("1,000 producers and 1,000 consumers lose and double nothing", () => {
    for (let capacity = 0; capacity <= 64; capacity += 32) {
      const channel = new Chan<i32>(capacity);
      const group = new WaitGroup();
      consumed = new StaticArray<i32>(1000);
      workers = group;
      group.add(2000);
      for (let i = 0; i < 1000; i++) {
        go<Ends<i32>>((ends) => {
          for (let k = 0; k < 10; k++) ends.channel.send(ends.value);
          workers.done();
        }, new Ends<i32>(channel, i));
        go<Chan<i32>>((channel) => {
          for (let k = 0; k < 10; k++) {
            // In one expression the compiler would receive twice.
            const value = channel.receive();
            consumed[value]++;
          }
          workers.done();
        }, channel);
      }
      group.wait();
      for (let i = 0; i < 1000; i++) equal(consumed[i], 10, "value " + i.toString() + " came");
      equal(channel.length, 0, "left");
    }
  });
}

let consumed: StaticArray<i32> = [];
let workers: WaitGroup = new WaitGroup();

function buffering(): void {
  check("a buffered send waits only when the buffer is full", () => {
    log = "";
    const channel = new Chan<i32>(2);
    go<Chan<i32>>((channel) => {
      for (let i = 0; i < 4; i++) {
        channel.send(i);
        note("sent" + i.toString());
      }
    }, channel);
    gosched();
    equal(log, "sent0 sent1 ");
    equal(channel.receive(), 0);
    gosched();
    equal(log, "sent0 sent1 sent2 ");
    equal(channel.receive(), 1);
    gosched();
    equal(log, "sent0 sent1 sent2 sent3 ");
  });

  check("values come in the order they were sent, around the ring", () => {
    for (let capacity = 1; capacity <= 5; capacity++) {
      const channel = new Chan<i32>(capacity);
      let sent = 0;
      let received = 0;
      for (let round = 0; round < 20; round++) {
        const fill = 1 + (round % capacity);
        for (let i = 0; i < fill; i++) channel.send(sent++);
        for (let i = 0; i < fill; i++) equal(channel.receive(), received++, "value");
      }
    }
  });

  check("a sender that waits keeps its place behind the buffer", () => {
    log = "";
    const channel = new Chan<i32>(1);
    for (let i = 0; i < 3; i++) {
      go<Ends<i32>>((ends) => ends.channel.send(ends.value), new Ends<i32>(channel, i));
    }
    gosched();
    note(channel.receive().toString());
    // What stood in the row has moved up: there is no room for a value that comes now.
    go<Chan<i32>>((channel) => channel.send(3), channel);
    gosched();
    for (let i = 0; i < 3; i++) note(channel.receive().toString());
    equal(log, "0 1 2 3 ");
  });

  check("length and capacity", () => {
    const channel = new Chan<string>(3);
    equal(channel.capacity, 3);
    equal(channel.length, 0);
    channel.send("a");
    channel.send("b");
    equal(channel.length, 2);
    channel.receive();
    equal(channel.length, 1);
    equal(new Chan<i32>().capacity, 0, "capacity of unbuffered");
    equal(new Chan<i32>().length, 0, "length of unbuffered");
  });
}

function closing(): void {
  check("a closed channel gives what it holds, then zero and not ok", () => {
    const channel = new Chan<i32>(2);
    channel.send(5);
    channel.send(6);
    channel.close();
    same(channel.receiveOk(), 5, true);
    equal(channel.receive(), 6);
    same(channel.receiveOk(), 0, false);
    same(channel.receiveOk(), 0, false);
    equal(channel.receive(), 0);
  });

  check("close wakes every receiver with zero and not ok", () => {
    log = "";
    const channel = new Chan<i64>();
    for (let i = 0; i < 3; i++) {
      go<Chan<i64>>((channel) => {
        const got = channel.receiveOk();
        note(got.value.toString() + got.ok.toString());
      }, channel);
    }
    gosched();
    channel.close();
    gosched();
    equal(log, "0false 0false 0false ");
  });

  check("what a receiver got before the close is not lost by it", () => {
    log = "";
    const channel = new Chan<i32>();
    go<Chan<i32>>((channel) => {
      const got = channel.receiveOk();
      note(got.value.toString() + got.ok.toString());
    }, channel);
    gosched();
    channel.send(9);
    channel.close();
    gosched();
    equal(log, "9true ");
  });

  check("a range over a channel ends with its close", () => {
    total = 0;
    const channel = new Chan<i32>(3);
    go<Chan<i32>>((channel) => {
      for (let i = 1; i <= 100; i++) channel.send(i);
      channel.close();
    }, channel);
    let got = channel.receiveOk();
    while (got.ok) {
      total += got.value;
      got = channel.receiveOk();
    }
    equal(total, 5050);
  });
}

function same<T>(got: Received<T>, value: T, isOk: bool): void {
  equal<T>(got.value, value, "value");
  equal(got.ok, isOk, "ok");
}

function types(): void {
  check("i32", () => carries<i32>(i32.MIN_VALUE, i32.MAX_VALUE, 0));
  check("u8", () => carries<u8>(255, 1, 0));
  check("i16", () => carries<i16>(-2, 32767, 0));
  check("i64", () => carries<i64>(i64.MIN_VALUE, i64.MAX_VALUE, 0));
  check("u64", () => carries<u64>(u64.MAX_VALUE, 1, 0));
  check("f32", () => carries<f32>(1.5, -0.25, 0));
  check("f64", () => carries<f64>(Math.PI, -Infinity, 0));
  check("bool", () => carries<bool>(true, true, false));
  check("string", () =>
    carries<string>("first " + total.toString(), "second", changetype<string>(0)),
  );
  check("string | null", () => carries<string | null>("a" + total.toString(), null, null));
  check("class", () => carries<Box>(new Box(1), new Box(2), changetype<Box>(0)));
  check("class | null", () => carries<Box | null>(null, new Box(2), null));
  check("array", () => carries<i32[]>([1, 2], [], changetype<i32[]>(0)));
  check("a channel of channels", () => {
    const carrier = new Chan<Chan<string>>();
    go<Chan<Chan<string>>>((carrier) => carrier.receive().send("answer"), carrier);
    const reply = new Chan<string>();
    carrier.send(reply);
    equal(reply.receive(), "answer");
  });
}

/** carries sends two values over every kind of channel, in both orders of meeting, and closes it. */
function carries<T>(first: T, second: T, zero: T): void {
  for (let capacity = 0; capacity <= 3; capacity++) {
    const channel = new Chan<T>(capacity);
    go<Ends<T>>((ends) => {
      ends.channel.send(ends.value);
      gosched();
      ends.channel.send(ends.channel.receive());
      ends.channel.close();
    }, new Ends<T>(channel, first));
    equal<T>(channel.receive(), first, "first value");
    gosched();
    channel.send(second);
    gosched();
    same<T>(channel.receiveOk(), second, true);
    const end = channel.receiveOk();
    equal(end.ok, false, "ok after close");
    // Not read as an object: that is what the compiler's own check would refuse.
    if (isReference<T>()) equal(load<u32>(changetype<usize>(end)), 0, "zero value");
    else equal<T>(end.value, zero, "zero value");
  }
}

function memory_(): void {
  check("a buffer does not keep what was received", () => {
    const channel = new Chan<Box>(4);
    for (let round = 0; round < 6; round++) {
      const weak = sendAndReceive(channel);
      __collect();
      if (!weak.collected) fail("still there in round " + round.toString());
    }
  });

  check("a buffer keeps what was not received", () => {
    const channel = new Chan<Box>(4);
    const weak = sendNew(channel);
    __collect();
    ok(!weak.collected, "collected");
    equal(channel.receive().value, 77);
  });

  check("a sender that waits keeps what it sends", () => {
    const channel = new Chan<Box>();
    go<Chan<Box>>((channel) => channel.send(new Box(78)), channel);
    gosched();
    __collect();
    for (let i = 0; i < 1000; i++) new Box(-i);
    equal(channel.receive().value, 78);
  });

  check("a channel that nobody refers to goes, with what it holds", () => {
    const weak = abandoned();
    gosched();
    __collect();
    ok(weak.collected, "still there");
  });
}

function sendAndReceive(channel: Chan<Box>): Weak {
  const weak = sendNew(channel);
  channel.receive();
  return weak;
}

function sendNew(channel: Chan<Box>): Weak {
  const box = new Box(77);
  channel.send(box);
  return new Weak(changetype<usize>(box));
}

function abandoned(): Weak {
  return sendNew(new Chan<Box>(1));
}
