import { describe, expect, test } from 'vitest';
import { hashOf, TestingLedger } from '../execution/testing-ledger.test-support.ts';
import { claim, release } from './claim.ts';
import { burn, lock } from './lock.ts';
import { bridgeModule } from './module.ts';
import { peers } from './state.ts';
import { SigningLedger } from './testing/two-ledgers.ts';

test('the module carries every way across', () => {
  for (const action of [lock, claim, burn, release]) {
    expect(bridgeModule.actions).toContain(action);
  }
  expect(new Set(bridgeModule.actions.map(({ type }) => type)).size).toBe(8);
});

describe('the genesis document', () => {
  const other = async () => new SigningLedger(await TestingLedger.create(), 'commonwatt/other');

  test('names peers that stand in the first state', async () => {
    const peer = (await other()).asPeer(3);
    const ledger = await TestingLedger.create({
      name: 'commonwatt/one',
      genesis: { peers: [peer] },
    });
    expect(ledger.state.get(peers, 3)).toMatchObject({
      origin: 'commonwatt/other',
      threshold: 1,
      stopped: undefined,
    });
  });

  test.each([
    ['a peer twice', [{}, { peer: 4 }], 'peers[1]: peer_known'],
    ['a peer that nobody can sign for', [{ threshold: 2 }], 'peers[0]: threshold:'],
    ['a key that is none', [{ keys: ['x'] }], 'peers[0]: keys[0]: key_malformed'],
    ['two peers under one number', [{}, { chain: hashOf('x') }], 'peers[1]: chain:'],
  ])('is refused with %s', async (_name, changes, reason) => {
    const named = await other();
    const given = changes.map((one) => ({ ...named.asPeer(3), ...one }));
    const create = TestingLedger.create({ name: 'commonwatt/one', genesis: { peers: given } });
    await expect(create).rejects.toThrow(reason);
  });
});
