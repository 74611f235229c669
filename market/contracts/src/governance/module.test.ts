import { expect, test } from 'vitest';
import { type FounderOptions, TestingLedger } from '../execution/testing-ledger.test-support.ts';
import { revokeOf, identityRules as rules } from '../identity/actions.test-support.ts';
import { ROLE } from '../identity/messages.ts';
import { AUTHORITIES, type Proposal, proposals, thresholds } from './state.ts';

const registrar: FounderOptions = { roles: ROLE.registrar };

test('the thresholds are those of the genesis document', async () => {
  const ledger = await TestingLedger.create({
    rules,
    founders: { rita: registrar },
    genesis: { registrarThreshold: 2 },
  });
  expect(AUTHORITIES.map((one) => ledger.state.get(thresholds, one)?.count)).toEqual([2, 1, 1, 1]);
});

test.each([
  [0, {}, 'registrarThreshold: expected 1 or more, got 0'],
  [2, {}, 'registrarThreshold: expected at most the 1 founders with the role, got 2'],
  [3, { rita: registrar, ana: {} }, 'at most the 2 founders'],
])(
  'a ledger does not begin with a threshold of %i',
  async (registrarThreshold, founders, message) => {
    const genesis = { registrarThreshold };
    await expect(TestingLedger.create({ rules, founders, genesis })).rejects.toThrow(message);
  },
);

test.each<[string, readonly number[]]>([
  ['one member twice', [1, 1]],
  ['nobody', []],
  ['as many as are needed', [1, 2, 3]],
])('G-1: an open proposal with the voices of %s stops the node', async (_who, approvedBy) => {
  const ledger = await TestingLedger.create({
    rules,
    founders: { rita: registrar, sven: registrar },
    genesis: { registrarThreshold: 3 },
  });
  const proposal: Proposal = {
    authority: 'registrar',
    ...revokeOf(1, 9),
    expiresMs: 4e12,
    approvedBy,
  };
  ledger.state.set(proposals, new Uint8Array(32), { ...proposal, approvedBy: [1, 2] });
  await expect(ledger.block()).resolves.toBeDefined();
  ledger.state.set(proposals, new Uint8Array(32), proposal);
  await expect(ledger.block()).rejects.toThrow('G-1');
});
