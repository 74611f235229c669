import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Values } from './field.ts';
import type { AuctionMechanism, Call } from './mechanism.ts';
import { findMechanism, MECHANISMS } from './registry.ts';
import { ask, bid, lotsLikeIds as lots } from './testing/book.ts';

const uniform = findMechanism('uniform') as AuctionMechanism;
/** The room's, and one of each family. */
const READMES = [
  '../README.md',
  './auctions/README.md',
  './continuous/README.md',
  './matching/README.md',
  './sharing/README.md',
  './network/README.md',
];
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
    const rows = READMES.flatMap((path) =>
      readFileSync(new URL(path, import.meta.url), 'utf8').split('\n'),
    );
    const row = rows.find((text) => text.startsWith(`| \`${line.name}\` ${line.version} `));
    const properties = line.kind === 'negotiation' ? [] : line.properties;
    for (const part of [line.source, line.rule, line.ties, ...properties]) {
      expect(row).toContain(part);
    }
  },
);

test.each([...MECHANISMS])(
  'SOURCES.md has the title of every work that $name names',
  ({ source }) => {
    const works = readFileSync(new URL('../SOURCES.md', import.meta.url), 'utf8').split('\n');
    const name = /\p{Lu}[\p{L}-]+/u.source;
    const cited = new RegExp(
      `(${name}(?:(?:, | and )${name})*(?: et al\\.)?) (\\d{4})(?: and (\\d{4}))?`,
      'gu',
    );
    const found = [...source.matchAll(cited)];
    expect(found.length).toBeGreaterThan(0);
    for (const [, authors = '', ...years] of found) {
      for (const year of years.filter((one) => one !== undefined)) {
        const work = works.find(
          (line) => line.startsWith('- ') && line.includes(`${authors} ${year}`),
        );
        expect(work, `${authors} ${year}`).toMatch(/: .{10,}/);
      }
    }
  },
);

describe('settings', () => {
  test.each<[string, Values, bigint]>([
    ['none: the midpoint', {}, 20n],
    ['k', { k: { numerator: 1n, denominator: 4n } }, 15n],
    ['a ceiling alone', { ceiling: 20n }, 15n],
    ['a floor alone', { floor: 20n }, 25n],
    ['a collar and k', { floor: 12n, ceiling: 20n, k: { numerator: 1n, denominator: 1n } }, 20n],
  ])('%s', (_name, settings, expected) => {
    expect(uniform.clear({ orders, lots, settings }).price).toBe(expected);
  });

  test.each<[string, Partial<Call>, string | undefined]>([
    ['an unknown name', { settings: { q: 1n } }, 'setting_unknown'],
    ['a name of every object', { settings: { constructor: 1n } }, 'setting_unknown'],
    ['a value of another form', { settings: { k: 1n } }, 'setting_out_of_range'],
    ['k above 1', { settings: { k: { numerator: 3n, denominator: 2n } } }, 'setting_out_of_range'],
    ['an inverted collar', { settings: { floor: 2n, ceiling: 1n } }, 'collar_inverted'],
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
