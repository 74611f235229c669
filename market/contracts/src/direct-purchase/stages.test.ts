import { money } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { thresholds } from '../governance/state.ts';
import { reviewAdmission } from './admission.ts';
import { roundsDueMs } from './stages.ts';
import { listings, statements } from './state.ts';
import { deliveringPlants } from './testing/delivering.ts';
import { DEADLINE_MS, DirectLedger, HOUR_MS, mwh } from './testing/direct-ledger.ts';
import { sha256 } from './testing/sha256.ts';
import { plants } from './testing/street-of-plants.ts';
import { tokensOf } from './tokens.ts';

describe('time', () => {
  test('a ledger without rounds asks for no block; one with rounds for each of their instants', () => {
    const idle = new DirectLedger(sha256);
    expect(roundsDueMs(idle.state, idle.timeMs)).toBeUndefined();
    const { ledger, rules } = plants();
    const due = () => roundsDueMs(ledger.state, ledger.timeMs);
    expect(due()).toBe(DEADLINE_MS);
    ledger.block(DEADLINE_MS);
    expect([ledger.round().stage, due()]).toEqual(['drawing', DEADLINE_MS]);
    ledger.block(DEADLINE_MS + 1);
    expect([ledger.round().stage, due()]).toEqual(['checking', DEADLINE_MS + 1 + rules.checkMs]);
  });

  test('the seed is the hash of the block that closed the listing, and the listing is closed by then', () => {
    const { ledger } = plants();
    ledger.block(DEADLINE_MS);
    expect(ledger.round().seed).toBeUndefined();
    ledger.block(DEADLINE_MS + 1);
    expect(ledger.round().seed).toEqual(ledger.parent);
    expect(ledger.named('pair matched')).toHaveLength(3);
  });

  test('who was suspended since it listed takes no part and gets everything back', () => {
    const { ledger, wind } = plants();
    ledger.must(ledger.centre, reviewAdmission, {
      member: wind,
      decision: 'suspend',
      energyMost: mwh(0n),
      valueMost: money(0n),
      reason: 'no licence',
    });
    ledger.until(DEADLINE_MS);
    expect(ledger.state.get(listings, { round: 1, member: wind })).toBeUndefined();
    expect(tokensOf(ledger.state, wind, 'held')).toBe(0n);
    expect(ledger.named('listing moved')).toMatchObject([{ member: wind, change: 'not admitted' }]);
    expect(ledger.named('pair matched')).toHaveLength(1);
    ledger.endBlock();
  });

  test('a round that nobody lists in ends with the check', () => {
    const ledger = new DirectLedger(sha256);
    ledger.open();
    ledger.until(DEADLINE_MS);
    ledger.until(DEADLINE_MS + 12 * HOUR_MS);
    expect(ledger.round()).toMatchObject({ stage: 'closed', contracts: 0 });
  });

  test('after a standstill every stage still ends, one block after the other', () => {
    const { ledger, buyer } = plants();
    const all = ['free', 'held'] as const;
    const before = all.reduce((sum, kind) => sum + tokensOf(ledger.state, buyer, kind), 0n);
    for (let blocks = 0; blocks < 12 && ledger.round().stage !== 'closed'; blocks++) {
      ledger.block(Math.max(ledger.timeMs, DEADLINE_MS + 1_000 * HOUR_MS) + 24 * HOUR_MS);
    }
    expect(ledger.round().stage).toBe('closed');
    expect(tokensOf(ledger.state, buyer, 'free')).toBe(before);
    ledger.endBlock();
  });

  test('statements that were never signed by enough go with the round', () => {
    const { ledger, rules } = deliveringPlants();
    ledger.state.set(thresholds, 'checker', { count: 2 });
    ledger.deliverAll();
    expect(ledger.state.size(statements)).toBe(1);
    ledger.until(rules.deliveryUntilMs + rules.statementMs);
    expect(ledger.state.size(statements)).toBe(1);
    ledger.transferAll();
    expect(ledger.round().stage).toBe('closed');
    expect(ledger.state.size(statements)).toBe(0);
  });
});
