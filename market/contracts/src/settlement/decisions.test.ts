import { price } from '@commonwatt/units';
import { beforeEach, describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { action } from '../execution/testing-ledger.test-support.ts';
import { ROLE } from '../identity/messages.ts';
import { setSettlementPolicyCodec, setTariffCodec } from './messages.ts';
import { DEFAULT_POLICY, policies, policyAt, type SettlementPolicy } from './policy.ts';
import { type Tariff, tariffs } from './tariff.ts';
import { SettlingLedger } from './testing/settling-ledger.ts';

let ledger: SettlingLedger;
let laterMs: number;
beforeEach(async () => {
  ledger = await SettlingLedger.create();
  laterMs = ledger.testing.timeMs + 86_400_000;
});

const setPolicy = (change: Partial<SettlementPolicy>) =>
  action(ACTION.setSettlementPolicy, setSettlementPolicyCodec, {
    policy: { ...DEFAULT_POLICY, validFromMs: laterMs, ...change },
  });
const tariff = (fromMs: number): Tariff => ({
  fromMs,
  untilMs: fromMs + 3_600_000,
  supplyPrice: price(300n),
  feedInPrice: price(80n),
  gridFee: price(70n),
  communityGridFee: price(30n),
  levy: price(5n),
  tax: price(20n),
});
const setTariff = (...series: readonly Tariff[]) =>
  action(ACTION.setTariff, setTariffCodec, { series });

describe('a policy', () => {
  test('holds from its instant on; what has begun keeps its own', async () => {
    expect(await ledger.one('officer', setPolicy({ sharing: 'equal' }))).toBe('done');
    expect(policyAt(ledger.state, laterMs - 1)).toBe(DEFAULT_POLICY);
    expect(policyAt(ledger.state, laterMs).sharing).toBe('equal');
    expect(await ledger.one('officer', setPolicy({ sharing: 'static' }))).toBe('done');
    expect(ledger.state.size(policies)).toBe(1);
    expect(policyAt(ledger.state, laterMs).sharing).toBe('static');
  });

  test('is told to everyone', async () => {
    ledger.testing.submit('officer', setPolicy({ sharing: 'equal' }), setTariff(tariff(laterMs)));
    const { happened } = await ledger.testing.block();
    expect(happened.map(({ name }) => name)).toEqual(['settlement policy set', 'tariff set']);
  });

  test('each row mends one fault of the row above', async () => {
    const flawed = { sellerDeviationPrice: price(-1n), validFromMs: 1 };
    expect(await ledger.one('ana', setPolicy(flawed))).toBe('role_missing');
    expect(await ledger.one('officer', setPolicy(flawed))).toBe('policy_invalid');
    expect(await ledger.one('officer', setPolicy({ validFromMs: 1 }))).toBe('instant_past');
    expect(await ledger.one('officer', setPolicy({}))).toBe('done');
  });

  test('of several operators needs their decision', async () => {
    const second = { kind: 'organisation', roles: ROLE.operator } as const;
    ledger = await SettlingLedger.create({
      founders: { second },
      genesis: { operatorThreshold: 2 },
    });
    expect(await ledger.one('officer', setPolicy({}))).toBe('needs_decision');
    expect(await ledger.one('officer', setTariff(tariff(laterMs)))).toBe('needs_decision');
  });

  test('that cannot hold is refused at genesis', async () => {
    const settlementPolicy = { ...DEFAULT_POLICY, correctionMs: 1e13 };
    await expect(SettlingLedger.create({ genesis: { settlementPolicy } })).rejects.toThrow(
      'settlementPolicy: correctionMs: expected at most',
    );
  });
});

describe('a tariff', () => {
  test('each row mends one fault of the row above', async () => {
    const [past, later] = [tariff(1), tariff(laterMs)];
    expect(await ledger.one('ana', setTariff(past, past))).toBe('role_missing');
    expect(await ledger.one('officer', setTariff(past, past))).toBe('tariff_invalid');
    expect(await ledger.one('officer', setTariff(past, later))).toBe('instant_past');
    expect(await ledger.one('officer', setTariff(later))).toBe('done');
    expect(await ledger.one('officer', setTariff(later))).toBe('done');
    expect(ledger.state.entries(tariffs).map(([, { version }]) => version)).toEqual([2]);
  });
});
