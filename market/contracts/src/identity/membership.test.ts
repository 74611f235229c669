import type { Action } from '@commonwatt/ledger';
import type { Power } from '@commonwatt/units';
import { beforeEach, describe, expect, test } from 'vitest';
import { TestingLedger, testingKey } from '../execution/testing-ledger.test-support.ts';
import {
  amendOf,
  openLaneOf,
  recoverOf,
  revokeOf,
  identityRules as rules,
} from './actions.test-support.ts';
import { ROLE } from './messages.ts';
import { members, recoveries } from './state.ts';

let ledger: TestingLedger;
beforeEach(async () => {
  ledger = await TestingLedger.create({
    rules,
    founders: { ana: {}, rita: { roles: ROLE.registrar | ROLE.checker } },
  });
});

describe('revokeMember', () => {
  test.each<[string, string, () => Action, string]>([
    ['no registrar, unknown, past', 'ana', () => revokeOf(99, 0), 'role_missing'],
    ['              unknown, past', 'rita', () => revokeOf(99, 0), 'member_unknown'],
    ['                       past', 'rita', () => revokeOf(2, 1), 'height_past'],
    ['in order', 'rita', () => revokeOf(2, 2), 'done'],
  ])('refused, in this order: %s', async (_faults, sender, message, code) => {
    await ledger.block();
    expect(await ledger.run(sender, message())).toEqual([code]);
  });

  test('T10: from the height on the key is refused at the door and in the block', async () => {
    await ledger.run('rita', revokeOf(2, 4));
    expect(await ledger.run('ana', openLaneOf(1))).toEqual(['done']);
    expect(await ledger.run('ana', openLaneOf(2))).toEqual(['done']);
    expect(ledger.height).toBe(3);
    const bytes = ledger.sign('ana', [openLaneOf(3)]);
    expect(await ledger.check(bytes)).toMatchObject({
      code: 'member_revoked',
      revokedFromHeight: 4,
    });
    const { results } = await ledger.block(undefined, [bytes]);
    expect(results[0]?.code).toBe('member_revoked');
    expect(await ledger.replayed()).toEqual(ledger.ledger.headHash);
    expect(ledger.reopened().headHash).toEqual(ledger.ledger.headHash);
  });

  test('at once: what stands behind it in the same block is refused already', async () => {
    ledger.submit('ana', openLaneOf(1));
    ledger.submit('rita', revokeOf(2, 1));
    ledger.submit('ana', openLaneOf(2));
    const { results, happened } = await ledger.block();
    expect(results.map((one) => one.code)).toEqual(['done', 'done', 'member_revoked']);
    expect(happened.at(-1)?.value).toMatchObject({ member: 2, change: 'revoked' });
  });

  test('an end in sight can be moved, an end that came cannot', async () => {
    expect(await ledger.run('rita', revokeOf(2, 100), revokeOf(2, 50))).toEqual(['done', 'done']);
    expect(ledger.state.get(members, 2)?.revokedFromHeight).toBe(50);
    expect(await ledger.run('rita', revokeOf(2, 2), revokeOf(2, 60), amendOf(2, {}))).toEqual([
      'done',
      'member_revoked',
      'member_revoked',
    ]);
  });

  test('no key brings a revoked member back', async () => {
    await ledger.run('officer', recoverOf(ledger, 2, testingKey('back')));
    await ledger.run('rita', revokeOf(2, 2));
    expect(await ledger.run('officer', recoverOf(ledger, 2, testingKey('more')))).toEqual([
      'member_revoked',
    ]);
    const due = await ledger.block(ledger.timeMs + 86_400_000);
    expect(due.happened.map((one) => one.value)).toMatchObject([{ change: 'recovery cancelled' }]);
    expect(ledger.state.size(recoveries)).toBe(0);
    ledger.useKey('ana', testingKey('back'));
    expect(await ledger.run('ana', openLaneOf(1))).toEqual(['wrong_user']);
  });
});

describe('amendMember', () => {
  test.each<[string, string, () => Action, string]>([
    ['no registrar, unknown, roles', 'ana', () => amendOf(99, { roles: 256 }), 'role_missing'],
    ['              unknown, roles', 'rita', () => amendOf(99, { roles: 256 }), 'member_unknown'],
    ['                       roles', 'rita', () => amendOf(2, { roles: 256 }), 'roles_invalid'],
    ['in order', 'rita', () => amendOf(2, { roles: 2 }), 'done'],
  ])('refused, in this order: %s', async (_faults, sender, message, code) => {
    expect(await ledger.run(sender, message())).toEqual([code]);
  });

  test('changes roles and connection, and nothing else', async () => {
    const before = ledger.state.get(members, 2);
    const limits = { importLimitW: 1n as Power, exportLimitW: 2n as Power };
    await ledger.run('rita', amendOf(2, { roles: ROLE.producer, ...limits }));
    expect(ledger.state.get(members, 2)).toEqual({ ...before, roles: ROLE.producer, ...limits });
  });

  test('I-7: a role whose decisions need more voices than the registrars is not theirs', async () => {
    const two = await TestingLedger.create({
      rules,
      founders: { ana: {}, tara: { roles: ROLE.treasurer } },
      genesis: { treasurerThreshold: 2 },
    });
    const roles = ROLE.treasurer;
    expect(await two.run('officer', amendOf(2, { roles }))).toEqual(['needs_decision']);
    // What a member holds already is not handed out again.
    expect(await two.run('officer', amendOf(3, { roles: roles | ROLE.consumer }))).toEqual([
      'done',
    ]);
  });
});

describe('I-9: an authority keeps the voices its decisions need', () => {
  test('the last registrar can neither be revoked nor lose the role', async () => {
    expect(await ledger.run('officer', revokeOf(3, 5))).toEqual(['done']);
    expect(await ledger.run('officer', revokeOf(1, 9))).toEqual(['holders_too_few']);
    expect(await ledger.run('officer', amendOf(1, { roles: 255 & ~ROLE.registrar }))).toEqual([
      'holders_too_few',
    ]);
    expect(await ledger.run('officer', amendOf(1, { roles: 255 & ~ROLE.provider }))).toEqual([
      'done',
    ]);
  });

  test('with another in its place it can', async () => {
    expect(await ledger.run('officer', amendOf(1, { roles: ROLE.registrar }))).toEqual([
      'holders_too_few',
    ]);
    await ledger.run('officer', amendOf(2, { roles: ROLE.treasurer | ROLE.operator }));
    expect(await ledger.run('officer', amendOf(1, { roles: ROLE.registrar }))).toEqual(['done']);
    expect(await ledger.run('rita', revokeOf(1, 9))).toEqual(['done']);
  });
});
