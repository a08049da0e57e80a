/** Network interfaces. */

/** Flags is the state and the abilities of an interface, a bit for each. */
@final
export class Flags {
  constructor(readonly bits: u32) {}

  /** has tells whether all of these bits are set. */
  has(bits: u32): bool {
    return (this.bits & bits) == bits;
  }

  /** toString is the names of the bits that are set, as in "up|loopback", or "0". */
  toString(): string {
    const names = ["up", "broadcast", "loopback", "pointtopoint", "multicast", "running"];
    let text = "";
    for (let i = 0, n = names.length; i < n; i++) {
      if (!this.has(1 << i)) continue;
      text += text.length > 0 ? "|" + names[i] : names[i];
    }
    return text.length > 0 ? text : "0";
  }
}

/** flagUp tells that the interface is administratively up. */
export const flagUp: u32 = 1 << 0;
/** flagBroadcast tells that the interface can send to all on its link. */
export const flagBroadcast: u32 = 1 << 1;
/** flagLoopback tells that the interface is a loopback. */
export const flagLoopback: u32 = 1 << 2;
/** flagPointToPoint tells that the interface is one end of a link of two. */
export const flagPointToPoint: u32 = 1 << 3;
/** flagMulticast tells that the interface can send to groups. */
export const flagMulticast: u32 = 1 << 4;
/** flagRunning tells that the interface runs. */
export const flagRunning: u32 = 1 << 5;
