/**
 * A campaign shows one promise by trying hard to break it. It is a row of cases; each draws its
 * chance from the campaign's seed and its own number alone, so that a case that fails is found again
 * by naming both, and a campaign that was stopped goes on where it was.
 */

import type { SeededRandom } from '../households/seeded-random.ts';

/** What a campaign reached: counts are added over its cases, a name that ends in `Max` is the largest. */
export type Figures = Readonly<Record<string, number>>;

export interface CampaignSetting {
  readonly seed: number;
  /** Small sizes, for the suite; whole ones show the promise as it is written. */
  readonly isSmall: boolean;
  /** One of the campaign's plants: a fault put in on purpose, which the campaign must find. */
  readonly plant: string | undefined;
  /** Says something that is neither verdict nor progress. */
  readonly note: (sentence: string) => void;
}

export interface Campaign {
  readonly name: string;
  /** The promise, as a sentence that could be false. */
  readonly promise: string;
  /** Cases of a whole campaign, and of the small one in the suite. */
  readonly cases: { readonly whole: number; readonly small: number };
  /** What one case is. */
  readonly ofCase: string;
  /** Faults to put in on purpose: a campaign that finds none of them proves nothing. */
  readonly plants: readonly string[];
  open(setting: CampaignSetting): Promise<OpenCampaign>;
}

export interface OpenCampaign {
  /** Checks one case. @throws Error when the promise is broken. */
  check(index: number, random: SeededRandom): Promise<Figures>;
  /** @throws Error unless the cases together reached what the campaign is for. */
  conclude?(figures: Figures, cases: number): void | Promise<void>;
  close?(): Promise<void>;
}

/** What the campaign needs is missing on this machine: no verdict, and the reason why. */
export class CampaignSkipped extends Error {
  override readonly name = 'CampaignSkipped';
}

/** @throws Error unless `holds`; the message says what was promised and what was found. */
export function promise(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(message);
}

/** The figures of two sets of cases together. */
export function addFigures(a: Figures, b: Figures): Figures {
  const sum: Record<string, number> = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const before = sum[name];
    if (before === undefined) sum[name] = value;
    else sum[name] = name.endsWith('Max') ? Math.max(before, value) : before + value;
  }
  return sum;
}
