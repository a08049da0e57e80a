// Prints literals of all kinds, those from other files among them, and what is compared and made with them.
import { print } from "wasi-net/assembly/os";

const words = ["", "a", "Grüße", "日本語", "𝄞 clef", "nul\0inside", "ÿ"];

export function main(): void {
  for (let i = 0; i < words.length; i++) {
    print(words[i].length.toString() + " " + words[i].replaceAll("\0", "|"));
  }
  print("0123456789".repeat(30) == LONG ? "long" : "not long");
  const map = new Map<string, string>();
  map.set("key", "value");
  print(map.get("k" + "ey") + (words[0] == "" ? "," : ".") + ("Gr" + "üße" == words[2]).toString());
}

// 300 characters.
const LONG =
  "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789";
