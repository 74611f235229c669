/** The part of a history that a list is asked for. */

import { wholeNumber } from './refused.ts';

export interface Period {
  readonly fromMs: number;
  /** Not included. */
  readonly untilMs: number;
  readonly limit: number;
}

const LIMIT_DEFAULT = 100;

/** @throws MalformedRequest on instants beyond what a number holds. */
export function readPeriod(query: {
  readonly from?: string;
  readonly until?: string;
  readonly limit?: string;
}): Period {
  const most = Number.MAX_SAFE_INTEGER;
  return {
    fromMs: wholeNumber(query.from ?? '0', 'query.from', most),
    untilMs: query.until === undefined ? most : wholeNumber(query.until, 'query.until', most),
    limit: Number(query.limit ?? LIMIT_DEFAULT),
  };
}
