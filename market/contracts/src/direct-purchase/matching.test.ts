import { price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { cutReason, listedRound, matchRound } from './matching.ts';
import { mwh } from './testing/direct-ledger.ts';
import { matchedPlants, plants } from './testing/street-of-plants.ts';

describe('matching', () => {
  test('there is nothing to match by before the seed is drawn', () => {
    const { ledger } = plants();
    expect(() => matchRound(ledger, 1, ledger.round(), [])).toThrow('round 1: expected rules');
    const drawn = { ...ledger.round(), rulesVersion: 1 };
    expect(() => matchRound(ledger, 1, drawn, [])).toThrow('round 1: expected a seed');
  });

  test('anyone computes the pairs again, before the check and after it, with the rest and its reason', () => {
    const { ledger, buyer, wind, thermal, rules } = matchedPlants();
    const first = matchRound(ledger, 1, ledger.round(), []);
    expect(first.pairs.map(({ terms, amounts }) => [terms.seller, amounts.energy])).toEqual([
      [wind, mwh(2n)],
      [thermal, 4_700_000n],
      [wind, 1_759_999n],
    ]);
    expect(first.unmatched).toEqual([
      { member: buyer, energy: 1_540_001n, reason: expect.any(String) },
    ]);
    ledger.until(ledger.timeMs + rules.checkMs);
    const again = matchRound(ledger, 1, ledger.round(), ledger.round().limits);
    expect(again.pairs.map(({ amounts }) => amounts)).toEqual(
      ledger.contractsOf().map(({ amounts }) => amounts),
    );
    expect(cutReason({ sellerRegion: 'B', buyerRegion: 'A' })).toBe('limit of corridor ["A","B"]');
  });

  test('a door shows the whole matrix by the round as the mechanism sees it', () => {
    const { ledger, buyer, wind } = matchedPlants({ bundlingThousandths: 2500 });
    const round = listedRound(ledger, 1, ledger.round());
    expect(round.buyers.map(({ id, greenEnergy }) => [id, greenEnergy])).toEqual([
      [`${buyer}`, mwh(2n)],
    ]);
    expect(round.sellers[0]).toMatchObject({ id: `${wind}`, type: 'wind', energy: mwh(4n) });
    expect(round.bundling).toEqual({ numerator: 2500n, denominator: 1000n });
    expect(round.certificatePrice).toEqual({ numerator: price(19_000n), denominator: 1n });
  });
});
