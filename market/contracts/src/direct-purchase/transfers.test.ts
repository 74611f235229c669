import { money } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { checkRound } from './check.ts';
import { redeemTokens } from './exchange.ts';
import { admissions } from './state.ts';
import { matchedPlants, type Plants } from './testing/street-of-plants.ts';
import { tokensOf } from './tokens.ts';
import { transferStage } from './transfers.ts';

function checked(): Plants {
  const all = matchedPlants();
  const { ledger } = all;
  ledger.must(ledger.companies.dispatch, checkRound, { round: 1, limits: [], reason: '' });
  return all;
}

describe('TRANS()', () => {
  test('the checks stand in their order, and each party transfers once in a stage', () => {
    const { ledger, buyer, wind, thermal } = checked();
    const transfer = (by: number, contract: number, round = 1) =>
      ledger.code(by, transferStage, { round, contract });
    expect(transfer(buyer, 0, 2)).toBe('round_unknown');
    expect(transfer(buyer, 9)).toBe('contract_unknown');
    expect(transfer(thermal, 0)).toBe('not_your_contract');
    expect(transfer(buyer, 0)).toBe('done');
    expect(transfer(buyer, 0)).toBe('transferred_already');
    expect(transfer(wind, 0)).toBe('done');
    const { buyerHeld, sellerHeld, amounts } = ledger.contract(0);
    expect(buyerHeld).toBe(amounts.buyerPays + 100_000n * amounts.energy);
    expect(sellerHeld).toBe(100_000n * amounts.injected);
    ledger.endBlock();
  });

  test('the next stage opens with the last transfer of this one and not before', () => {
    const { ledger, buyer, wind, thermal } = checked();
    const transfers: readonly (readonly [number, number])[] = [
      [buyer, 0],
      [buyer, 1],
      [buyer, 2],
      [wind, 0],
      [thermal, 1],
      [wind, 2],
    ];
    for (const [by, contract] of transfers) {
      expect(ledger.round().stage).toBe('committing');
      ledger.must(by, transferStage, { round: 1, contract });
    }
    expect(ledger.round().stage).toBe('delivering');
    expect(ledger.code(buyer, transferStage, { round: 1, contract: 0 })).toBe('round_stage_wrong');
  });

  test('D-7: at the deadline the contract transfers for who has not called, and notes it', () => {
    const { ledger, buyer, wind, thermal, rules } = checked();
    ledger.must(wind, transferStage, { round: 1, contract: 0 });
    const all = tokensOf(ledger.state, buyer, 'free');
    const free = money(all - (all % 10n));
    // What is held for the round cannot be carried away by who does not want to pay.
    expect(ledger.code(buyer, redeemTokens, { tokens: money(free + 10n) })).toBe(
      'tokens_insufficient',
    );
    ledger.must(buyer, redeemTokens, { tokens: free });
    ledger.until(ledger.timeMs + rules.transferMs);
    expect(ledger.round().stage).toBe('delivering');
    const defaults = (member: number) => ledger.state.get(admissions, member)?.defaults;
    expect([buyer, wind, thermal].map(defaults)).toEqual([3, 1, 1]);
    expect(ledger.contractsOf().map((one) => [one.buyerDefaults, one.sellerDefaults])).toEqual([
      [1, 0],
      [1, 1],
      [1, 1],
    ]);
    for (const { buyerHeld, amounts } of ledger.contractsOf()) {
      expect(buyerHeld).toBe(amounts.buyerPays + 100_000n * amounts.energy);
    }
    ledger.endBlock();
  });
});
