/** Where two runs differ: what a checker whose own computation disagrees puts into its dispute. */

import { equalBytes } from '@commonwatt/ledger';
import type { Posting, Run, SlotTotal } from './messages.ts';

/** The names of the parts that are not the same in both, in the order of a run's fields. */
export function differencesOfRuns(a: Run, b: Run): readonly string[] {
  const found: string[] = [];
  if (a.periodFromMs !== b.periodFromMs || a.periodUntilMs !== b.periodUntilMs) {
    found.push('period');
  }
  if (a.rulesVersion !== b.rulesVersion) found.push('rulesVersion');
  if (a.stage !== b.stage || a.sequence !== b.sequence || !sameHash(a.adjusts, b.adjusts)) {
    found.push('stage');
  }
  if (!equalBytes(a.readingsRoot, b.readingsRoot)) found.push('readingsRoot');
  if (!equalBytes(a.sharingRoot, b.sharingRoot)) found.push('sharingRoot');
  if (a.spread !== b.spread) found.push('spread');
  const slots = unequal(a.slotTotals, b.slotTotals, (one) => one.slotMs, sameTotals);
  const members = unequal(a.postings, b.postings, (one) => one.member, samePostings);
  found.push(...slots.map((slotMs) => `slotTotals of ${slotMs}`));
  found.push(...members.map((member) => `posting of member ${member}`));
  return found;
}

/** The keys, rising, of entries that are not the same in both lists. */
function unequal<T>(
  a: readonly T[],
  b: readonly T[],
  keyOf: (entry: T) => number,
  same: (x: T, y: T) => boolean,
): readonly number[] {
  const [inA, inB] = [a, b].map((list) => new Map(list.map((entry) => [keyOf(entry), entry])));
  const keys = new Set([...a, ...b].map(keyOf));
  return [...keys]
    .filter((key) => {
      const [x, y] = [inA?.get(key), inB?.get(key)];
      return x === undefined || y === undefined || !same(x, y);
    })
    .sort((x, y) => x - y);
}

function sameTotals(x: SlotTotal, y: SlotTotal): boolean {
  const names = Object.keys(x) as (keyof SlotTotal)[];
  return names.every((name) => x[name] === y[name]);
}

function sameHash(x: Uint8Array | undefined, y: Uint8Array | undefined): boolean {
  return x === undefined || y === undefined ? x === y : equalBytes(x, y);
}

function samePostings(x: Posting, y: Posting): boolean {
  return (
    x.amount === y.amount &&
    x.charge === y.charge &&
    equalBytes(x.slotLinesRoot, y.slotLinesRoot) &&
    equalBytes(x.linesRoot, y.linesRoot) &&
    equalBytes(x.energyCommitment, y.energyCommitment)
  );
}
