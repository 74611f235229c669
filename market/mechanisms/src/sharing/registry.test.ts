import { expect, test } from 'vitest';
import { findSharingRule, SHARING_RULES } from './registry.ts';

test('rules are found by name and version, the newest without one', () => {
  for (const rule of SHARING_RULES) {
    expect(findSharingRule(rule.name)).toBe(rule);
    expect(findSharingRule(rule.name, rule.version)).toBe(rule);
    expect(findSharingRule(rule.name, rule.version + 1)).toBeUndefined();
  }
  expect(findSharingRule('by mood')).toBeUndefined();
});

test('no name and version stands twice', () => {
  const names = SHARING_RULES.map(({ name, version }) => `${name} ${version}`);
  expect(new Set(names).size).toBe(names.length);
});
