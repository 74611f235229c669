import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Call, CallMechanism } from './mechanism.ts';
import { findMechanism, MECHANISMS } from './registry.ts';
import { ask, bid, lotsLikeIds as lots } from './testing/book.ts';

const uniform = findMechanism('uniform') as CallMechanism;
const orders = [bid('b', 30n, 5n), ask('a', 10n, 5n)];

test('a name and version is one line, and versions count from 1', () => {
  const keys = MECHANISMS.map(({ name, version }) => `${name} ${version}`);
  expect(new Set(keys).size).toBe(keys.length);
  for (const { name, version } of MECHANISMS) {
    for (let older = version; older >= 1; older--) {
      expect(findMechanism(name, older)).toMatchObject({ name, version: older });
    }
  }
});

test('without a version the newest line answers, and an unknown one has no answer', () => {
  for (const { name } of MECHANISMS) {
    const newest = Math.max(
      ...MECHANISMS.filter((one) => one.name === name).map((one) => one.version),
    );
    expect(findMechanism(name)?.version).toBe(newest);
    expect(findMechanism(name, newest + 1)).toBeUndefined();
  }
  expect(findMechanism('unheard-of')).toBeUndefined();
});

test.each([...MECHANISMS])(
  'the README tells source, rule, ties and properties of $name',
  (line) => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const row = readme
      .split('\n')
      .find((text) => text.startsWith(`| \`${line.name}\` ${line.version} `));
    const properties = line.kind === 'call' ? line.properties : [];
    for (const part of [line.source, line.rule, line.ties, ...properties]) {
      expect(row).toContain(part);
    }
  },
);

describe('settings', () => {
  test.each<[string, Record<string, bigint>, bigint]>([
    ['none: the midpoint', {}, 20n],
    ['k', { kNumerator: 1n, kDenominator: 4n }, 15n],
    ['a ceiling alone', { priceCeiling: 20n }, 15n],
    ['a floor alone', { priceFloor: 20n }, 25n],
    ['a collar and k', { priceFloor: 12n, priceCeiling: 20n, kNumerator: 2n }, 20n],
  ])('%s', (_name, settings, expected) => {
    expect(uniform.clear({ orders, lots, settings }).price).toBe(expected);
  });

  test.each<[string, Partial<Call>, string | undefined]>([
    ['an unknown name', { settings: { k: 1n, kNumerator: -1n } }, 'setting_unknown'],
    ['a name of every object', { settings: { constructor: 1n } }, 'setting_unknown'],
    ['a value out of range', { settings: { kNumerator: -1n } }, 'setting_out_of_range'],
    ['k above 1', { settings: { kNumerator: 3n } }, 'k_out_of_range'],
    ['an inverted collar', { settings: { priceFloor: 2n, priceCeiling: 1n } }, 'collar_inverted'],
    ['an order twice', { orders: [...orders, ...orders] }, 'duplicate_order'],
    ['nothing', {}, undefined],
  ])('are refused for %s', (_name, fault, code) => {
    const call = { orders, lots, settings: {}, ...fault };
    expect(uniform.refuse(call)?.code).toBe(code);
    if (code !== undefined) expect(() => uniform.clear(call)).toThrow(code);
  });

  test('fall back as declared', () => {
    const fallbacks = uniform.settings.flatMap(({ name, fallback }) =>
      fallback === undefined ? [] : [[name, fallback] as const],
    );
    expect(uniform.clear({ orders, lots, settings: Object.fromEntries(fallbacks) })).toEqual(
      uniform.clear({ orders, lots, settings: {} }),
    );
  });
});
