/**
 * Writes assembly/sys/errnotexts.ts: Go's texts of WASI's errors 1 to 76 and of docs/ABI.md's from 77 on, the lines of errno.txt, as bytes.
 * As a text in the language they would take twice the room in every program.
 *
 *     npx tsx scripts/errno.ts
 */
import { readFileSync, writeFileSync } from "node:fs";

/** The generated file. */
export function errnoTexts(): string {
  const bytes = readFileSync(new URL("errno.txt", import.meta.url));
  const lines: string[] = [];
  let line = " ";
  for (const byte of bytes) {
    if (line.length + `${byte}`.length + 2 > 100) {
      lines.push(line);
      line = " ";
    }
    line += ` ${byte},`;
  }
  return `/** Made by scripts/errno.ts from scripts/errno.txt. Do not edit. */

/** errnoTexts is where the texts of the errors from 1 on stand, each ended by a line feed, in ASCII. */
// biome-ignore format: numbers
export const errnoTexts: usize = memory.data<u8>([
${[...lines, line].join("\n")}
]);

/** errnoTextsEnd is the address behind them. */
export const errnoTextsEnd: usize = errnoTexts + ${bytes.length};
`;
}

const [, program] = process.argv;
if (program === new URL(import.meta.url).pathname) {
  writeFileSync(new URL("../assembly/sys/errnotexts.ts", import.meta.url), errnoTexts());
}
