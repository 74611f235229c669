import { expect, test } from 'vitest';
import { ruleBook } from '../execution/execution.ts';
import { trades } from '../market/state.ts';
import { SETTLEMENT_VERSIONS, settlementModule } from './module.ts';
import { computeRun } from './run.ts';
import { SettlingLedger } from './testing/settling-ledger.ts';
import { runInput, sha256, tradeEntry } from './testing/street.ts';

test('the versions of the rules are those that a run can be computed by', () => {
  expect(ruleBook.others.get('settlement')).toEqual(SETTLEMENT_VERSIONS);
  const input = runInput({ slots: 1, trades: [], meters: {} });
  for (const version of SETTLEMENT_VERSIONS) {
    expect(computeRun(sha256, { ...input, version }).run.rulesVersion).toBe(version);
  }
});

test('every action of the module stands in the rule book', () => {
  const execution = ruleBook.executions.get(1);
  for (const one of settlementModule.actions) expect(execution?.actions.get(one.type)).toBe(one);
  expect(settlementModule.actions.map((one) => one.type)).toEqual([500, 501, 502, 503, 504, 505]);
});

test('S-1 is checked at the end of every block', async () => {
  const ledger = await SettlingLedger.create();
  const [id, trade] = tradeEntry({ name: 'a', slot: 0, seller: 2, buyer: 3, energy: 1, price: 5 });
  ledger.state.set(trades, id, trade);
  await expect(ledger.testing.block()).rejects.toThrow(
    "S-1: expected member 3's escrow to be 5, got 0",
  );
});
