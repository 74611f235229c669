import { beforeEach, expect, test } from 'vitest';
import { TestingLedger, testingKey } from '../execution/testing-ledger.test-support.ts';
import { identityRules as rules } from './actions.test-support.ts';
import { counters, keys, lanes, type Member, members } from './state.ts';

const ana = testingKey('ana').publicKey;

let ledger: TestingLedger;
beforeEach(async () => {
  ledger = await TestingLedger.create({ rules, founders: { ana: {} } });
});

test.each<[string, (l: TestingLedger) => void, RegExp]>([
  [
    'I-1: the present key is another member’s',
    (l) => l.state.set(members, 2, { ...anaOf(l), publicKey: testingKey('officer').publicKey }),
    /I-1/,
  ],
  [
    'I-1: the present key has ended',
    (l) => {
      l.state.set(keys, ana, { member: 2, activeFromHeight: 0, endedFromHeight: 1 });
      l.state.set(members, 2, { ...anaOf(l), roles: 1 });
    },
    /I-1/,
  ],
  [
    'I-2: a second key lives',
    (l) =>
      l.state.set(keys, testingKey('second').publicKey, {
        member: 2,
        activeFromHeight: 0,
        endedFromHeight: undefined,
      }),
    /I-2/,
  ],
  ['I-2: a key was forgotten', (l) => l.state.delete(keys, ana), /I-2/],
  ['I-3: a number falls', (l) => fall(l), /I-3/],
  ['I-3: a lane was forgotten', (l) => l.state.delete(lanes, { key: ana, lane: 0 }), /I-3/],
  ['I-4: a member was not counted', (l) => l.state.set(counters, 'members', { next: 2 }), /I-4/],
])('%s stops the node', async (_what, breakIt, message) => {
  await expect(ledger.block()).resolves.toBeDefined();
  breakIt(ledger);
  await expect(ledger.block()).rejects.toThrow(message);
});

function anaOf(l: TestingLedger): Member {
  return l.state.get(members, 2) as Member;
}

function fall(l: TestingLedger): void {
  const lane = { key: ana, lane: 0 };
  l.state.set(lanes, lane, { next: 5 });
  l.state.settle();
  l.state.set(lanes, lane, { next: 4 });
}
