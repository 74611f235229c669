import type { Action } from '@commonwatt/ledger';
import { beforeEach, describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { action, hashOf, TestingLedger } from '../execution/testing-ledger.test-support.ts';
import { ROLE } from '../identity/messages.ts';
import { presentEpoch } from './begin-epoch.ts';
import { type BeginEpoch, beginEpochCodec } from './messages.ts';
import { EPOCHS_MAX, epochs } from './state.ts';

let ledger: TestingLedger;
beforeEach(async () => {
  ledger = await TestingLedger.create({
    founders: { ana: {}, olga: { roles: ROLE.operator }, oleg: { roles: ROLE.operator } },
    genesis: { operatorThreshold: 3 },
  });
});

/** As it must be to stand in the next block. */
function epochOf(changes: Partial<BeginEpoch> = {}): Action {
  return action(ACTION.beginEpoch, beginEpochCodec, {
    epoch: presentEpoch(ledger.state) + 1,
    keptHeight: ledger.height,
    keptHash: ledger.ledger.headHash,
    lostSize: undefined,
    ...changes,
  });
}

test('one operator begins an epoch, which names the block that was kept', async () => {
  expect(presentEpoch(ledger.state)).toBe(1);
  const keptHash = ledger.ledger.headHash;
  expect(await ledger.run('olga', epochOf({ lostSize: 40 }))).toEqual(['done']);
  expect(presentEpoch(ledger.state)).toBe(2);
  expect(ledger.state.get(epochs, 2)).toEqual({ keptHeight: 0, keptHash, lostSize: 40 });
  expect(await ledger.run('oleg', epochOf())).toEqual(['done']);
  expect(ledger.state.get(epochs, 3)).toMatchObject({ keptHeight: 1, lostSize: undefined });
});

test('an epoch that was lost itself is not begun again', async () => {
  expect(await ledger.run('olga', epochOf({ epoch: 5 }))).toEqual(['done']);
  expect(await ledger.run('olga', epochOf({ epoch: 3 }))).toEqual(['epoch_invalid']);
  expect(await ledger.run('olga', epochOf())).toEqual(['done']);
  expect(presentEpoch(ledger.state)).toBe(6);
});

test('the event says it to everyone', async () => {
  ledger.submit('olga', epochOf({ lostSize: 40 }));
  const { happened } = await ledger.block();
  expect(happened.map(({ name, value }) => [name, value])).toEqual([
    ['epoch begun', { epoch: 2, keptHeight: 0, lostSize: 40 }],
  ]);
});

describe('refused, in this order', () => {
  test.each<[string, string, Partial<BeginEpoch>, string]>([
    ['no operator, another epoch', 'ana', { epoch: 7 }, 'role_missing'],
    ['             the present one', 'olga', { epoch: 1, keptHeight: 5 }, 'epoch_invalid'],
    ['         more than can be one', 'olga', { epoch: 1_000_000_000 }, 'epoch_invalid'],
    ['              another height', 'olga', { keptHeight: 0 }, 'epoch_invalid'],
    ['               another block', 'olga', { keptHash: hashOf('another') }, 'epoch_invalid'],
    ['        nothing that is lost', 'olga', { lostSize: 2 }, 'epoch_invalid'],
    ['                    in order', 'olga', { lostSize: 3 }, 'done'],
  ])('%s', async (_faults, sender, message, code) => {
    await ledger.block();
    expect(await ledger.run(sender, epochOf(message))).toEqual([code]);
    expect(presentEpoch(ledger.state)).toBe(code === 'done' ? 2 : 1);
  });

  test('a second epoch in the same block', async () => {
    const third = epochOf({ epoch: 3 });
    expect(await ledger.run('olga', epochOf(), third)).toEqual(['done', 'epoch_invalid']);
  });

  test('more epochs than a ledger can have', async () => {
    for (let epoch = 2; epoch < EPOCHS_MAX + 2; epoch++) {
      ledger.state.set(epochs, epoch, {
        keptHeight: 1_000_000 + epoch,
        keptHash: hashOf(`block ${epoch}`),
        lostSize: undefined,
      });
    }
    expect(await ledger.run('olga', epochOf())).toEqual(['epoch_invalid']);
  });
});
