import { State } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { openCredit } from './opening-credit.ts';
import { creditLimits } from './wallet/state.ts';

test('a limit is noted where there is one', () => {
  const state = new State([creditLimits]);
  openCredit(state, 1, money(0n));
  openCredit(state, 2, money(3n));
  expect(state.entries(creditLimits)).toEqual([[2, { limit: 3n }]]);
});
