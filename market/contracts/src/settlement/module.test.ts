import { activeVersion, State } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { ruleBook } from '../execution/execution.ts';
import { trades } from '../market/state.ts';
import { SETTLEMENT_VERSIONS, settlementModule } from './module.ts';
import { computeRun } from './run.ts';
import { helds } from './state.ts';
import { SettlingLedger } from './testing/settling-ledger.ts';
import { hashOf, runInput, sha256, tradeEntry } from './testing/street.ts';

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
  expect(settlementModule.actions.map((one) => one.type)).toEqual([
    500, 501, 502, 503, 504, 505, 506,
  ]);
});

test('S-1 is checked at the end of every block', async () => {
  const ledger = await SettlingLedger.create();
  const [id, trade] = tradeEntry({ name: 'a', slot: 0, seller: 2, buyer: 3, energy: 1, price: 5 });
  ledger.state.set(trades, id, trade);
  await expect(ledger.testing.block()).rejects.toThrow(
    "S-1: expected member 3's escrow to be 5, got 0",
  );
});

test('a ledger begins with version 3 of the rules unless its genesis document names another', async () => {
  const versionOf = async (settlementVersion: number | undefined) => {
    const { state } = await SettlingLedger.create({ genesis: { settlementVersion } });
    return activeVersion(state, 'settlement', 0);
  };
  expect(await versionOf(undefined)).toBe(3);
  for (const version of SETTLEMENT_VERSIONS) expect(await versionOf(version)).toBe(version);
  await expect(versionOf(4)).rejects.toThrow("rules 'settlement' version 4");
});

test('an empty block is due when a review or the time of a held amount ends', () => {
  const state = new State(settlementModule.tables, settlementModule.groupings);
  expect(settlementModule.nextDueMs?.(state, 0)).toBeUndefined();
  const held = { payer: 2, payee: 3, amount: money(1n) };
  state.set(helds, { periodFromMs: 0, trade: hashOf('a') }, { ...held, untilMs: 700 });
  state.set(helds, { periodFromMs: 0, trade: hashOf('b') }, { ...held, untilMs: 600 });
  expect(settlementModule.nextDueMs?.(state, 0)).toBe(600);
});
