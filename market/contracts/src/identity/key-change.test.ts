import { beforeEach, describe, expect, test } from 'vitest';
import { TestingLedger, testingKey } from '../execution/testing-ledger.test-support.ts';
import {
  inviteOf,
  openLaneOf,
  rotateOf,
  identityRules as rules,
  unacceptableKeys,
} from './actions.test-support.ts';
import type { RotateKey } from './messages.ts';
import { keys, keysOfMember, LANES_MAX, members } from './state.ts';
import { nextSequence } from './user-security.ts';

const NEXT = testingKey('next key of ana');

let ledger: TestingLedger;
beforeEach(async () => {
  ledger = await TestingLedger.create({ rules, founders: { ana: {} } });
});

describe('openLane', () => {
  test('lanes count apart, so that a phone and a gateway do not block each other', async () => {
    const { publicKey } = testingKey('ana');
    expect(nextSequence(ledger.state, publicKey, 7)).toBeUndefined();
    expect(await ledger.run('ana', openLaneOf(7))).toEqual(['done']);
    expect(nextSequence(ledger.state, publicKey, 7)).toBe(0);
    const phone = ledger.sign('ana', [openLaneOf(8)]);
    const gateway = ledger.sign('ana', [openLaneOf(9)], { lane: 7 });
    const { results } = await ledger.block(undefined, [gateway, phone]);
    expect(results.map((one) => one.actions)).toEqual([['done'], ['done']]);
    expect(nextSequence(ledger.state, publicKey, 0)).toBe(2);
    expect(nextSequence(ledger.state, publicKey, 7)).toBe(1);
  });

  test('refused: lane_known, then lanes_exhausted', async () => {
    expect(await ledger.run('ana', openLaneOf(0))).toEqual(['lane_known']);
    const more = Array.from({ length: LANES_MAX }, (_, at) => openLaneOf(at + 1));
    expect(await ledger.run('ana', ...more)).toEqual([
      ...Array(LANES_MAX - 1).fill('done'),
      'lanes_exhausted',
    ]);
    expect(await ledger.run('ana', openLaneOf(1))).toEqual(['lane_known']);
  });
});

describe('rotateKey', () => {
  test('the old key works to the end of the block, the new one from the next on', async () => {
    const old = testingKey('ana');
    ledger.submit('ana', rotateOf(ledger, NEXT));
    ledger.submit('ana', openLaneOf(1));
    const { results, happened } = await ledger.block();
    expect(results.map((one) => one.actions)).toEqual([['done'], ['done']]);
    expect(happened[0]?.value).toMatchObject({ member: 2, change: 'key rotated' });
    expect(ledger.state.get(keys, old.publicKey)?.endedFromHeight).toBe(2);
    expect(await ledger.run('ana', openLaneOf(3))).toEqual(['key_ended']);
    ledger.useKey('ana', NEXT);
    expect(ledger.member('ana').number).toBe(2);
    expect(await ledger.run('ana', openLaneOf(4))).toEqual(['done']);
  });

  test('T10: blocks that the old key signed still replay, and the store still opens', async () => {
    await ledger.run('ana', openLaneOf(1));
    await ledger.run('ana', rotateOf(ledger, NEXT));
    ledger.useKey('ana', NEXT);
    await ledger.run('ana', openLaneOf(1));
    expect(await ledger.replayed()).toEqual(ledger.ledger.headHash);
    expect(ledger.reopened().headHash).toEqual(ledger.ledger.headHash);
  });

  test('the new key is not yet anyone in the block that brings it', async () => {
    ledger.submit('ana', rotateOf(ledger, NEXT));
    ledger.submitWith('ana', { sender: NEXT.publicKey, signer: NEXT }, openLaneOf(2));
    const { results } = await ledger.block();
    expect(results.map((one) => one.code)).toEqual(['done', 'member_not_active']);
  });

  test('one rotation a block: the second would replace a key that is not the sender', async () => {
    const [first, second] = [testingKey('first'), testingKey('second')];
    ledger.submit('ana', rotateOf(ledger, first), rotateOf(ledger, second));
    const { results } = await ledger.block();
    expect(results[0]?.actions).toEqual(['done', 'key_ended']);
    const living = ledger.state
      .group(keysOfMember, '2')
      .filter(([, one]) => one.endedFromHeight === undefined);
    expect(living.map(([key]) => key)).toEqual([first.publicKey]);
    expect(ledger.state.get(members, 2)?.publicKey).toEqual(first.publicKey);
  });

  test.each<[string, (l: TestingLedger) => Partial<RotateKey>, string]>([
    ['known, agreement, unproved', () => wrong(testingKey('officer').publicKey), 'key_known'],
    ['an ended key of its own', () => wrong(testingKey('ana').publicKey), 'key_known'],
    ['an invite', () => wrong(testingKey('invite').publicKey), 'key_known'],
    ['       agreement, unproved', () => wrong(NEXT.publicKey), 'key_unacceptable'],
    [
      '                  unproved',
      () => ({ possession: new Uint8Array(64) }),
      'possession_missing',
    ],
    [
      'another agreement key',
      () => ({ agreementKey: testingKey('listener').agreementKey }),
      'possession_missing',
    ],
    [
      'proved for another purpose',
      (l) => ({ possession: l.possession('enrol', NEXT) }),
      'possession_missing',
    ],
    ['in order', () => ({}), 'done'],
  ])('refused, in this order: %s', async (_faults, changes, code) => {
    await ledger.run('officer', inviteOf(ledger, testingKey('invite')));
    expect(await ledger.run('ana', rotateOf(ledger, NEXT, changes(ledger)))).toEqual([code]);
  });

  test('T02: no key of small or mixed order is rotated to', async () => {
    for (const [name, newKey] of unacceptableKeys()) {
      const [code] = await ledger.run('ana', rotateOf(ledger, NEXT, { newKey }));
      expect(code, name).toBe('key_unacceptable');
    }
  });
});

function wrong(newKey: Uint8Array): Partial<RotateKey> {
  return { newKey, possession: new Uint8Array(64), agreementKey: new Uint8Array(32) };
}
