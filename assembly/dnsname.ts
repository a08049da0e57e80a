import { unitAt } from "./parse";

/**
 * isDomainName tells whether a name is one that DNS can be asked for: RFC 1035 and RFC 3696, and
 * underscores too.
 */
export function isDomainName(name: string): bool {
  const n = name.length;
  if (n == 1 && unitAt(name, 0) == DOT) return true;
  // All characters of a domain name are ASCII, so that units are bytes in every name that passes.
  if (n == 0 || n > 254 || (n == 254 && unitAt(name, n - 1) != DOT)) return false;
  let last = DOT;
  let label = 0;
  let nonNumeric = false;
  for (let i = 0; i < n; i++) {
    const unit = unitAt(name, i);
    if (unit == DOT) {
      if (label == 0 || label > 63 || last == DASH) return false;
      label = 0;
    } else {
      if ((unit | 32) - 97 < 26 || unit == 0x5f) nonNumeric = true;
      else if (unit == DASH) {
        if (last == DOT) return false;
        nonNumeric = true;
      } else if (unit - 48 > 9) return false;
      label++;
    }
    last = unit;
  }
  return last != DASH && label <= 63 && nonNumeric;
}

const DOT: u32 = 0x2e;
const DASH: u32 = 0x2d;
