import { expect, test } from 'vitest';
import { decimal, numberRow, percent, ruleRow } from './rows.ts';

test('a rule holds or fails, and the folder says which it expects', () => {
  const row = { name: 'rule', ours: '1', note: '' };
  expect(ruleRow({ ...row, holds: true })).toMatchObject({ found: 'holds', expected: 'holds' });
  expect(ruleRow({ ...row, holds: false })).toMatchObject({ found: 'fails', expected: 'holds' });
  const known = ruleRow({ ...row, holds: false, failsAsKnown: true });
  expect(known).toMatchObject({ found: 'fails', expected: 'fails' });
});

test('a number follows within its tolerance alone', () => {
  const row = { name: 'number', theirs: '1.10', tolerance: 0.005, decimals: 3, note: '' };
  expect(numberRow({ ...row, ours: 1.1049 })).toMatchObject({ ours: '1.105', found: 'follows' });
  expect(numberRow({ ...row, ours: 1.1051 }).found).toBe('contradicts');
});

test('decimals without a sign on zero', () => {
  expect(decimal(-0.0001, 2)).toBe('0.00');
  expect(decimal(-0.016, 2)).toBe('-0.02');
  expect(percent(0.1234, 1)).toBe('12.3 %');
});
