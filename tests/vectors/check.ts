/** Compares what the guest answers to vectors with what Go answered. */
import { isDeepStrictEqual } from "node:util";
import type { Answer, Vector } from "./guest.ts";

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

/** Compares answers with the vectors that they are for. */
export function check(vectors: readonly Vector[], answers: readonly Answer[]): Report {
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
    count.missing = answer.out === undefined && answer.err === undefined;
    report.mismatches.push(
      `${vector.fn} ${JSON.stringify(vector.in)}\n  want ${result(vector)}\n  got  ${result(answer)}`,
    );
  });
  return report;
}

function matches(vector: Vector, answer: Answer): boolean {
  if (vector.err !== undefined) {
    const err = answer.err !== undefined && vector.b64 ? wellFormed(answer.err) : answer.err;
    return (
      vector.err === err &&
      (vector.type === undefined || vector.type === answer.type) &&
      (vector.inner === undefined || vector.inner === answer.inner)
    );
  }
  if (answer.out === undefined) return false;
  const want = expected(vector.out, answer.out);
  return isDeepStrictEqual(want, vector.b64 ? wellFormed(answer.out) : answer.out);
}

/** A vector whose object says nothing of "is" is not about it: releases of Go differ there. */
function expected(want: unknown, got: unknown): unknown {
  if (!isObject(want) || !isObject(got) || "is" in want || !("is" in got)) return want;
  const { is } = got;
  return { ...want, is };
}

/**
 * What Go's JSON makes of a text that is not UTF-8: U+FFFD for each byte, which the guest has as a
 * lone surrogate.
 */
function wellFormed(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replace(/\\udc[89a-f][0-9a-f]/g, "\ufffd"));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function result(of: Answer): string {
  const { out, err, type, inner } = of;
  return JSON.stringify({ out, err, type, inner });
}
