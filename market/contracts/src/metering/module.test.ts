import { expect, test } from 'vitest';
import { ruleBook } from '../execution/execution.ts';
import { meteringModule } from './module.ts';

test('every action and table of the module stands in the rule book', () => {
  const execution = ruleBook.executions.get(1);
  for (const one of meteringModule.actions) expect(execution?.actions.get(one.type)).toBe(one);
  expect(meteringModule.actions.map((one) => one.type)).toEqual([400, 401, 402, 403, 404, 405]);
  for (const one of meteringModule.tables) expect(ruleBook.tables).toContain(one);
  expect(meteringModule.tables.map((one) => one.id)).toEqual([40, 41, 42, 43]);
});
