import { marketRules } from '@commonwatt/client';
import { expect, test } from 'vitest';
import { orderWords, ruleAbout, ruleName, settingName, settingValue } from './rule-words.ts';
import { en } from './words/en.ts';

const GAP = '\u202f';

test('every rule that a market can have is named and told in words, and so is what it is told', () => {
  const rules = marketRules();
  expect(rules.length).toBeGreaterThan(10);
  for (const { mechanism, settings } of rules) {
    expect(ruleName(mechanism), mechanism).not.toBe(mechanism);
    expect(ruleAbout(mechanism), mechanism).toMatch(/\.$/);
    for (const { name, choices } of settings) {
      expect(settingName(name), `${mechanism} ${name}`).toMatch(/ /);
      for (const value of choices) expect(en.rules.values).toHaveProperty(`${name} ${value}`);
    }
  }
  expect(new Set(rules.map(({ mechanism }) => ruleName(mechanism))).size).toBe(rules.length);
});

test('a rule of tomorrow keeps its name, and its settings theirs', () => {
  expect(ruleName('of-tomorrow')).toBe('of-tomorrow');
  expect(ruleAbout('of-tomorrow')).toBeUndefined();
  expect(settingName('colour')).toBe('colour');
  expect(settingValue({ name: 'colour', value: 'green' })).toBe('green');
});

test.each([
  ['reserve', '140', `14.00${GAP}ct/kWh`],
  ['floor', '-5.5', `−0.55${GAP}ct/kWh`],
  ['reserve', 'dear', 'dear'],
  ['gate', '-3600000', `1${GAP}h before the slot begins`],
  ['gate', '-5430000', `1${GAP}h 30${GAP}min 30${GAP}s before the slot begins`],
  ['gate', '0', `0${GAP}s before the slot begins`],
  ['gate', '60000', `1${GAP}min after the slot begins`],
  ['second', 'uniform', 'in one call'],
])('%s %s reads as people say it', (name, value, words) => {
  expect(settingValue({ name, value })).toBe(words);
});

test('who pays the own limit is told so before naming one', () => {
  expect(orderWords('pay-as-bid')).toMatch(/exactly the limit that you name/);
  expect(orderWords('uniform')).toBeUndefined();
});
