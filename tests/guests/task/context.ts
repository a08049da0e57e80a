// Contexts: what ends them, when, and that nothing of an ended one stays behind.
import { check, equal, ok, Weak } from "../shared/check";
import { NetError } from "wasi-net/assembly/errors";
import {
  background,
  CancelContext,
  canceled,
  Context,
  deadlineExceeded,
  go,
  gosched,
  Select,
  Watcher,
  withCancel,
  withDeadline,
  withTimeout,
  withValue,
} from "wasi-net/assembly/task";
import { armed } from "wasi-net/assembly/task/timer";
import { nanotime } from "wasi-net/assembly/sys/clock";
import { hour, millisecond, minute, now, second } from "wasi-net/assembly/time";

let log: string = "";

class User {
  constructor(readonly name: string) {}
}

class Group {
  constructor(readonly name: string) {}
}

class Admin extends User {}

class Note extends Watcher {
  constructor(readonly name: string) {
    super();
  }

  contextDone(err: NetError): void {
    log += this.name + ":" + err.error() + " ";
  }
}

export function contexts(): void {
  ending();
  deadlines();
  watching();
  values();
}

function over(context: Context): bool {
  const done = context.done();
  if (done === null) return false;
  const select = new Select();
  select.receive(done);
  return select.attempt() !== null;
}

function ended(context: Context, why: NetError): void {
  ok(over(context), "done is not closed");
  ok(context.err() === why, "err is another");
}

function open(context: Context, name: string): void {
  ok(!over(context), name + ": done is closed");
  ok(context.err() === null, name + ": err is not null");
}

function ending(): void {
  check("the background never ends", () => {
    ok(background().done() === null, "done");
    ok(background().err() === null, "err");
    equal(background().deadline(), 0, "deadline");
    ok(background() === background(), "another each time");
  });

  check("cancel ends a context, once", () => {
    const context = withCancel(background());
    open(context, "before");
    equal(context.deadline(), 0, "deadline");
    context.cancel();
    ended(context, canceled);
    context.cancel();
    ended(context, canceled);
  });

  check("done is the same channel each time, asked for before or after the end", () => {
    const before = withCancel(background());
    const channel = before.done();
    before.cancel();
    ok(before.done() === channel, "another after the end");
    const after = withCancel(background());
    after.cancel();
    ok(after.done() === after.done(), "another each time");
    ended(after, canceled);
  });

  check("cancel wakes those that wait", () => {
    log = "";
    const context = withCancel(background());
    for (let i = 0; i < 3; i++) {
      go<CancelContext>((context) => {
        context.done()!.receive();
        log += context.err()!.error() + " ";
      }, context);
    }
    gosched();
    context.cancel();
    gosched();
    equal(log, "context canceled context canceled context canceled ");
  });

  check("cancel ends what derives from a context, not what it derives from", () => {
    const top = withCancel(background());
    const middle = withCancel(top);
    const left = withCancel(middle);
    const right = withTimeout(withValue<User>(middle, "user", new User("a")), hour);
    const beside = withCancel(top);
    middle.cancel();
    ended(middle, canceled);
    ended(left, canceled);
    ended(right, canceled);
    open(top, "top");
    open(beside, "beside");
    top.cancel();
    ended(beside, canceled);
    ended(left, canceled);
  });

  check("what derives from an ended context has ended, for the same reason", () => {
    const first = withCancel(background());
    first.cancel();
    ended(withCancel(first), canceled);
    ended(withTimeout(first, hour), canceled);
    ended(withValue<User>(first, "user", new User("a")), canceled);
    const late = withTimeout(background(), -1);
    ended(withCancel(late), deadlineExceeded);
    ended(withTimeout(late, hour), deadlineExceeded);
  });

  check("the errors", () => {
    equal(canceled.error(), "context canceled");
    equal(canceled.timeout(), false, "timeout of canceled");
    equal(deadlineExceeded.error(), "context deadline exceeded");
    equal(deadlineExceeded.timeout(), true, "timeout");
    equal(deadlineExceeded.temporary(), true, "temporary");
    ok(deadlineExceeded.is(deadlineExceeded), "is itself");
    ok(canceled.is(canceled), "canceled is itself");
    ok(!canceled.is(deadlineExceeded), "is another");
  });
}

function deadlines(): void {
  check("a timeout ends a context, not early", () => {
    const before = nanotime();
    const context = withTimeout(background(), 3 * millisecond);
    open(context, "before");
    context.done()!.receive();
    ok(nanotime() - before >= 3 * millisecond, "early");
    ended(context, deadlineExceeded);
  });

  check("a deadline is what was asked for", () => {
    const at = now() + minute;
    const context = withDeadline(background(), at);
    equal(context.deadline(), at);
    context.cancel();
    ended(context, canceled);
    equal(context.deadline(), at, "after the end");
  });

  check("a deadline that is over ends at once", () => {
    ended(withDeadline(background(), now() - second), deadlineExceeded);
    ended(withTimeout(background(), 0), deadlineExceeded);
    ended(withTimeout(background(), -hour), deadlineExceeded);
  });

  check("the parent's earlier deadline counts", () => {
    const parent = withTimeout(background(), 3 * millisecond);
    const child = withTimeout(parent, hour);
    equal(child.deadline(), parent.deadline());
    equal(withCancel(child).deadline(), parent.deadline(), "two further down");
    child.done()!.receive();
    ended(child, deadlineExceeded);
    ended(parent, deadlineExceeded);
  });

  check("a child's earlier deadline leaves the parent alone", () => {
    const parent = withTimeout(background(), hour);
    const child = withTimeout(parent, millisecond);
    ok(child.deadline() < parent.deadline(), "deadline");
    child.done()!.receive();
    ended(child, deadlineExceeded);
    open(parent, "parent");
    parent.cancel();
  });

  check("cancel after the timeout changes nothing", () => {
    const context = withTimeout(background(), millisecond);
    context.done()!.receive();
    context.cancel();
    ended(context, deadlineExceeded);
  });

  check("an ended context has no timer", () => {
    const before = armed();
    const parent = withCancel(background());
    const canceledItself = withTimeout(parent, hour);
    withTimeout(parent, hour);
    withTimeout(parent, hour);
    equal(armed(), before + 3, "armed");
    canceledItself.cancel();
    equal(armed(), before + 2, "after cancel");
    parent.cancel();
    equal(armed(), before, "after the parent's cancel");
    withTimeout(parent, hour);
    equal(armed(), before, "of one that was born ended");
  });

  check("the longest timeouts do not overflow", () => {
    const context = withTimeout(background(), i64.MAX_VALUE);
    open(context, "max");
    context.cancel();
  });
}

function watching(): void {
  check("watchers are told once, and not after unwatch", () => {
    log = "";
    const context = withCancel(background());
    const gone = new Note("gone");
    context.watch(new Note("a"));
    context.watch(gone);
    context.unwatch(gone);
    context.unwatch(gone);
    context.unwatch(new Note("never watched"));
    context.cancel();
    context.cancel();
    equal(log, "a:context canceled ");
  });

  check("who watches an ended context is told at once", () => {
    log = "";
    const context = withTimeout(background(), 0);
    context.watch(new Note("late"));
    equal(log, "late:context deadline exceeded ");
  });

  check("watching goes through values, to the context that ends", () => {
    log = "";
    const context = withCancel(background());
    const inner = withValue<User>(context, "user", new User("a"));
    const gone = new Note("gone");
    inner.watch(new Note("a"));
    inner.watch(gone);
    inner.unwatch(gone);
    background().watch(gone);
    context.cancel();
    equal(log, "a:context canceled ");
  });

  check("unwatch takes the right one out of many", () => {
    for (let out = 0; out < 4; out++) {
      log = "";
      const context = withCancel(background());
      const notes: Note[] = [];
      for (let i = 0; i < 4; i++) {
        notes.push(new Note(i.toString()));
        context.watch(notes[i]);
      }
      context.unwatch(notes[out]);
      context.cancel();
      for (let i = 0; i < 4; i++) {
        equal(log.includes(i.toString() + ":"), i != out, "told " + i.toString());
      }
    }
  });

  check("a parent forgets a child that has ended", () => {
    const parent = withCancel(background());
    const weak = endedChild(parent);
    gosched();
    __collect();
    ok(weak.collected, "still there");
    parent.cancel();
  });

  check("100,000 timeouts on one parent need no memory", () => {
    const parent = withCancel(background());
    for (let i = 0; i < 20_000; i++) withTimeout(parent, hour).cancel();
    const before = memory.size();
    for (let i = 0; i < 100_000; i++) withTimeout(parent, hour).cancel();
    ok(memory.size() == before, "grew by " + (memory.size() - before).toString() + " pages");
    parent.cancel();
  });
}

function endedChild(parent: Context): Weak {
  const child = withTimeout(parent, hour);
  child.cancel();
  return new Weak(changetype<usize>(child));
}

function values(): void {
  check("a value is found here and in what derives", () => {
    const user = new User("gopher");
    const context = withValue<User>(background(), "user", user);
    const inner = withTimeout(withCancel(context), hour);
    ok(context.value<User>("user") === user, "here");
    ok(inner.value<User>("user") === user, "in what derives");
    ok(inner.value<User>("group") === null, "another key");
    ok(background().value<User>("user") === null, "in the parent");
    inner.cancel();
    ok(inner.value<User>("user") === user, "after the end");
  });

  check("the nearest value of a key counts", () => {
    const outer = withValue<User>(background(), "user", new User("outer"));
    const inner = withValue<User>(outer, "user", new User("inner"));
    equal(inner.value<User>("user")!.name, "inner");
    equal(outer.value<User>("user")!.name, "outer");
  });

  check("a value of another class is not answered", () => {
    const context = withValue<Group>(background(), "user", new Group("wheel"));
    ok(context.value<User>("user") === null, "a group as a user");
    const admin = withValue<Admin>(background(), "user", new Admin("root"));
    ok(admin.value<Group>("user") === null, "an admin as a group");
    equal(admin.value<Admin>("user")!.name, "root");
  });

  check("strings and arrays may be values", () => {
    const context = withValue<i32[]>(withValue<string>(background(), "s", "text"), "a", [1, 2]);
    equal(context.value<string>("s")!, "text");
    equal(context.value<i32[]>("a")!.join(), "1,2");
  });

  check("a context keeps its value", () => {
    const context = withValue<User>(background(), "user", new User("kept"));
    __collect();
    for (let i = 0; i < 1000; i++) new User("x");
    equal(context.value<User>("user")!.name, "kept");
  });
}
