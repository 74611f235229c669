import { money, price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { OPEN_ROUNDS_MAX } from './limits.ts';
import type { RoundRules } from './messages.ts';
import { cancelRound, openRound } from './rounds.ts';
import {
  DEADLINE_MS,
  DELIVERY_MS,
  DirectLedger,
  HOUR_MS,
  rulesOf,
} from './testing/direct-ledger.ts';
import { sha256 } from './testing/sha256.ts';
import { tokensOf } from './tokens.ts';

const corridor = { from: 'A', to: 'B', lossMillionths: 1, transmissionPrice: price(0n) };
const limit = (from: string, to: string) => ({ from, to, energy: 1n as never });

describe('rounds', () => {
  test.each<[string, Partial<RoundRules>, string]>([
    ['no name', { name: '' }, 'name'],
    ['a market beside a listing', { market: 1 }, 'market'],
    ['no market of its kind', { mode: 'call auction', market: 7 }, 'market'],
    ['a stranger as the grid company', { gridMember: 999 }, 'gridMember'],
    ['a stranger as the dispatch centre', { dispatchMember: 999 }, 'dispatchMember'],
    ['a stranger for the certificates', { certificateMember: 999 }, 'certificateMember'],
    ['a deadline in the past', { deadlineMs: 1 }, 'deadlineMs'],
    ['a time to open what is open', { revealMs: 1 }, 'revealMs'],
    ['sealed without a time to open', { form: 'sealed' }, 'revealMs'],
    ['no time for the check', { checkMs: 0 }, 'checkMs'],
    ['no time for transfers', { transferMs: 0 }, 'transferMs'],
    ['delivery before the transfers', { deliveryFromMs: DEADLINE_MS + HOUR_MS }, 'deliveryFromMs'],
    ['a delivery of nothing', { deliveryUntilMs: DELIVERY_MS }, 'deliveryUntilMs'],
    ['a negative certificate price', { certificatePrice: price(-1n) }, 'certificatePrice'],
    ['bundling of nothing', { bundlingThousandths: 0 }, 'bundlingThousandths'],
    [
      'deviations beyond the collateral',
      { sellerDeviationPrice: price(100_001n) },
      'sellerDeviationPrice',
    ],
    ['a negative deposit', { sealDeposit: money(-1n) }, 'sealDeposit'],
    ['a quota of more than all', { quotaMillionths: 1_000_001 }, 'quotaMillionths'],
    ['no corridor', { corridors: [] }, 'corridors'],
    [
      'a corridor twice',
      { corridors: [corridor, { ...corridor, from: 'B', to: 'A' }] },
      'corridors',
    ],
    ['all lost', { corridors: [{ ...corridor, lossMillionths: 1_000_000 }] }, 'corridors'],
    ['a limit of no corridor', { limits: [limit('B', 'B')] }, 'limits'],
    ['a limit twice', { limits: [limit('A', 'B'), limit('B', 'A')] }, 'limits'],
  ])('rules refused: %s', (_fault, changes, field) => {
    const ledger = new DirectLedger(sha256);
    const rules = rulesOf(ledger.companies, changes);
    expect(ledger.run(ledger.centre, openRound, { round: 1, rules })).toMatchObject({
      code: 'round_rules_invalid',
      field,
    });
  });

  test('operators open rounds under rising numbers, so many at a time', () => {
    const ledger = new DirectLedger(sha256);
    const rules = rulesOf(ledger.companies);
    const open = (round: number, by = ledger.centre) =>
      ledger.code(by, openRound, { round, rules });
    expect(open(1, ledger.companies.grid)).toBe('role_missing');
    expect(open(0)).toBe('round_known');
    expect(open(3)).toBe('done');
    expect([open(3), open(2)]).toEqual(['round_known', 'round_known']);
    for (let more = 1; more < OPEN_ROUNDS_MAX; more++) expect(open(3 + more)).toBe('done');
    expect(open(100)).toBe('rounds_too_many');
    expect(ledger.code(ledger.centre, cancelRound, { round: 3, reason: 'a test' })).toBe('done');
    expect(open(100)).toBe('done');
  });

  test('a round that has no contract yet is cancelled and gives everything back', () => {
    const ledger = new DirectLedger(sha256);
    ledger.open();
    const buyer = ledger.admitted('none', 'B');
    const before = tokensOf(ledger.state, buyer, 'free');
    ledger.list(buyer, { price: 5_000n, energy: 10n });
    const cancel = (round: number, reason: string, by = ledger.centre) =>
      ledger.code(by, cancelRound, { round, reason });
    expect(cancel(1, 'flood', buyer)).toBe('role_missing');
    expect(cancel(2, 'flood')).toBe('round_unknown');
    expect(cancel(1, '')).toBe('reason_missing');
    expect(cancel(1, 'flood')).toBe('done');
    expect(cancel(1, 'flood')).toBe('round_stage_wrong');
    expect(tokensOf(ledger.state, buyer, 'free')).toBe(before);
    expect(ledger.named('listing moved').at(-1)).toMatchObject({ change: 'round cancelled' });
    expect(ledger.block(DEADLINE_MS)).toEqual([]);
    ledger.endBlock();
  });
});
