/** Changes texts byte by byte, in a way that a seed decides. */

/** A number from 0 up to, but not including, its argument. */
export type Random = (below: number) => number;

/** The generator of a seed: xorshift32, good enough to choose bytes. */
export function random(seed: number): Random {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** What is put into texts: the characters that mean something, and some that mean trouble. */
const PIECES = [
  ..."0123456789abcdefABCDEFgz:.%/[]-+#_ @\\\"'",
  ..."\0\t\n\r\x7f\u00a0ßé日😀\u200b\ufeff\ufffd\u2028",
  ...[
    "::",
    "::ffff:",
    "0000",
    "255",
    "256",
    "65535",
    "65536",
    "4294967376",
    "[::]:",
    "%25",
    "/128",
  ],
  ...["http", "HTTPS", "domain", "tcp", "ip4:", "icmp", "999999999999999999999"],
].map((text) => Buffer.from(text));
const BROKEN = [[0x80], [0xff], [0xc0], [0xc3], [0xed, 0xa0, 0x80], [0xf0, 0x9f], [0xf4, 0x90]];

/** Bytes that an input has at most. Few are long: the time goes to many. */
const SHORT = 300;
const LONG = 5000;
/** One of so many inputs is long. */
const LONG_ONES = 250;

/** A copy of text with one to four small changes, and seldom a long run. */
export function mutate(text: Uint8Array, pick: Random): Uint8Array {
  const long = pick(LONG_ONES) === 0;
  let bytes = long ? withRun(text, pick) : [...text];
  for (let n = 1 + pick(4); n > 0; n--) {
    const at = pick(bytes.length + 1);
    switch (pick(8)) {
      case 0:
        bytes.splice(at, 1);
        break;
      case 1:
        bytes.splice(at, 1, ...piece(pick));
        break;
      case 2:
        bytes.splice(at, 0, ...bytes.slice(pick(bytes.length + 1), at + pick(6)));
        break;
      case 3:
        bytes = pick(2) > 0 ? bytes.slice(0, at) : bytes.slice(at);
        break;
      case 4:
        if (at < bytes.length && pick(4) === 0) bytes[at] = pick(256);
        break;
      default:
        bytes.splice(at, 0, ...piece(pick));
    }
  }
  return Uint8Array.from(bytes.slice(0, long ? LONG : SHORT));
}

/** Text with a part of it, or what is put into texts, many times over. */
function withRun(text: Uint8Array, pick: Random): number[] {
  const at = pick(text.length + 1);
  const part = pick(3) === 0 ? [...text.subarray(at)] : [...piece(pick), ...piece(pick)];
  const times = part.length === 0 ? 0 : pick(LONG) / part.length;
  const run = Array.from({ length: times }, () => part).flat();
  return [...text.subarray(0, at), ...run, ...text.subarray(at)];
}

function piece(pick: Random): Iterable<number> {
  if (pick(12) === 0) return BROKEN[pick(BROKEN.length)] ?? [];
  return PIECES[pick(PIECES.length)] ?? [];
}
