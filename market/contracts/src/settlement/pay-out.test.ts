import { type Money, money, price } from '@commonwatt/units';
import { beforeEach, describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { action } from '../execution/testing-ledger.test-support.ts';
import { approveOf, proposeOf } from '../identity/actions.test-support.ts';
import { ROLE } from '../identity/messages.ts';
import { members } from '../identity/state.ts';
import { account, balanceOf, ISSUANCE } from '../wallet/accounts.ts';
import { accounts } from '../wallet/state.ts';
import { type PayOut, payOutCodec, type Run } from './messages.ts';
import { payableOf } from './pay-out.ts';
import { DEFAULT_POLICY } from './policy.ts';
import {
  ANA,
  BEN,
  CLEO,
  type SettlingLedger,
  SMALL_TRADES,
  smallStreet,
} from './testing/settling-ledger.ts';
import { hashOf } from './testing/street.ts';

const CORRECTION_MS = 10_000_000;
const settlementPolicy = {
  ...DEFAULT_POLICY,
  sellerDeviationPrice: price(7n),
  buyerDeviationPrice: price(3n),
  correctionMs: CORRECTION_MS,
};
/** What the street's first run charges for deviations: 200 and 50 Wh short at 7, 60 Wh at 3 nano. */
const CHARGED = 1_400n + 350n + 180n;

const pay = (changes: Partial<PayOut>) =>
  action(ACTION.payOut, payOutCodec, {
    account: 'deviations',
    amount: money(CHARGED),
    member: BEN,
    reference: hashOf('decision 1'),
    ...changes,
  });
const held = (ledger: SettlingLedger): Money => balanceOf(ledger.state, account(0, 'deviations'));
const total = (ledger: SettlingLedger): bigint =>
  ledger.state.entries(accounts).reduce((sum, [, { balance }]) => sum + balance, 0n);

let ledger: SettlingLedger;
let run: Run;
async function settled(options: Parameters<typeof smallStreet>[0] = {}): Promise<void> {
  ledger = await smallStreet({ genesis: { settlementPolicy, ...options.genesis }, ...options });
  run = ledger.compute({ stage: 'provisional' }).run;
  expect(await ledger.propose('officer', run)).toBe('done');
}
const pastCorrections = () => ledger.testing.block(ledger.testing.timeMs + CORRECTION_MS);

describe('what a community account pays out', () => {
  beforeEach(() => settled());

  test('each row mends one fault of the row above', async () => {
    await pastCorrections();
    const cleo = ledger.state.get(members, CLEO);
    if (cleo === undefined) throw new Error('expected cleo');
    ledger.state.set(members, CLEO, { ...cleo, revokedFromHeight: 1 });
    const none = money(0n);
    const much = money(CHARGED + 1n);
    expect(await ledger.one('ana', pay({ member: 99, amount: none }))).toBe('role_missing');
    expect(await ledger.one('officer', pay({ member: 99, amount: none }))).toBe('member_unknown');
    expect(await ledger.one('officer', pay({ member: CLEO, amount: none }))).toBe('member_revoked');
    expect(await ledger.one('officer', pay({ amount: none }))).toBe('amount_not_positive');
    expect(await ledger.one('officer', pay({ amount: money(1n << 91n) }))).toBe('amount_too_large');
    expect(await ledger.one('officer', pay({ amount: much }))).toBe('balance_insufficient');
    expect(await ledger.one('officer', pay({ account: 'taxes' }))).toBe('balance_insufficient');
    expect(await ledger.one('officer', pay({ amount: money(30n) }))).toBe('done');
    expect(await ledger.one('officer', pay({ amount: much }))).toBe('reference_used');
    expect(held(ledger)).toBe(CHARGED - 30n);
    expect(total(ledger)).toBe(0n);
  });

  test('goes to a member, who alone is told, or leaves by the bank; money is neither made nor lost', async () => {
    await pastCorrections();
    const before = ledger.free(BEN);
    ledger.testing.submit(
      'officer',
      pay({ amount: money(900n) }),
      pay({ member: undefined, amount: money(CHARGED - 900n), reference: hashOf('bank 7') }),
    );
    const { happened } = await ledger.testing.block();
    expect(happened.map(({ name, value }) => [name, value])).toEqual([
      ['posted', { member: BEN, reason: 'paid by the community', amount: 900n }],
      ['community paid', { account: 'deviations', amount: 900n, way: 'member' }],
      ['community paid', { account: 'deviations', amount: CHARGED - 900n, way: 'bank' }],
    ]);
    expect(ledger.free(BEN)).toBe(before + 900n);
    expect(balanceOf(ledger.state, ISSUANCE)).toBe(CHARGED - 900n);
    expect(held(ledger)).toBe(0n);
    expect(total(ledger)).toBe(0n);
  });

  test('what a later run may take back stays; when it did, the rest can go', async () => {
    expect(payableOf(ledger.state, 'deviations')).toEqual({
      balance: CHARGED,
      correctable: CHARGED,
      payable: 0n,
    });
    expect(await ledger.one('officer', pay({ amount: money(1n) }))).toBe('balance_insufficient');
    // Ana's meter counted all that she sold after all: her deviation goes back.
    const [first, ...rest] = ledger.readings.get(1) ?? [];
    if (first === undefined) throw new Error('expected a reading of ana');
    ledger.readings.set(1, [
      { ...first, exported: 400n as typeof first.exported, version: 2 },
      ...rest,
    ]);
    await ledger.done('officer', ledger.commitment());
    const later = ledger.compute(ledger.after(run, 'final', SMALL_TRADES)).run;
    expect(await ledger.propose('officer', later)).toBe('done');
    await pastCorrections();
    expect(payableOf(ledger.state, 'deviations').payable).toBe(held(ledger));
    expect(await ledger.one('officer', pay({ amount: held(ledger), member: ANA }))).toBe('done');
    expect(held(ledger)).toBe(0n);
  });
});

test('of several treasurers needs their decision, and the voice that makes enough pays', async () => {
  const home = { kind: 'home solar system', creditLimit: money(1_000_000_000n) } as const;
  const second = { kind: 'organisation', roles: ROLE.treasurer } as const;
  const policy = { ...settlementPolicy, correctionMs: 0 };
  await settled({
    founders: { ana: home, ben: home, cleo: home, dora: home, second },
    genesis: { treasurerThreshold: 2, settlementPolicy: policy },
  });
  await ledger.testing.block(ledger.testing.timeMs + 1);
  expect(await ledger.one('officer', pay({}))).toBe('needs_decision');
  ledger.testing.submit('officer', proposeOf(ledger.testing, pay({})));
  const { happened } = await ledger.testing.block();
  const { proposal } = (happened[0] as { value: unknown }).value as { proposal: Uint8Array };
  expect(held(ledger)).toBe(CHARGED);
  expect(await ledger.one('second', approveOf(proposal))).toBe('done');
  expect(held(ledger)).toBe(0n);
  expect(await ledger.testing.replayed()).toEqual(ledger.testing.ledger.headHash);
});
