import type { AnyActionType } from '@commonwatt/ledger';
import { expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { enrol } from '../identity/enrol.ts';
import { openLane } from '../identity/key-change.ts';
import { VotableActions } from './votable.ts';

const actions: readonly AnyActionType[] = [enrol, openLane];
const byType = new Map(actions.map((one) => [one.type, one]));

test('only what an authority decides can be put to the vote', () => {
  const votable = new VotableActions();
  votable.fill(byType);
  expect(votable.types()).toEqual([ACTION.enrol]);
  expect(votable.get(ACTION.enrol)).toBe(enrol);
  expect(votable.get(ACTION.openLane)).toBeUndefined();
});

test('filled again with the same it stays, with another it stops', () => {
  const votable = new VotableActions();
  votable.fill(byType);
  votable.fill(byType);
  const other = new Map<number, AnyActionType>([[ACTION.enrol, { ...enrol }]]);
  expect(() => votable.fill(other)).toThrow('votable action 100 is defined twice');
});
