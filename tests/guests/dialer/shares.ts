// The time of a dial, and what each of several addresses has of it.
import { Dialer, NetError, RawConn } from "wasi-net/assembly";
import { partialDeadline } from "wasi-net/assembly/sysdialer";
import { Context } from "wasi-net/assembly/task";
import { Duration, millisecond, now, second, Time } from "wasi-net/assembly/time";
import { check, Fixed, T } from "./check";

const LEAST: Duration = 2 * second;

let limit: Time = 0;
/** begun is when the last address was done with, so that the next one's share began after it. */
let begun: Time = 0;
/** left is how many addresses are still to come. */
let left: i32 = 0;
let shares: string[] = [];

/** noteShare notes what a dial's context has of the time. When exactly the share was taken nobody can know, but between which two times. */
function noteShare(
  context: Context,
  _network: string,
  address: string,
  _c: RawConn,
): NetError | null {
  const end = context.deadline();
  const at = now();
  let share = "something else";
  if (end == limit) share = limit == 0 ? "no limit" : "all the rest";
  else if (end >= begun + LEAST && end <= at + LEAST) share = "2 s";
  else if (end >= part(begun) && end <= part(at)) share = "1/" + left.toString();
  shares.push(address + " " + share);
  left--;
  begun = at;
  return null;
}

function part(at: Time): Time {
  return at + (limit - at) / left;
}

function dialAll(t: T, addresses: string[], time: Duration): void {
  const dialer = new Dialer();
  dialer.resolver = new Fixed(addresses);
  dialer.controlContext = noteShare;
  begun = now();
  limit = time != 0 ? begun + time : 0;
  dialer.deadline = limit;
  left = addresses.length;
  shares = [];
  t.dialed("dial", dialer.dial("tcp", "shares.test.:1"));
  t.log(shares.join(", "));
}

export function sharesOfTime(): void {
  check("list: the share of each address", (t: T) => {
    const three = ["127.0.0.2", "127.0.0.3", "127.0.0.4"];
    dialAll(t, three, 60 * second);
    dialAll(t, ["127.0.0.2", "127.0.0.3"], 60 * second);
    dialAll(t, ["127.0.0.2"], 60 * second);
    // Less than 2 s for each.
    dialAll(t, three, 5 * second);
    dialAll(t, three, 1900 * millisecond);
    dialAll(t, three, 0);
  });

  check("own: partialDeadline", (t: T) => {
    t.log(shareOf(0, 12_000, 1));
    t.log(shareOf(0, 12_000, 2));
    t.log(shareOf(0, 12_000, 3));
    t.log(shareOf(0, 12_000, 999));
    t.log(shareOf(0, 1900, 999));
    t.log(shareOf(-1, 0, 1));
    t.log(shareOf(0, 0, 1));
    t.log(shareOf(1, 0, 1));
  });
}

const EPOCH: Time = 946_684_800 * second;

/** shareOf has times in milliseconds after a moment. */
function shareOf(at: i64, deadline: i64, addresses: i32): string {
  const share = partialDeadline(
    EPOCH + at * millisecond,
    EPOCH + deadline * millisecond,
    addresses,
  );
  const name = at.toString() + ".." + deadline.toString() + " / " + addresses.toString() + ": ";
  if (share == 0) return name + "no time left";
  return name + ((share - EPOCH) / millisecond).toString();
}
