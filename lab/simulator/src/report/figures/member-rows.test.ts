import { expect, test } from 'vitest';
import { madeStudy } from '../study.test-support.ts';
import { memberRows } from './member-rows.ts';

const membersOf = (homes: number) =>
  madeStudy({ mechanisms: ['uniform'], days: 1, slotMinutes: 60, homes }).runs[0]!.result.members;

test('a street is shown whole, from the most to the least, equal ones as they stand', () => {
  const members = membersOf(6);
  const { shown, note } = memberRows(members, ({ name }) => (name === 'home-4' ? 2 : 1));
  expect([shown, note]).toEqual([[3, 0, 1, 2, 4, 5], '']);
});

test('of a town forty are shown, first and last among them, and it is said', () => {
  const { shown, note } = memberRows(membersOf(101), ({ name }) => -Number(name.slice(5)));
  expect(shown).toHaveLength(40);
  expect(new Set(shown).size).toBe(40);
  expect([shown[0], shown.at(-1)]).toEqual([0, 100]);
  expect(note).toContain('Of 101 members 40 are shown');
});
