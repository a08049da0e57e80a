import type { Endpoint } from "./endpoint.ts";
import { badRule } from "./errors.ts";
import { absolute, pathOf, realPath, textOf, toPath } from "./realpath.ts";

/**
 * UnixRule is one line of a policy about unix sockets.
 *
 *   /run/app.sock   a file, or a folder and all that is in it; a relative path is made absolute
 *   @name           a name of the abstract kind; @name* all that begin so
 *   @               any abstract name, also one that the kernel chooses
 *   *               everything
 *
 * A path means what it leads to when the rule is made: symlinks on it are followed then, once. One that
 * denies means what it leads to later, too.
 */
export class UnixRule {
  readonly text: string;
  /** Whether the rule speaks of everything. */
  readonly any: boolean;
  readonly #root: string | undefined;
  readonly #name: string | undefined;
  readonly #prefix: boolean;

  constructor(text: string) {
    if (text === "" || text.includes("\0")) throw badRule(text, "want a path, @NAME or *");
    this.any = text === "*";
    const abstract = text.startsWith("@");
    this.#prefix = abstract && (text === "@" || text.endsWith("*"));
    this.#name = abstract ? toPath(Buffer.from(text.slice(1).replace(/\*$/, ""))) : undefined;
    this.text = abstract || this.any ? text : textOf(pathOf(text));
    this.#root = abstract || this.any ? undefined : realPath(pathOf(text));
  }

  /** hasByNow is has, but for what the rule's path has come to lead to since it was made, too. */
  hasByNow(place: string): boolean {
    if (this.has(place)) return true;
    return this.#root !== undefined && isIn(realPath(pathOf(this.text)), place);
  }

  /** has tells whether the rule speaks of one of placesOf's places. */
  has(place: string): boolean {
    if (this.any) return true;
    if (isAbstract(place)) {
      const name = place.slice(1);
      return this.#prefix ? name.startsWith(this.#name!) : name === this.#name;
    }
    return this.#root !== undefined && isIn(this.#root, place);
  }
}

/** isIn tells whether a place is a root or below it. An abstract name is below none. */
function isIn(root: string, place: string): boolean {
  return place === root || place.startsWith(root === "/" ? root : `${root}/`);
}

/**
 * placesOf are the places that a unix socket's path makes use of, each of which must be allowed: an
 * abstract name with its NUL; or the real path of the file, and of every folder that the path goes
 * up from, so that nobody can ask by `..` which folders there are.
 *
 * A symlink can change between this and the kernel's own reading of the path. A guest cannot make
 * one, or anything else but sockets, in the real file system: who can is trusted with that folder.
 */
export function placesOf(endpoint: Endpoint): string[] {
  const given = toPath(endpoint.path.subarray(0, endpoint.length));
  if (endpoint.isAbstract) return [given === "" ? "\0" : given];
  const places: string[] = [];
  const parts = given.split("/");
  for (let i = 1; i < parts.length; i++) {
    if (parts[i] === "..") places.push(realPath(absolute(parts.slice(0, i).join("/") || "/")));
  }
  if (parts[0] === "..") places.push(realPath(absolute(".")));
  places.push(realPath(absolute(given)));
  return places;
}

/** nameOf is a place as a rule would name it. */
export function nameOf(place: string): string {
  return isAbstract(place) ? `@${textOf(place.slice(1))}` : textOf(place);
}

function isAbstract(place: string): boolean {
  return place.startsWith("\0");
}
