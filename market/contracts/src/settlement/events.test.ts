import { decode, encode } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { disputeMoved, memberSettled, policySet, runSettled, tariffSet } from './events.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { hashOf } from './testing/street.ts';

test('what a community decides and settles is public, what a member is posted its own', () => {
  for (const type of [runSettled, policySet, tariffSet]) expect(type.audience).toBe('public');
  const dispute = {
    periodFromMs: 0,
    trade: hashOf('a'),
    payer: 2,
    payee: 3,
    step: 'held',
    amount: money(5n),
  } as const;
  const audienceOf = (audience: unknown, value: unknown) =>
    typeof audience === 'function' ? audience(value) : audience;
  expect(audienceOf(disputeMoved.audience, dispute)).toEqual([2, 3]);
  expect(audienceOf(memberSettled.audience, { member: 7 })).toEqual([7]);
  expect(decode(disputeMoved.codec, encode(disputeMoved.codec, dispute), 'event')).toEqual(dispute);
  expect(decode(policySet.codec, encode(policySet.codec, DEFAULT_POLICY), 'event')).toEqual(
    DEFAULT_POLICY,
  );
});
