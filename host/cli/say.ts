/** say prints a line of the command's own: whatever a guest has put into it, it is one line of text. */
export function say(line: string): void {
  process.stderr.write(`wasi-net: ${visible(line)}\n`);
}

/** tell prints something that may have several lines, with tabs, such as a part of a program. */
export function tell(text: string): void {
  process.stderr.write(`wasi-net: ${text.replace(/[^\n\t]+/g, visible)}\n`);
}

/**
 * visible writes characters that a terminal obeys, or that change the order of others, as \u{...}. A
 * guest chooses the names of its sockets, and could else write over what stands on the screen.
 */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`,
  );
}

/** quoted is a word as a shell takes it back: it may be copied from the screen. */
export function quoted(word: string): string {
  return /^[\w./:@%+=,[\]-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
