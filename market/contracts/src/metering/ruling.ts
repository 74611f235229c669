/**
 * Which of several readings of one meter and slot rules: README, rules. Every accepted
 * reading is kept; the others are superseded or outranked, never overwritten.
 */

import type { Source } from './messages.ts';

/** How a value came to be. A missing one says that there is none: its energies are zero. */
export const QUALITIES = ['measured', 'substituted', 'estimated', 'missing'] as const;
export type Quality = (typeof QUALITIES)[number];

/** What the rule looks at: how the value came to be, who signed it, and which word of theirs it is. */
export interface Standing {
  readonly quality: Quality;
  readonly source: Source;
  /** 1 for a source's first word on a slot, rising with each that supersedes it. */
  readonly version: number;
}

/** The last version that a reading can have. */
export const READING_VERSION_MAX = 0xffff;

/** A reading that says what its provider measured, in its first version. */
export const PROVIDER_MEASURED: Standing = {
  quality: 'measured',
  source: 'provider',
  version: 1,
};

/** By this rank the last words of several sources are compared: the lowest rules. */
const RANKS: Readonly<Record<Quality, Readonly<Record<Source, number>>>> = {
  measured: { provider: 1, device: 3, gateway: 4 },
  substituted: { provider: 2, device: 5, gateway: 6 },
  estimated: { provider: 7, device: 8, gateway: 9 },
  missing: { provider: 10, device: 11, gateway: 12 },
};

/** 1 for what outranks everything, rising. Two sources never share a rank. */
export function rankOf({ quality, source }: Standing): number {
  return RANKS[quality][source];
}

/**
 * The reading that counts; nothing of nothing. First every source is taken by its last word, then
 * the best rank rules. The order in which readings are given, or came, does not matter.
 */
export function rulingOf<R extends Standing>(readings: Iterable<R>): R | undefined {
  const lastWords = new Map<Source, R>();
  for (const one of readings) {
    const known = lastWords.get(one.source);
    if (known === undefined || one.version > known.version) lastWords.set(one.source, one);
  }
  let ruling: R | undefined;
  for (const one of lastWords.values()) {
    if (ruling === undefined || rankOf(one) < rankOf(ruling)) ruling = one;
  }
  return ruling;
}
