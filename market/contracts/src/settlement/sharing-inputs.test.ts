import { treeRoot } from '@commonwatt/ledger';
import { energy, price } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SHARING_MODES } from './policy.ts';
import { computeRun } from './run.ts';
import {
  limitsAt,
  type SharingEntry,
  sharingEntriesOf,
  sharingInputsOf,
  sharingKindOf,
  sharingRootOf,
} from './sharing-inputs.ts';
import { anyInput } from './testing/any-street.ts';
import { FROM_MS, QUARTER_MS, secretOf, sha256 } from './testing/street.ts';

const PERIOD = { periodFromMs: FROM_MS, periodUntilMs: FROM_MS + 4 * QUARTER_MS };
const at = (slot: number): number => FROM_MS + slot * QUARTER_MS;
const share = (slot: number, member: number, shareMillionths: number): SharingEntry => {
  return { kind: 'share', slotMs: at(slot), member, shareMillionths };
};
const limit = (slot: number, member: number, nano: bigint): SharingEntry => {
  return { kind: 'limit', slotMs: at(slot), member, buy: price(nano) };
};
const allocated = (slot: number, member: number, wh: bigint): SharingEntry => {
  const values = { received: energy(wh), given: energy(0n) };
  return { kind: 'allocated', slotMs: at(slot), member, ...values };
};
const secrets = new Map([1, 2].map((member) => [member, secretOf(member)]));
const rootOf = (...entries: readonly SharingEntry[]) => sharingRootOf(sha256, entries, secrets);

describe('the entries of a run', () => {
  const all = [share(1, 2, 5), share(0, 2, 7), limit(0, 1, 3n), allocated(0, 1, 9n)];

  test('are of its rule’s kind alone, by rising instant and member', () => {
    expect(sharingEntriesOf(all, 'simple dynamic', PERIOD)).toEqual([all[1], all[0]]);
    expect(sharingEntriesOf(all, 'hybrid', PERIOD)).toEqual([all[2]]);
    expect(sharingEntriesOf(all, 'operator', PERIOD)).toEqual([all[3]]);
    const others = SHARING_MODES.filter((mode) => sharingKindOf(mode) === undefined);
    expect(others.flatMap((mode) => sharingEntriesOf(all, mode, PERIOD))).toEqual([]);
  });

  test('lie in its period; a limit stands until the member’s next', () => {
    const parts = [share(-1, 1, 1), share(0, 1, 2), share(4, 1, 3)];
    expect(sharingEntriesOf(parts, 'simple dynamic', PERIOD)).toEqual([parts[1]]);
    const limits = [limit(-9, 1, 1n), limit(-2, 1, 2n), limit(-3, 2, 3n), limit(2, 1, 4n)];
    const standing = sharingEntriesOf([...limits, limit(4, 1, 5n)], 'full dynamic', PERIOD);
    expect(standing).toEqual([limits[2], limits[1], limits[3]]);
    const { limits: ofMember } = sharingInputsOf(standing);
    expect([1, 2, 3].map((slot) => limitsAt(ofMember?.get(1), at(slot))?.buy)).toEqual([
      2n,
      4n,
      4n,
    ]);
    expect(limitsAt(ofMember?.get(2), at(-4))).toBeUndefined();
  });

  test('say one thing of a member and interval', () => {
    const twice = () =>
      sharingEntriesOf([share(0, 1, 1), share(0, 1, 1)], 'simple dynamic', PERIOD);
    expect(twice).toThrow('expected one share of member 1');
  });
});

describe('the root of the entries', () => {
  test('is an empty tree’s without any, and of those alone who have a secret in the run', () => {
    expect(rootOf()).toEqual(treeRoot(sha256, []));
    expect(rootOf(share(0, 3, 5))).toEqual(rootOf());
    expect(rootOf(share(0, 1, 5), share(0, 3, 5))).toEqual(rootOf(share(0, 1, 5)));
  });

  test('is another for another value, instant, member, kind or secret', () => {
    const roots = [
      rootOf(share(0, 1, 5)),
      rootOf(share(0, 1, 6)),
      rootOf(share(1, 1, 5)),
      rootOf(share(0, 2, 5)),
      rootOf(limit(0, 1, 5n)),
      rootOf(allocated(0, 1, 5n)),
      sharingRootOf(sha256, [share(0, 1, 5)], new Map([[1, secretOf(2)]])),
    ];
    expect(new Set(roots.map((root) => root.join()))).toHaveProperty('size', roots.length);
  });
});

test('S-7: a run does not depend on the order of entries, nor on those its rule leaves aside', () => {
  fc.assert(
    fc.property(anyInput, fc.integer(), (input, seed) => {
      const entries = input.sharingEntries ?? [];
      const turn = Math.abs(seed % (entries.length + 1));
      const turned = [...entries.slice(turn), ...entries.slice(0, turn)];
      const kind = sharingKindOf(input.policy?.sharing ?? 'none');
      const used = turned.filter((one) => one.kind === kind);
      const { run } = computeRun(sha256, input);
      expect(computeRun(sha256, { ...input, sharingEntries: turned }).run).toEqual(run);
      expect(computeRun(sha256, { ...input, sharingEntries: used }).run).toEqual(run);
    }),
    { numRuns: 50 },
  );
});
