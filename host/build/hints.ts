/** What the compiler's words leave open: how the port, or the language, has what somebody who knows Go or JavaScript looked for. */

/** By the compiler's message. */
const MISTAKES: readonly (readonly [RegExp, string])[] = [
  [
    /Not implemented: Closures/,
    "a function does not see the variables of the one around it; what a goroutine needs is its argument: go(fn, arg)",
  ],
  [
    /Not implemented: Exceptions/,
    "nothing is thrown that could be caught: errors are values, the err of what a call returns",
  ],
  [/Not implemented: Iterators/, "lists are gone through by index: for (let i = 0; …)"],
  [
    /File '~lib\/wasi-net(?:\/(?!assembly\/)[^']*)?\.ts' not found/,
    'programs import from "wasi-net/assembly"; wasi-net itself is for Node',
  ],
  [
    /Module '~lib\/wasi-net\/assembly\S*' has no exported member '[A-Z]/,
    "functions and variables have Go's names with a small first letter: Dial is dial",
  ],
];

/** By the import that the language would have made of it. */
const IMPORTS: readonly (readonly [RegExp, string])[] = [
  [/^env\.(?:console|trace)/, "to write text, use print or printError of wasi-net/assembly/os"],
  [/^env\.(?:Date|performance)/, "for the time, use now of wasi-net/assembly/time"],
  [/^env\.process/, "for arguments, environment and exit, see wasi-net/assembly/os"],
];

/** The compiler's text, and what it leaves open. */
export function withHints(text: string): string {
  return [text, ...found(MISTAKES, [text]).map((hint) => `HINT: ${hint}`)].join("\n\n");
}

/** What to use instead of imports that there are not. */
export function instead(imports: readonly string[]): string {
  return found(IMPORTS, imports)
    .map((hint) => `; ${hint}`)
    .join("");
}

function found(rows: typeof MISTAKES, texts: readonly string[]): string[] {
  return rows.filter(([is]) => texts.some((text) => is.test(text))).map(([, hint]) => hint);
}
