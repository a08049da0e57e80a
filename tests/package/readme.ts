/**
 * The README's code, as a reader would copy it.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root: string = fileURLToPath(new URL("../..", import.meta.url));

const text = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** Answers the fenced block in this language that contains a text; there must be exactly one. */
export function snippet(language: string, containing: string): string {
  const blocks = [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))]
    .map((match) => match[1]!)
    .filter((block) => block.includes(containing));
  if (blocks.length !== 1)
    throw new Error(`${blocks.length} ${language} blocks with ${containing}`);
  return blocks[0]!;
}

/** Answers what the README links to, by paths in the project. */
export function links(): string[] {
  return [...text.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1]!);
}

/** Answers the lines of the README's shell blocks. */
export function commands(): string[] {
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((match) =>
    match[1]!.trim().split("\n"),
  );
}
