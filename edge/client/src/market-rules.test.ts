import { expect, test } from 'vitest';
import { marketRules, refuseRuleSettings } from './market-rules.ts';

test('every rule of a market with what it may be told', () => {
  const rules = new Map(marketRules().map((rule) => [rule.mechanism, rule]));
  expect([rules.get('uniform')?.hasK, rules.get('mcafee')?.hasK]).toEqual([true, false]);
  expect(rules.get('uniform')?.settings.map(({ name }) => name)).toEqual(['floor', 'ceiling']);
  expect(rules.get('two-stage')?.settings).toMatchObject([
    { name: 'gate', form: 'integer', choices: [] },
    { name: 'second', form: 'choice', choices: ['continuous', 'uniform'] },
  ]);
  expect(rules.get('negotiation')).toMatchObject({ kind: 'negotiated', settings: [] });
  expect(rules.get('zonal')?.needsNetwork).toBe(true);
  expect(rules.get('uniform')?.needsNetwork).toBe(false);
  expect(rules.has('vcg')).toBe(false);
});

test.each([
  ['average', [{ name: 'reserve', value: '140' }], undefined],
  ['average', [{ name: 'reserve', value: 'dear' }], 'settings.reserve'],
  ['mcafee', [{ name: 'reserve', value: '140' }], 'settings.reserve'],
  ['two-stage', [{ name: 'second', value: 'third' }], 'settings.second'],
  ['negotiation', [{ name: 'reserve', value: '1' }], 'settings.reserve'],
  ['negotiation', [], undefined],
  ['auction of my own', [], 'mechanism'],
])('the first setting that %s does not take, case %#', (mechanism, settings, field) => {
  expect(refuseRuleSettings({ mechanism, kThousandths: 500, settings })?.field).toBe(field);
});
