/** Compares what the guest answers to vectors with what Go answered. */
import { isDeepStrictEqual } from "node:util";
import { bytesOf, decodeBytes } from "./bytes.ts";
import type { Answer } from "./guest.ts";
import type { Vector } from "./row.ts";

/** Passed and failed vectors of one function. */
export interface Count {
  passed: number;
  failed: number;
  /** Whether the guest does not know the function. */
  missing: boolean;
}

/** The counts by function, and a line for each vector that failed. */
export interface Report {
  readonly counts: Map<string, Count>;
  readonly mismatches: string[];
}

/** Compares answers with the vectors that they are for. places tell where those stand, if anywhere. */
export function check(
  vectors: readonly Vector[],
  answers: readonly Answer[],
  places: readonly string[] = [],
): Report {
  const report: Report = { counts: new Map(), mismatches: [] };
  vectors.forEach((vector, i) => {
    const count = report.counts.get(vector.fn) ?? { passed: 0, failed: 0, missing: false };
    report.counts.set(vector.fn, count);
    const answer = answers[i] ?? {};
    if (matches(vector, answer)) {
      count.passed++;
      return;
    }
    count.failed++;
    count.missing = Object.keys(answer).length === 0;
    const place = places[i] === undefined ? "" : `${places[i]}: `;
    report.mismatches.push(
      `${place}${vector.fn} ${JSON.stringify(vector.in)}\n  want ${result(readOut(vector))}\n  got  ${result(answer)}`,
    );
  });
  return report;
}

function matches(vector: Vector, answer: Answer): boolean {
  const want = readOut(vector);
  const got = vector.b64 && !vector.b64out ? wellFormed(answer) : answer;
  if (want.err !== undefined) {
    return (
      want.err === got.err &&
      (want.type === undefined || want.type === got.type) &&
      (want.inner === undefined || want.inner === got.inner)
    );
  }
  return got.out !== undefined && isDeepStrictEqual(expected(want.out, got.out), got.out);
}

/** A vector's answer, with its texts as the guest holds them. */
function readOut({ out, err, type, inner, b64out }: Vector): Answer {
  const read = (text: string): string => (b64out ? decodeBytes(bytesOf(text, true)) : text);
  return {
    ...(err === undefined ? { out: eachText(out, read) } : { err: read(err) }),
    ...(type === undefined ? {} : { type }),
    ...(inner === undefined ? {} : { inner }),
  };
}

/** A value with each text in it read. */
function eachText(value: unknown, read: (text: string) => string): unknown {
  if (typeof value === "string") return read(value);
  if (Array.isArray(value)) return value.map((one) => eachText(one, read));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, eachText(one, read)]));
}

/** A vector whose object says nothing of "is" is not about it: releases of Go differ there. */
function expected(want: unknown, got: unknown): unknown {
  if (!isObject(want) || !isObject(got) || "is" in want || !("is" in got)) return want;
  const { is } = got;
  return { ...want, is };
}

/**
 * What Go's JSON makes of a text that is not UTF-8: U+FFFD for each byte, which the guest has as a
 * lone surrogate. Only old files have such texts, without "b64out".
 */
function wellFormed(answer: Answer): Answer {
  return eachText(answer, (text) =>
    text.replace(/[\ud800-\udfff]/gu, (unit) => (/[\udc80-\udcff]/.test(unit) ? "\ufffd" : unit)),
  ) as Answer;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function result({ out, err, type, inner, died }: Answer): string {
  return JSON.stringify({ out, err, type, inner, died });
}
