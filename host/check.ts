/**
 * Checks of what an embedder hands in. TypeScript has seen to it already; plain JavaScript, and data
 * from elsewhere, may bring anything, and shall hear at once what was wrong with it.
 */
import { inspect } from "node:util";
import { type Code, WasiNetError } from "./errors.ts";

/** Check throws a WasiNetError for a value that is not what it should be; the name is where it stood. */
export type Check = (name: string, value: unknown) => void;

/** one is the check of a single value; want says in words what fits. */
export function one(
  want: string,
  fits: (value: unknown) => boolean,
  code: Code = "WASI_NET_BAD_ARGUMENT",
): Check {
  return (name, value) => {
    if (fits(value)) return;
    throw new WasiNetError(code, `${name}: want ${want}, got ${shown(value)}`);
  };
}

/** listOf is the check of an array, and of each of its elements. */
export function listOf(want: string, element: Check, code?: Code): Check {
  const list = one(want, Array.isArray, code);
  return (name, value) => {
    list(name, value);
    // By index, so that holes are seen too.
    const values = value as readonly unknown[];
    for (let i = 0; i < values.length; i++) element(`${name}[${i}]`, values[i]);
  };
}

/** shape is the check of an object that has these properties and no others. */
export function shape(properties: Readonly<Record<string, Check>>, code?: Code): Check {
  const object = one("an object", isObject, code);
  const names = Object.keys(properties);
  const known = one(`one of ${names.join(", ")}`, (key) => names.includes(key as string), code);
  return (name, value) => {
    object(name, value);
    for (const key of Object.keys(value as object)) known(`property of ${name}`, key);
    const given = value as Readonly<Record<string, unknown>>;
    for (const [key, check] of Object.entries(properties)) check(`${name}.${key}`, given[key]);
  };
}

/** optional is a check that undefined passes, too. */
export function optional(check: Check): Check {
  return (name, value) => value === undefined || check(name, value);
}

/** isObject tells whether a value is an object with properties of its own names: no list. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** has tells whether a value is an object with these methods: of whichever realm or library. */
export function has(value: unknown, ...methods: readonly string[]): boolean {
  if (!isObject(value)) return false;
  return methods.every((name) => typeof (value as Record<string, unknown>)[name] === "function");
}

const LONGEST = 80;

/** shown is a value in a message: one line, and not all of what is large. */
function shown(value: unknown): string {
  const text =
    typeof value === "string"
      ? JSON.stringify(value.slice(0, LONGEST))
      : inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY, customInspect: false });
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
