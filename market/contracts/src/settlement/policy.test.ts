import { State } from '@commonwatt/ledger';
import { findSharingRule } from '@commonwatt/mechanisms';
import { price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_POLICY,
  flawOfPolicy,
  policies,
  policyAt,
  type SettlementPolicy,
  SHARING_MODES,
} from './policy.ts';

test('a policy holds for the periods that begin from its instant on', () => {
  const state = new State([policies]);
  expect(policyAt(state, 0)).toBe(DEFAULT_POLICY);
  const [first, second] = [100, 200].map((validFromMs) => ({ ...DEFAULT_POLICY, validFromMs }));
  state.set(policies, 200, second as SettlementPolicy);
  state.set(policies, 100, first as SettlementPolicy);
  expect([99, 100, 199, 200, 999].map((at) => policyAt(state, at).validFromMs)).toEqual([
    0, 100, 100, 200, 200,
  ]);
});

test('by default deviations cost nothing, nothing but trades is posted, and nothing is shared', () => {
  expect(flawOfPolicy(DEFAULT_POLICY)).toBeUndefined();
  expect(DEFAULT_POLICY).toMatchObject({
    sellerDeviationPrice: 0n,
    buyerDeviationPrice: 0n,
    residualCharges: 'shown',
    sharing: 'none',
  });
});

test('every sharing mode has its rule, but for none and the operator’s own values', () => {
  const without = SHARING_MODES.filter((mode) => findSharingRule(mode) === undefined);
  expect(without).toEqual(['none', 'operator']);
});

describe('what cannot hold', () => {
  const key = (member: number, shareMillionths: number) => ({ member, shareMillionths, tier: 0 });
  test.each<[string, Partial<SettlementPolicy>]>([
    ['sellerDeviationPrice: expected 0 or more', { sellerDeviationPrice: price(-1n) }],
    ['buyerDeviationPrice: expected 0 or more', { buyerDeviationPrice: price(-1n) }],
    ['reviewMs: expected at most', { reviewMs: 1e12 }],
    ['disputeMs: expected at most', { disputeMs: 1e12 }],
    ['correctionMs: expected at most', { correctionMs: 1e12 }],
    ['sharingKeys: expected rising members, got 2', { sharingKeys: [key(2, 1), key(2, 1)] }],
    ['expected at most 1000000 millionths', { sharingKeys: [key(2, 600_000), key(3, 400_001)] }],
  ])('%s', (flaw, change) => {
    expect(flawOfPolicy({ ...DEFAULT_POLICY, ...change })).toContain(flaw);
  });
});
