import { activations, activeVersion, UnknownRulesError } from '@commonwatt/ledger';
import { beforeEach, describe, expect, test } from 'vitest';
import { ruleBookOf, TestingLedger } from '../execution/testing-ledger.test-support.ts';
import { activateRulesOf, identityRules } from '../identity/actions.test-support.ts';
import { identityModule } from '../identity/module.ts';
import { walletModule } from '../wallet/module.ts';
import { ACTIVATIONS_MAX, RULE_SETS_MAX } from './activate-rules.ts';
import type { ActivateRules } from './messages.ts';
import { governanceModule } from './module.ts';

const rules = ruleBookOf(
  [identityModule, walletModule, governanceModule],
  new Map([['uniform', [1, 2, 3]]]),
);

let ledger: TestingLedger;
beforeEach(async () => {
  ledger = await TestingLedger.create({ rules, founders: { ana: {} } });
});

test('G-5: a version is active from its height on, and the earlier ones before it', async () => {
  expect(await ledger.run('officer', activateRulesOf({ version: 2, fromHeight: 4 }))).toEqual([
    'done',
  ]);
  expect(await ledger.run('officer', activateRulesOf({ version: 3, fromHeight: 9 }))).toEqual([
    'done',
  ]);
  const versions = [3, 4, 8, 9].map((height) => activeVersion(ledger.state, 'uniform', height));
  expect(versions).toEqual([1, 2, 2, 3]);
});

describe('refused, in this order', () => {
  test.each<[string, string, Partial<ActivateRules>, string]>([
    ['no operator, version, height', 'ana', { version: 2, fromHeight: 0 }, 'role_missing'],
    [
      '             version, height',
      'officer',
      { version: 2, fromHeight: 0 },
      'rules_version_invalid',
    ],
    [
      '                    no name',
      'officer',
      { ruleSet: '', version: 3 },
      'rules_version_invalid',
    ],
    ['                     height', 'officer', { version: 3, fromHeight: 2 }, 'height_past'],
    ['not after the one before', 'officer', { version: 3, fromHeight: 20 }, 'height_past'],
    ['in order', 'officer', { version: 3, fromHeight: 21 }, 'done'],
  ])('%s', async (_faults, sender, message, code) => {
    await ledger.run('officer', activateRulesOf({ version: 2, fromHeight: 20 }));
    expect(await ledger.run(sender, activateRulesOf(message))).toEqual([code]);
  });

  test('this block and the past keep their rules', async () => {
    await ledger.block();
    const at = (fromHeight: number) => activateRulesOf({ fromHeight });
    expect(await ledger.run('officer', at(1), at(2))).toEqual(['height_past', 'height_past']);
    expect(await ledger.run('officer', at(4))).toEqual(['done']);
  });
});

test('rule sets, and activations of one, have limits', async () => {
  const history = Array.from({ length: ACTIVATIONS_MAX }, (_, at) => ({
    version: at + 1,
    fromHeight: at + 10_000,
  }));
  ledger.state.set(activations, 'uniform', { history });
  const next = activateRulesOf({ version: ACTIVATIONS_MAX + 1, fromHeight: 99_999 });
  expect(await ledger.run('officer', next)).toEqual(['rules_version_invalid']);
  for (let count = ledger.state.size(activations); count < RULE_SETS_MAX; count++) {
    ledger.state.set(activations, `set ${count}`, { history: [] });
  }
  const fresh = activateRulesOf({ ruleSet: 'one more' });
  expect(await ledger.run('officer', fresh)).toEqual(['rules_version_invalid']);
});

test('a program without the active version stops, naming version and height', async () => {
  const older = await TestingLedger.create({ rules: identityRules });
  await older.run('officer', activateRulesOf({ ruleSet: 'execution', version: 2, fromHeight: 3 }));
  await older.block();
  await expect(older.block()).rejects.toThrow(UnknownRulesError);
  await expect(older.block()).rejects.toThrow("rules 'execution' version 2, active from height 3");
});
