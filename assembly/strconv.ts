/** Text as Go writes it. */
import { isPrint } from "./isprint";
import { hexDigit } from "./octets";
import { isEscape } from "./utf8";

/**
 * quote is text as a literal of Go: in double quotes, with escapes for what is not printable, and
 * "\xNN" for a byte that is not part of valid UTF-8 (see utf8.ts).
 */
export function quote(text: string): string {
  // Joined at the end: a text that grows by each escape would be copied as often.
  const parts: string[] = ['"'];
  // Everything before is in a part already.
  let done = 0;
  for (let i = 0, n = text.length; i < n; ) {
    const code = <u32>text.codePointAt(i);
    const next = i + (code > 0xffff ? 2 : 1);
    if (code == 0x22 || code == 0x5c || !isPlain(code)) {
      parts.push(text.substring(done, i));
      parts.push(escaped(code));
      done = next;
    }
    i = next;
  }
  parts.push(text.substring(done));
  parts.push('"');
  return parts.join("");
}

/**
 * isPlain tells whether a code point stands for itself. Most texts are ASCII, for which no table is
 * needed.
 */
function isPlain(code: u32): bool {
  return code < 0x7f ? code >= 0x20 : isPrint(code);
}

function escaped(code: u32): string {
  if (code == 0x22) return '\\"';
  if (code == 0x5c) return "\\\\";
  if (code - 7 < 7) {
    const letters = "abtnvfr";
    return "\\" + letters.charAt(code - 7);
  }
  if (code < 0x20 || code == 0x7f || isEscape(code)) return "\\x" + hex(code & 0xff, 2);
  if (code - 0xd800 < 0x800) {
    // A lone surrogate is no code point for Go: three bytes, each by itself.
    const middle = 0x80 | ((code >> 6) & 0x3f);
    return "\\xed\\x" + hex(middle, 2) + "\\x" + hex(0x80 | (code & 0x3f), 2);
  }
  return code > 0xffff ? "\\U" + hex(code, 8) : "\\u" + hex(code, 4);
}

/** hex is value in so many digits. */
function hex(value: u32, digits: i32): string {
  let text = "";
  for (let shift = (digits - 1) << 2; shift >= 0; shift -= 4) {
    text += String.fromCharCode(hexDigit((value >> shift) & 15));
  }
  return text;
}
