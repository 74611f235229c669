/** What does not hold in a proof file, each fault by itself: in which step, where, and which slot. */
import type { StepFailure } from './steps.ts';

export interface BundleFailure {
  readonly step: string;
  /** Where in the file: `statements[0].lines[1].money`; empty where it is no one place. */
  readonly place: string;
  /** The slot that it is about; nothing where it is about none, or about many. */
  readonly slotMs: number | undefined;
  /** What follows from the rest of the file, and what stands there; nothing where it is no value. */
  readonly expected: string | undefined;
  readonly found: string | undefined;
  /** `step: what and where`, in words. */
  readonly reason: string;
}

const EXPECTED = /^(?:(.*): )?expected (.*), got (.*)$/s;
const PLACE = /^[a-z][A-Za-z]*(?:\[[0-9]+\]|\.[A-Za-z]+)*/;
const STEP_ON = /([A-Za-z]+)|\[([0-9]+)\]/g;

/** @param json the file, as it was read */
export function failureOf({ step, fault }: StepFailure, json: unknown): BundleFailure {
  const [, before, expected, found] = EXPECTED.exec(fault) ?? [];
  const [place = ''] = PLACE.exec(fileWords(before ?? fault)) ?? [];
  const walked = walkedTo(json, place);
  const named = /\bslot ([0-9]+)/.exec(fault)?.[1];
  return {
    step,
    place: walked === undefined ? '' : place,
    slotMs: named === undefined ? walked?.slotMs : Number(named),
    expected,
    found,
    reason: `${step}: ${fault}`,
  };
}

/** The words without the file's own name, and without the number of a bill between it and its field. */
function fileWords(words: string): string {
  return words
    .replace(/^bundle\./, '')
    .replace(/^(bills\[[0-9]+\]): [^:]*?(?=\.lines|\.totals)/, '$1');
}

/** The slot of the innermost entry on the way to a place; nothing where the file has no such place. */
function walkedTo(
  json: unknown,
  place: string,
): { readonly slotMs: number | undefined } | undefined {
  let at: unknown = json;
  let slotMs: number | undefined;
  let steps = 0;
  for (const [, name, index] of place.matchAll(STEP_ON)) {
    if (typeof at !== 'object' || at === null) break;
    const next: unknown = (at as Record<string, unknown>)[name ?? index ?? ''];
    if (next === undefined) break;
    at = next;
    steps++;
    const own = typeof at === 'object' && at !== null && 'slotMs' in at ? at.slotMs : undefined;
    if (typeof own === 'number') slotMs = own;
  }
  return steps === 0 ? undefined : { slotMs };
}
