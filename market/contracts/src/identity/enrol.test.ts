import { expect, test } from 'vitest';
import { ruleBookOf, TestingLedger } from '../execution/testing-ledger.test-support.ts';
import { governanceModule } from '../governance/module.ts';
import { walletModule } from '../wallet/module.ts';
import { identityModule } from './module.ts';

const rules = ruleBookOf([identityModule, walletModule, governanceModule]);

test('an officer enrols a member', async () => {
  const ledger = await TestingLedger.create({ rules });
  const ana = await ledger.enrol('ana');
  expect(ana.number).toBe(2);
  expect(await ledger.replayed()).toEqual(ledger.ledger.headHash);
  expect(ledger.reopened().headHash).toEqual(ledger.ledger.headHash);
});
