import { describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { DELEGABLE } from '../identity/mandates.ts';
import { directPurchaseModule } from './module.ts';

describe('the module', () => {
  test('has the actions 700 to 714 and the tables 71 to 78', () => {
    const types = directPurchaseModule.actions.map(({ type }) => type).sort((a, b) => a - b);
    expect(types).toEqual(Array.from({ length: 15 }, (_, at) => 700 + at));
    const tables = directPurchaseModule.tables.map(({ id }) => id).sort((a, b) => a - b);
    expect(tables).toEqual([71, 72, 73, 74, 75, 76, 77, 78]);
  });

  test('a standing mandate may list and transfer, and never review, check or state', () => {
    const may = [ACTION.listEnergy, ACTION.withdrawListing, ACTION.transferStage];
    const mayNot = [ACTION.reviewAdmission, ACTION.checkRound, ACTION.stateDelivery];
    expect(may.every((type) => DELEGABLE.has(type))).toBe(true);
    expect(mayNot.some((type) => DELEGABLE.has(type))).toBe(false);
  });
});
