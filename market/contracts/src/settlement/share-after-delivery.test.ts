import { price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { MeteredEnergy } from './delivery.ts';
import { DEFAULT_POLICY, type SettlementPolicy } from './policy.ts';
import { type SharingInput, shareAfterDelivery } from './share-after-delivery.ts';
import { FROM_MS, QUARTER_MS, sha256 } from './testing/street.ts';

/** Member 1 feeds in 40 and 20 in two quarters; 2 uses 30 and nothing, 3 uses nothing and 40. */
function metered(): MeteredEnergy {
  const counted = new MeteredEnergy(QUARTER_MS);
  const at = (slot: number) => FROM_MS + slot * QUARTER_MS;
  counted.add(1, 'sell', at(0), 40n);
  counted.add(1, 'sell', at(1), 20n);
  counted.add(2, 'buy', at(0), 30n);
  counted.add(3, 'buy', at(1), 40n);
  return counted;
}

const shared = (policy: Partial<SettlementPolicy>, given: Partial<SharingInput> = {}) =>
  shareAfterDelivery(
    sha256,
    {
      periodFromMs: FROM_MS,
      periodUntilMs: FROM_MS + 8 * QUARTER_MS,
      slotLengthMs: QUARTER_MS,
      policy: { ...DEFAULT_POLICY, sharedPrice: price(10n), ...policy },
      ...given,
    },
    [1, 2, 3],
    metered(),
  );
const terse = ({ shares }: ReturnType<typeof shared>) =>
  shares
    .map(({ member, slotMs, received, given, money }) =>
      [member, (slotMs - FROM_MS) / QUARTER_MS, received, given, money].join(' '),
    )
    .filter((row) => !row.endsWith('0 0 0'))
    .sort();

describe('what trades left', () => {
  test('is shared slot by slot at the community’s price', () => {
    expect(terse(shared({ sharing: 'pro rata' }))).toEqual([
      '1 0 0 30 300',
      '1 1 0 20 200',
      '2 0 30 0 -300',
      '3 1 20 0 -200',
    ]);
    expect(shared({ sharing: 'none' }).shares).toEqual([]);
  });

  test('is shared over the hour where the rule says so, and taken from the earliest readings', () => {
    expect(terse(shared({ sharing: 'hourly minimum' }))).toEqual([
      '1 0 0 40 400',
      '1 1 0 20 200',
      '2 0 26 0 -260',
      '3 1 34 0 -340',
    ]);
  });

  test('goes by the organiser’s parts of each interval', () => {
    const parts = new Map([[FROM_MS, new Map([[2, 500_000]])]]);
    expect(terse(shared({ sharing: 'simple dynamic' }, { intervalShares: parts }))).toEqual([
      '1 0 0 20 200',
      '2 0 20 0 -200',
    ]);
  });

  test('goes by fixed parts and tiers of the policy', () => {
    const sharingKeys = [
      { member: 2, shareMillionths: 250_000, tier: 1 },
      { member: 3, shareMillionths: 750_000, tier: 0 },
    ];
    expect(terse(shared({ sharing: 'static', sharingKeys }))).toEqual([
      '1 0 0 10 100',
      '1 1 0 15 150',
      '2 0 10 0 -100',
      '3 1 15 0 -150',
    ]);
    expect(terse(shared({ sharing: 'priority', sharingKeys })).length).toBe(4);
  });

  test('is cleared by standing orders at the market’s price', () => {
    const limits = new Map([
      [1, [{ fromMs: 0, sell: price(20n) }]],
      [2, [{ fromMs: 0, buy: price(80n) }]],
    ]);
    // 10 Wh of the seller's stay unserved, so its limit is the price.
    expect(terse(shared({ sharing: 'full dynamic' }, { limits }))).toEqual([
      '1 0 0 30 600',
      '2 0 30 0 -600',
    ]);
  });

  test('follows the operator’s values, and names those that do not stand', () => {
    const allocated = new Map([
      [FROM_MS, { received: new Map([[2, 35n]]), given: new Map([[1, 30n]]) }],
    ]);
    const outcome = shared({ sharing: 'operator' }, { allocated });
    expect(terse(outcome)).toEqual(['1 0 0 30 300', '2 0 30 0 -300']);
    expect(outcome.differences).toEqual([
      {
        member: 2,
        side: 'received',
        allocated: 35n,
        accepted: 30n,
        because: 'above the meter',
        slotMs: FROM_MS,
      },
    ]);
  });
});

test('an hour that the period cuts is shared as far as it lies within', () => {
  const within = { periodFromMs: FROM_MS + QUARTER_MS, periodUntilMs: FROM_MS + 2 * QUARTER_MS };
  expect(terse(shared({ sharing: 'hourly minimum' }, within))).toEqual([
    '1 1 0 20 200',
    '3 1 20 0 -200',
  ]);
});
