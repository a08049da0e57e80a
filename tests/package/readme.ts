/**
 * The code in the README and in docs/, as a reader would copy it.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root: string = fileURLToPath(new URL("../..", import.meta.url));

const README = "README.md";

function read(file: string): string {
  return readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
}

/** Answers the fenced block in this language that contains a text; there must be exactly one. */
export function snippet(language: string, containing: string, file: string = README): string {
  const blocks = [...read(file).matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))]
    .map((match) => match[1]!)
    .filter((block) => block.includes(containing));
  if (blocks.length !== 1)
    throw new Error(`${blocks.length} ${language} blocks with ${containing}`);
  return blocks[0]!;
}

/** Answers what the README links to, by paths in the project. */
export function links(): string[] {
  return [...read(README).matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1]!);
}

/** Answers the lines of the shell blocks. */
export function commands(file: string = README): string[] {
  return [...read(file).matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((match) =>
    match[1]!.trim().split("\n"),
  );
}
