import { describe, expect, test } from 'vitest';
import { contractPaid, listingMoved, pairMatched, roundChecked, roundMoved } from './events.ts';
import { deliveringPlants } from './testing/delivering.ts';
import { matchedPlants } from './testing/street-of-plants.ts';

describe('who is told', () => {
  test('steps of a round are public, what members declare and owe is not', () => {
    expect(roundMoved.audience).toBe('public');
    expect(roundChecked.audience).toBe('public');
    for (const { audience } of [listingMoved, pairMatched, contractPaid]) {
      expect(audience).not.toBe('public');
    }
  });

  test('a pair is told to its buyer and its seller, a payment to those who are paid as well', () => {
    const { ledger, buyer, wind, thermal, rules } = matchedPlants();
    ledger.until(ledger.timeMs + rules.checkMs);
    const readers = ledger.events
      .filter(({ name }) => name === 'pair matched')
      .map(({ value }) => (pairMatched.audience as (one: unknown) => number[])(value));
    expect(readers).toEqual([
      [buyer, wind],
      [buyer, thermal],
      [buyer, wind],
    ]);
    const all = deliveringPlants();
    all.ledger.deliverAll();
    all.ledger.transferAll();
    const { grid, fees } = all.ledger.companies;
    const [paid] = all.ledger.named('contract paid');
    expect((contractPaid.audience as (one: unknown) => number[])(paid)).toEqual([
      all.buyer,
      all.wind,
      grid,
      fees,
    ]);
  });
});
